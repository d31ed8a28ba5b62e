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


FREE = "free."
"""Before the names of definitions that judge no arguments."""


def definitions() -> Schema:
    """Nodes three times: where a name may be a block's, must be an op's, and may hide an op's.

    The first know the arguments of ops, and leave names alone that they do not know; the second
    are `plain.` ones. A block that is called like an op takes arguments of its own, and which
    blocks there are is no question to ask at a node: a file that has one is judged by `free.` ones.
    """
    bare = arguments.need_arguments()
    anything = {"anyOf": [{"enum": arguments.names()}, TEXT]}
    builtin = {"anyOf": [{"enum": arguments.names()}, DOLLAR]}
    return {
        **_nodes("", none_of(bare), anything),
        **_nodes("plain.", {"allOf": [none_of(bare), builtin]}, builtin),
        **_nodes(FREE, TEXT, TEXT),
        **_others("", anything),
        **_others(FREE, TEXT),
    }


def hides_an_op() -> Schema:
    """What holds for a file with a block, or another name for a file, that is an op's name."""
    foreign = {"propertyNames": none_of(arguments.names())}
    return {"not": {"properties": {"blocks": foreign, "use": foreign}}}


def _others(prefix: str, op: Schema) -> Schema:
    """Changes of nodes, and blocks."""
    preset = {
        "propertyNames": none_of(keys.RESERVED - {"op", "params"}),
        "properties": {"op": op, "params": ref("params")},
        **({} if prefix == FREE else {"allOf": [ref("presets")]}),
    }
    return {
        f"{prefix}changes": _changes(prefix),
        f"{prefix}block": _block(prefix),
        f"{prefix}preset": preset,
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
            "allOf": [loops()] if prefix == FREE else [ref("uses"), loops()],
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


def _changes(prefix: str) -> Schema:
    """Layers laid over those of another file: a mapping there may hold arguments alone."""
    inside, node = _reserved(ref(f"{prefix}changes")), ref(f"{prefix}node")
    reserved = {key: schema for key, schema in inside.items() if key != "op"}
    changed = {
        "properties": {
            key: {"anyOf": [schema, {"type": "null"}]} for key, schema in reserved.items()
        }
    }
    mapping = {"if": having("op"), "then": ref(f"{prefix}use"), "else": changed}
    change = {
        "type": ["string", "array", "object", "null"],
        "items": node,
        "allOf": by_type(object=mapping),
    }
    return {
        "type": ["object", "array", "null"],
        "items": node,
        "additionalProperties": change,
    }


def _block(prefix: str) -> Schema:
    """A block: its layers, a preset, or its nodes alone."""
    node = ref(f"{prefix}node")
    alone = {
        "propertyNames": none_of(keys.RESERVED.union(_BLOCK)),
        "additionalProperties": node,
    }
    rest = {"if": having(*_BLOCK), "then": ref(f"{prefix}body"), "else": alone}
    both = {"if": having("op"), "then": ref(f"{prefix}preset"), "else": rest}
    return {
        "type": ["string", "array", "object"],
        "items": node,
        "properties": {"layers": True, "op": True},
        "minProperties": 1,
        "allOf": by_type(object=both),
    }
