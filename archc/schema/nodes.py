"""The definitions of nodes, layers and blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.docstrings import attribute_docs
from archc.schema import arguments
from archc.schema.documents import NODE
from archc.schema.words import (
    DOLLAR,
    PATH,
    TEXT,
    by_type,
    described,
    having,
    loops,
    none_of,
    ref,
)
from archc.spec import keys

if TYPE_CHECKING:
    from archc.catalogue import Schema

_NO_KEYS = ("inputs", "let", "params")
"""Reserved keys that a node does not have."""
_GROUP = sorted(keys.RESERVED - {*_NO_KEYS, "op", "outputs", "tie"})
_BLOCK = [field.alias or name for name, field in keys.BlockDocument.model_fields.items()]


def definitions() -> Schema:
    """Nodes twice: where a name may be a block's, and `plain` ones, where it must be an op's."""
    bare = arguments.need_arguments()
    anything = {"anyOf": [{"enum": arguments.names()}, TEXT]}
    builtin = {"anyOf": [{"enum": arguments.names()}, DOLLAR]}
    return {
        **_nodes("", none_of(bare), anything),
        **_nodes("plain.", {"allOf": [none_of(bare), builtin]}, builtin),
        "changes": _changes(),
        "block": _block(),
        "preset": {
            "allOf": [ref("presets")],
            "propertyNames": none_of(keys.RESERVED - {"op", "params"}),
            "properties": {"op": anything, "params": ref("params")},
        },
    }


def _nodes(prefix: str, word: Schema, op: Schema) -> Schema:
    """A node and what it is made of; `word` is a bare name, `op` what stands under `op`."""
    node, layers = ref(f"{prefix}node"), ref(f"{prefix}layers")
    reserved = _reserved(layers)
    group = {
        "properties": {key: reserved[key] for key in _GROUP},
        "propertyNames": {"enum": _GROUP},
        **loops(),
    }
    bare = {"propertyNames": none_of(keys.RESERVED), "additionalProperties": node}
    either = {"if": having("layers"), "then": group, "else": bare}
    mapping = {"if": having("op"), "then": ref(f"{prefix}use"), "else": either}
    return {
        f"{prefix}layers": {
            "type": ["object", "array"],
            "items": node,
            "additionalProperties": node,
        },
        f"{prefix}node": {
            "type": ["string", "array", "object"],
            "properties": {"op": True, "layers": True},
            "items": node,
            "allOf": by_type(string=word, object=mapping),
        },
        f"{prefix}use": {
            "properties": {**reserved, **dict.fromkeys(_NO_KEYS, False), "op": op, "layers": False},
            "allOf": [ref("uses"), loops()],
        },
    }


def _reserved(layers: Schema) -> Schema:
    """What the reserved keys of a node take."""
    docs = attribute_docs(keys.NodeDocument)
    values = {**NODE, "layers": layers, **dict.fromkeys(keys.PLACES, PATH)}
    switch = {"type": "boolean"}
    told = {
        field.alias or name: described(values.get(field.alias or name, switch), docs[name])
        for name, field in keys.NodeDocument.model_fields.items()
    }
    places = {
        key: described(PATH, f"The node {key} which `extends` puts this one.")
        for key in sorted(keys.PLACES)
    }
    return {**told, **places}


def _changes() -> Schema:
    """Layers laid over those of another file: a mapping there may hold arguments alone."""
    reserved = {key: schema for key, schema in _reserved(ref("changes")).items() if key != "op"}
    changed = {
        "properties": {
            key: {"anyOf": [schema, {"type": "null"}]} for key, schema in reserved.items()
        }
    }
    mapping = {"if": having("op"), "then": ref("use"), "else": changed}
    change = {
        "type": ["string", "array", "object", "null"],
        "items": ref("node"),
        "allOf": by_type(object=mapping),
    }
    return {
        "type": ["object", "array", "null"],
        "items": ref("node"),
        "additionalProperties": change,
    }


def _block() -> Schema:
    """A block: its layers, a preset, or its nodes alone."""
    alone = {
        "propertyNames": none_of(keys.RESERVED.union(_BLOCK)),
        "additionalProperties": ref("node"),
    }
    rest = {"if": having(*_BLOCK), "then": ref("body"), "else": alone}
    both = {"if": having("op"), "then": ref("preset"), "else": rest}
    return {
        "type": ["string", "array", "object"],
        "items": ref("node"),
        "properties": {"layers": True, "op": True},
        "minProperties": 1,
        "allOf": by_type(object=both),
    }
