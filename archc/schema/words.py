"""The small parts that the schemas are put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.catalogue import Schema

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The newest draft that YAML language servers read in full: there a `$ref` stands alone."""

TEXT: Schema = {"type": "string"}
DOLLAR: Schema = {"type": "string", "pattern": r"^\$"}
"""`$name`."""
EXPRESSION: Schema = {"type": ["string", "number", "boolean"]}
PATH: Schema = {"type": ["string", "integer"]}
COUNT: Schema = {"type": ["integer", "string"], "minimum": 0}
SIZE: Schema = {"type": ["integer", "string"], "minimum": 1}
SHAPE: Schema = {"type": "array", "items": SIZE}


def ref(name: str) -> Schema:
    """A reference to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def described(schema: Schema, text: str) -> Schema:
    """The same with a description; beside a `$ref` it would not be read."""
    inner = {"allOf": [schema]} if "$ref" in schema else schema
    return {"description": text, **inner} if text else inner


def mapping_of(value: Schema, **rules: object) -> Schema:
    """A mapping of names to such values."""
    return {"type": "object", "additionalProperties": value, **rules}


def or_null(schema: Schema) -> Schema:
    """The same, or nothing under the key."""
    return {"anyOf": [schema, {"type": "null"}]}


def having(*keys: str) -> Schema:
    """What holds for a mapping with one of these keys."""
    if len(keys) == 1:
        return {"type": "object", "required": [keys[0]]}
    return {"type": "object", "anyOf": [{"required": [key]} for key in keys]}


def not_both(key: str, other: str) -> Schema:
    """Two keys that exclude each other."""
    return {"dependencies": {key: {"not": {"required": [other]}}}}


def loops() -> Schema:
    """`repeat` or `for`, and what only goes with one of them."""
    either = {"anyOf": [{"required": ["repeat"]}, {"required": ["for"]}]}
    excluded = not_both("repeat", "for")["dependencies"]
    return {"dependencies": {**excluded, "parallel": either, "shared": either}}


def by_type(**schemas: Schema) -> list[Schema]:
    """A rule for each kind of value, for `allOf`."""
    return [{"if": {"type": kind}, "then": schema} for kind, schema in schemas.items()]


def none_of(names: Iterable[str]) -> Schema:
    """Any word but these."""
    return {"not": {"enum": sorted(names)}}
