"""The JSON Schemas that editors and scripts use, derived from the operators and the documents.

Editors complete and explain a spec by them while it is typed. They allow what they cannot judge: a
name may be a block's, a string an expression. `archc check` has the last word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from archc.catalogue import entries
from archc.diag import codes
from archc.docstrings import attribute_docs
from archc.lower.resolve import CALL
from archc.spec import keys

if TYPE_CHECKING:
    from archc.catalogue import Entry, Schema
    from archc.spec.keys import Document

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NODE = {"$ref": "#/$defs/node"}
_LAYERS = {"$ref": "#/$defs/layers"}
_CHANGES = {"$ref": "#/$defs/changes"}
_EXPRESSION = {"type": ["string", "number", "boolean"]}
_MAPPING = {"type": ["object", "null"]}
_SHAPE = {"type": "array", "items": {"type": ["integer", "string"]}}
_PLAIN = {str: "string", bool: "boolean", int: "integer"}

_VALUES: dict[str, Schema] = {
    "op": {"anyOf": [{"$ref": "#/$defs/op"}, {"type": ["string", "object", "null"]}]},
    "layers": _LAYERS,
    "from": {"type": ["string", "integer", "array", "object"]},
    "when": _EXPRESSION,
    "repeat": {"type": ["integer", "string"], "minimum": 0},
    "for": _MAPPING,
    "after": {"type": ["string", "integer"]},
    "before": {"type": ["string", "integer"]},
    "use": {"type": ["object", "null"], "additionalProperties": {"$ref": "#/$defs/used"}},
    "params": {"type": ["object", "null"], "additionalProperties": {"$ref": "#/$defs/parameter"}},
    "let": _MAPPING,
    "input": {"anyOf": [_SHAPE, {"$ref": "#/$defs/input"}]},
    "inputs": {"type": ["object", "array", "string", "null"]},
    "dims": {"type": ["object", "null"], "additionalProperties": {"$ref": "#/$defs/dim"}},
    "blocks": {"type": ["object", "null"], "additionalProperties": {"$ref": "#/$defs/block"}},
    "outputs": {"type": ["object", "array", "string", "null"]},
    "init": _MAPPING,
    "tie": _MAPPING,
    "expect": {"anyOf": [{"$ref": "#/$defs/expect"}, {"type": "null"}]},
    "shape": _SHAPE,
    "below": {"type": ["integer", "string"]},
    "default": {},
    "min": {},
    "max": {},
    "choices": {"type": "array"},
}
"""What may stand under the keys whose values the documents leave to be read in their scope."""

_COUNT = {"type": ["integer", "string"]}
_EXPECTED: dict[str, Schema] = {
    "params": _COUNT,
    "flops": _COUNT,
    "output": _SHAPE,
    "outputs": {"type": "object", "additionalProperties": _SHAPE},
}


def spec_schema() -> Schema:
    """The schema of a spec file."""
    catalogue = entries()
    whole = _document(keys.FileDocument, {**_VALUES, "layers": {}, "blocks": {}})
    return {
        "$schema": _DRAFT,
        "$id": "archc-1.schema.json",
        "title": "archc spec, version 1",
        **whole,
        # What extends another file changes it: a mapping there may hold arguments alone.
        "if": {"required": ["extends"]},
        "then": {"properties": {"layers": _CHANGES, "blocks": _MAPPING}},
        "else": {"properties": {key: _VALUES[key] for key in ("layers", "blocks")}},
        "$defs": {
            "op": {"enum": sorted([CALL, *(entry.name for entry in catalogue)])},
            **_structure(),
            "arguments": {"allOf": [_when_op(entry.name) for entry in catalogue]},
            **{f"op.{entry.name}": _arguments(entry) for entry in catalogue},
        },
    }


def diagnostics_schema() -> Schema:
    """The schema of what `archc check --format json` prints."""
    place = {
        "file": {"type": "string"},
        **{name: {"type": "integer", "minimum": 1} for name in ("line", "column")},
        **{name: {"type": "integer", "minimum": 1} for name in ("end_line", "end_column")},
    }
    text = {"type": "string"}
    diagnostic = {
        "code": {"enum": list(codes.ALL)},
        "severity": {"enum": ["error", "warning"]},
        **dict.fromkeys(("message", "help", "path", "label"), text),
        **place,
        "labels": {"type": "array", "items": _closed({**place, "message": text})},
        "notes": {"type": "array", "items": text},
        "fix": {"anyOf": [_closed({**place, "replacement": text}), {"type": "null"}]},
    }
    return {
        "$schema": _DRAFT,
        "$id": "diagnostics-1.schema.json",
        "title": "archc diagnostics, version 1",
        "description": "Lines and columns count from 1, in code points; ends are exclusive.",
        **_closed({"diagnostics": {"type": "array", "items": _closed(diagnostic)}}),
    }


def _closed(properties: Schema) -> Schema:
    """An object with all of these and no other properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _document(cls: type[Document], values: Schema = _VALUES) -> Schema:
    docs = attribute_docs(cls)
    properties: Schema = {}
    required = []
    for name, field in cls.model_fields.items():
        key = field.alias or name
        doc = {"description": docs[name]} if name in docs else {}
        properties[key] = {**_value(key, field.annotation, values), **doc}
        if field.is_required():
            required.append(key)
    needs = {"required": required} if required else {}
    return {"type": "object", "properties": properties, **needs, "additionalProperties": False}


def _value(key: str, annotation: Any, values: Schema = _VALUES) -> Schema:
    kinds = [_PLAIN[kind] for kind in _kinds(annotation) if kind in _PLAIN]
    return {"type": kinds[0]} if kinds else values[key]


def _kinds(annotation: Any) -> list[Any]:
    """The plain types in an annotation, through `Annotated` and unions."""
    inner = get_args(annotation)
    return [kind for part in inner for kind in _kinds(part)] if inner else [annotation]


def _structure() -> Schema:
    """The definitions that do not depend on the operators."""
    reserved = {key: _reserved(key) for key in sorted(keys.RESERVED)}
    return {
        "layers": {
            "type": ["object", "array", "null"],
            "items": _NODE,
            "additionalProperties": _NODE,
        },
        "node": {
            "type": ["string", "array", "object", "null"],
            "items": _NODE,
            "if": _holds("op"),
            "then": {"$ref": "#/$defs/use"},
            "else": {"$ref": "#/$defs/group"},
        },
        "use": {"properties": reserved, "$ref": "#/$defs/arguments"},
        "group": {
            "properties": reserved,
            "if": _holds("layers"),
            "then": {"propertyNames": {"enum": sorted(keys.RESERVED)}},
            "else": {"additionalProperties": _NODE},
        },
        "changes": {
            "type": ["object", "array", "null"],
            "items": _NODE,
            "additionalProperties": {
                "type": ["string", "array", "object", "null"],
                "items": _NODE,
                "if": _holds("op"),
                "then": {"$ref": "#/$defs/use"},
                "else": {"properties": {**reserved, "layers": _CHANGES}},
            },
        },
        "block": {
            "type": "object",
            "if": _holds("op"),
            "then": {"$ref": "#/$defs/use"},
            "else": _document(keys.BlockDocument),
        },
        "parameter": {"if": _holds("type"), "then": _document(keys.ParameterDocument)},
        "dim": {"type": ["integer", "object"], **_object(keys.DimDocument)},
        "input": _document(keys.InputDocument),
        "expect": _document(keys.ExpectDocument, _EXPECTED),
        "used": {"type": ["string", "object"], "properties": {"file": {"type": "string"}}},
    }


def _reserved(key: str) -> Schema:
    for cls in (keys.NodeDocument, keys.BlockDocument):
        for name, field in cls.model_fields.items():
            if key == (field.alias or name):
                return _value(key, field.annotation)
    return _VALUES[key]


def _object(cls: type[Document]) -> Schema:
    return {"if": {"type": "object"}, "then": _document(cls)}


def _holds(key: str) -> Schema:
    return {"type": "object", "required": [key]}


def _when_op(name: str) -> Schema:
    then = {"$ref": f"#/$defs/op.{name}"}
    return {"if": {"properties": {"op": {"const": name}}}, "then": then}


def _arguments(entry: Entry) -> Schema:
    """The arguments of an op; every value may be an expression or `$name`."""
    properties: Schema = {}
    for parameter in entry.parameters:
        default = {} if parameter.required else {"default": parameter.default}
        doc = {"description": parameter.doc} if parameter.doc else {}
        value = {"anyOf": [_with_expressions(parameter.schema), {"type": "string"}]}
        properties[parameter.name] = {**value, **default, **doc}
    return {
        "description": entry.summary,
        "properties": properties,
        "patternProperties": {f"^({'|'.join(sorted(keys.RESERVED))})$": True},
        "additionalProperties": False,
    }


def _with_expressions(schema: Schema) -> Schema:
    """The same with a string allowed for every entry of a list."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [_with_expressions(part) for part in schema["anyOf"]]}
    if "prefixItems" in schema:
        return {**schema, "prefixItems": [_or_text(part) for part in schema["prefixItems"]]}
    return {**schema, "items": _or_text(schema["items"])} if schema.get("items") else schema


def _or_text(schema: Schema) -> Schema:
    return {"anyOf": [_with_expressions(schema), {"type": "string"}]}
