"""Parameters drawn from the schema of an op: of the right kind, and often not fitting."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

from archc.ir.op import Op

Schema = Mapping[str, Any]
WHOLE = (1, 1, 2, 2, 2, 3, 4, 6, 8, 0, -1, -2)
REAL = (0.5, 0.5, 1.0, 2.0, 0.1, 0.0, -1.5, 1e-5)
LONGEST = 4
"""Entries of a list of any length."""


class NothingToDrawError(Exception):
    """A schema of something that no draw hits, as text in a notation of its own."""


@cache
def schema_of(kind: type[Op]) -> Schema:
    """The JSON Schema of an op's parameters."""
    return kind.model_json_schema()


def arguments(rng: Random, kind: type[Op], base: Schema) -> dict[str, Any]:
    """The parameters of `base`, those that are missing, and here and there another value."""
    schema = schema_of(kind)
    drawn = dict(base)
    for name, field in schema.get("properties", {}).items():
        missing = name in schema.get("required", ()) and name not in base
        if missing or rng.random() < 0.25:
            try:
                drawn[name] = value(rng, field)
            except NothingToDrawError:
                if missing:
                    raise
    return drawn


def value(rng: Random, schema: Schema) -> Any:
    """A small value of a schema. Raises `NothingToDrawError`."""
    if "anyOf" in schema:
        return value(rng, rng.choice(schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return rng.choice(schema.get("enum", [schema.get("const")]))
    match schema.get("type"):
        case "integer":
            return rng.choice([n for n in WHOLE if _within(n, schema)])
        case "number":
            return rng.choice([x for x in REAL if _within(x, schema)])
        case "boolean":
            return rng.random() < 0.5
        case "array":
            return [value(rng, entry) for entry in _entries(rng, schema)]
        case "null":
            return None
        case kind:
            raise NothingToDrawError(kind)


def _within(number: float, schema: Schema) -> bool:
    low = schema.get("minimum", schema.get("ge", number))
    high = schema.get("maximum", schema.get("le", number))
    return bool(low <= number <= high)


def _entries(rng: Random, schema: Schema) -> list[Schema]:
    if "prefixItems" in schema:
        return list(schema["prefixItems"])
    return [schema.get("items", {})] * rng.randint(1, LONGEST)
