"""The definitions of ops: which arguments each takes, for its uses and for presets of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archc.catalogue import entries
from archc.lower.resolve import CALL
from archc.schema.words import DOLLAR, PATH, TEXT, described, ref
from archc.spec.keys import RESERVED

if TYPE_CHECKING:
    from archc.catalogue import Entry, Parameter, Schema

_COMPUTED = {"integer", "number", "boolean", "array", "object"}
"""Kinds of values that an expression can give."""
_RESERVED = f"^({'|'.join(sorted(RESERVED))})$"


def names() -> list[str]:
    """Every op's name, sorted."""
    return sorted([CALL, *(entry.name for entry in entries())])


def need_arguments() -> list[str]:
    """The ops that cannot be used by their bare names."""
    return sorted([CALL, *(entry.name for entry in entries() if _needed(entry))])


def definitions() -> Schema:
    """`op.NAME` for every op, `uses` that choose among them by `op`, and `presets`."""
    catalogue = entries()
    needed = {CALL: ["module"], **{entry.name: _needed(entry) for entry in catalogue}}
    return {
        "uses": {"allOf": [_when_op(name, needed[name]) for name in needed]},
        "presets": {"allOf": [_when_op(name, []) for name in needed]},
        f"op.{CALL}": _call(),
        **{f"op.{entry.name}": _arguments(entry) for entry in catalogue},
    }


def _needed(entry: Entry) -> list[str]:
    return [parameter.name for parameter in entry.parameters if parameter.required]


def _when_op(name: str, needed: list[str]) -> Schema:
    then = {"allOf": [ref(f"op.{name}")], "required": needed} if needed else ref(f"op.{name}")
    return {"if": {"properties": {"op": {"const": name}}}, "then": then}


def _call() -> Schema:
    module = described(PATH, "The path of the earlier node: an op, a block or a group.")
    return _closed("Apply an earlier node again, with the same weights.", {"module": module})


def _arguments(entry: Entry) -> Schema:
    properties = {parameter.name: _argument(parameter) for parameter in entry.parameters}
    inputs = {} if entry.variadic else {"from": _inputs(entry)}
    return _closed(entry.summary, {**properties, **inputs})


def _closed(summary: str, properties: Schema) -> Schema:
    return {
        "description": summary,
        "properties": properties,
        "patternProperties": {_RESERVED: True},
        "additionalProperties": False,
    }


def _inputs(entry: Entry) -> Schema:
    """`from` as a mapping names the op's own inputs."""
    known = {"propertyNames": {"enum": list(entry.inputs)}}
    return {"if": {"type": "object"}, "then": known}


def _argument(parameter: Parameter) -> Schema:
    """One argument: a value, `$name`, or where it can be computed an expression."""
    schema = _draft_7(parameter.schema)
    kinds = set(_kinds(schema))
    if kinds & _COMPUTED:
        schema = _or(_with_text(schema), TEXT)
    elif not _takes_text(schema):
        schema = _or(schema, DOLLAR)
    default = {} if parameter.required else {"default": parameter.default}
    return described({**schema, **default}, parameter.doc)


def _or(schema: Schema, other: Schema) -> Schema:
    """One of both, without nesting alternatives."""
    parts = schema["anyOf"] if set(schema) == {"anyOf"} else [schema]
    return {"anyOf": [*parts, other]}


def _kinds(schema: Schema) -> list[str]:
    if "anyOf" in schema:
        return [kind for part in schema["anyOf"] for kind in _kinds(part)]
    return [str(schema.get("type", ""))]


def _takes_text(schema: Schema) -> bool:
    parts = schema.get("anyOf", [schema])
    return any(part.get("type") == "string" and "enum" not in part for part in parts)


def _with_text(schema: Schema) -> Schema:
    """The same with an expression allowed for every entry of a list."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [_with_text(part) for part in schema["anyOf"]]}
    items = schema.get("items")
    if isinstance(items, list):
        return {**schema, "items": [_or(_with_text(item), TEXT) for item in items]}
    if items:
        return {**schema, "items": _or(_with_text(items), TEXT)}
    entries = schema.get("additionalProperties")
    return {**schema, "additionalProperties": _or(_with_text(entries), TEXT)} if entries else schema


def _draft_7(schema: Any) -> Any:
    """The same in the words of draft 7, which calls the entries of a tuple `items`."""
    if isinstance(schema, list):
        return [_draft_7(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {"items" if k == "prefixItems" else k: _draft_7(part) for k, part in schema.items()}
