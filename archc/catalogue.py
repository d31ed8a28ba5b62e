"""The operators as data: what `archc ops`, the schemas and the documentation are made from."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from archc import ops
from archc.docstrings import attribute_docs

if TYPE_CHECKING:
    from archc.ir.op import Op

Schema = dict[str, Any]

# pydantic leaves its own names of a bound in the schema of a field that is validated by a function.
_BOUNDS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_WORDS = {"integer": "int", "number": "float", "boolean": "bool", "string": "str"}


class Parameter(Struct, frozen=True):
    """One parameter of an op. `type` is for people, `schema` for programs."""

    name: str
    type: str
    required: bool
    default: object
    doc: str
    schema: Schema


class Entry(Struct, frozen=True):
    """One op. `variadic` ops take any number of inputs, at least the ones that are named."""

    name: str
    family: str
    summary: str
    doc: str
    rule: str
    example: str
    inputs: tuple[str, ...]
    optional_inputs: int
    variadic: bool
    outputs: tuple[str, ...]
    numbered_outputs: bool
    parameters: tuple[Parameter, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain data, the way `archc ops --format json` prints it."""
        made: dict[str, Any] = msgspec.to_builtins(self)
        return made


def entries() -> tuple[Entry, ...]:
    """Every op, in the order of the table in `archc/ops/__init__.py`."""
    return tuple(map(entry, ops.all_ops()))


def entry(op: type[Op]) -> Entry:
    """What the op's class says."""
    doc = inspect.cleandoc(op.__doc__ or "")
    return Entry(
        name=op.__name__,
        family=op.family,
        summary=" ".join(doc.split("\n\n")[0].split()),
        doc=doc,
        rule=op.rule,
        example=op.example,
        inputs=op.ports,
        optional_inputs=op.optional_ports,
        variadic=op.variadic,
        outputs=op.output_names,
        numbered_outputs=op.numbered_outputs,
        parameters=_parameters(op),
    )


def describe(schema: Schema) -> str:
    """A type in words, without its bounds.

    >>> describe({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]})
    'int or null'
    """
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(map(describe, schema["anyOf"])))
    if "enum" in schema:
        return " or ".join(f"`{word}`" for word in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = schema.get("type")
    if kind == "array":
        return _list(schema)
    return _WORDS.get(str(kind), str(kind or "any"))


def _list(schema: Schema) -> str:
    if "prefixItems" in schema:
        return f"[{', '.join(map(describe, schema['prefixItems']))}]"
    return f"list of {describe(schema['items'])}" if schema.get("items") else "list"


def _parameters(op: type[Op]) -> tuple[Parameter, ...]:
    whole = op.model_json_schema()
    shared = whole.get("$defs", {})
    docs = attribute_docs(op)
    found = []
    for name, field in op.model_fields.items():
        schema = _tidy(whole["properties"][field.alias or name], shared)
        schema.pop("default", None)
        schema.pop("description", None)
        required = field.is_required()
        default = None if required else field.get_default(call_default_factory=True)
        doc = docs.get(name, "")
        found.append(
            Parameter(field.alias or name, describe(schema), required, default, doc, schema)
        )
    return tuple(found)


def _tidy(schema: Any, shared: Schema) -> Any:
    """Without titles, with references resolved and bounds under JSON Schema's names."""
    if isinstance(schema, list):
        return [_tidy(part, shared) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _tidy(shared[schema["$ref"].rsplit("/", 1)[1]], shared)
    kept = {key: part for key, part in schema.items() if key != "title"}
    return {_BOUNDS.get(key, key): _tidy(part, shared) for key, part in kept.items()}
