"""What may stand under the keys of the language, by the document that holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from archc.docstrings import attribute_docs
from archc.lower.initialise import FUNCTIONS
from archc.lower.parameters import ELEMENTS, TYPES
from archc.lower.signature import DTYPES
from archc.schema.words import (
    COUNT,
    EXPRESSION,
    PATH,
    SHAPE,
    SIZE,
    TEXT,
    by_type,
    described,
    having,
    mapping_of,
    or_null,
    ref,
)
from archc.spec import keys

if TYPE_CHECKING:
    from archc.catalogue import Schema
    from archc.spec.keys import Document

_PLAIN = {str: "string", bool: "boolean", int: "integer"}
_ANY = mapping_of({})
_NAME = r"^[^\d\W]\w*$"
_SIZE: Schema = {"type": ["integer", "string"], "minimum": 1}

NODE: Schema = {
    "op": TEXT,
    "from": ref("from"),
    "when": EXPRESSION,
    "repeat": COUNT,
    "for": mapping_of({"type": ["array", "string"]}, minProperties=1),
    "outputs": ref("outputs"),
    "init": {
        "anyOf": [
            ref("initialisation"),
            mapping_of({"anyOf": [ref("initialisation"), ref("tensors")]}),
        ]
    },
    "tie": mapping_of(TEXT),
}
"""What the keys of a node take."""

FILE: Schema = {
    "archc": {"const": 1},
    "use": or_null(mapping_of({"anyOf": [TEXT, ref("used")]})),
    "params": or_null(ref("params")),
    "let": or_null(_ANY),
    "input": {"anyOf": [SHAPE, ref("input")]},
    "inputs": mapping_of({"anyOf": [SHAPE, ref("input")]}, minProperties=1),
    "dims": or_null(mapping_of({"anyOf": [_SIZE, ref("dim")]})),
    "blocks": {"type": ["object", "null"]},
    "layers": {"type": ["object", "array"], "minProperties": 1, "minItems": 1},
    "outputs": ref("outputs"),
    "init": or_null(mapping_of(ref("tensors"))),
    "expect": or_null(ref("expect")),
}
"""What the keys of a file take."""

_BLOCK: Schema = {
    "params": or_null(ref("params")),
    "let": or_null(_ANY),
    "inputs": {"anyOf": [TEXT, {"type": "array", "items": TEXT}, _ANY]},
    "outputs": ref("outputs"),
}
_PARAMETER: Schema = {
    "type": {"enum": [*TYPES, *ELEMENTS]},
    "default": {},
    "min": {"type": ["number", "string"]},
    "max": {"type": ["number", "string"]},
    "choices": {"type": "array"},
}
_INPUT: Schema = {"shape": SHAPE, "dtype": {"enum": sorted(DTYPES)}, "below": SIZE}
_OUTPUT: Schema = {"from": PATH, "when": EXPRESSION}
_EXPECT: Schema = {
    "params": COUNT,
    "flops": COUNT,
    "output": SHAPE,
    "outputs": mapping_of(SHAPE),
}
_DEFAULTS: Schema = {
    "int": {"type": ["integer", "string"]},
    "float": {"type": ["number", "string"]},
    "bool": {"type": ["boolean", "string"]},
    "str": TEXT,
    "op": {"anyOf": [TEXT, {"type": "null"}, having("op")]},
    "size": {"type": ["integer", "string", "array"]},
    "list": {"type": ["array", "string"]},
    "record": {"type": ["object", "string"]},
}
"""What a default can be, by the type of its parameter."""


def document(cls: type[Document], values: Schema) -> Schema:
    """A mapping with the keys of a document; `values` says what those take that are read later."""
    docs = attribute_docs(cls)
    properties: Schema = {}
    required = []
    for name, field in cls.model_fields.items():
        key = field.alias or name
        value = values[key] if key in values else _plain(field.annotation)
        properties[key] = described(value, docs[name])
        if field.is_required():
            required.append(key)
    needs = {"required": required} if required else {}
    return {"type": "object", "properties": properties, **needs, "additionalProperties": False}


def _plain(annotation: Any) -> Schema:
    kinds = [_PLAIN[kind] for kind in _types(annotation) if kind in _PLAIN]
    return {"type": kinds[0]}


def _types(annotation: Any) -> list[Any]:
    """The plain types in an annotation, through `Annotated` and unions."""
    inner = get_args(annotation)
    return [kind for part in inner for kind in _types(part)] if inner else [annotation]


def definitions() -> Schema:
    """The definitions of everything that is neither a node nor an op."""
    return {
        "from": {
            "anyOf": [PATH, {"type": "array", "items": ref("paths")}, mapping_of(ref("paths"))],
        },
        "paths": {"anyOf": [PATH, {"type": "array", "items": PATH}]},
        "outputs": {"anyOf": [PATH, mapping_of({"anyOf": [PATH, ref("output")]})]},
        "output": document(keys.OutputDocument, _OUTPUT),
        "params": {
            "type": "object",
            "propertyNames": {"pattern": _NAME, "not": {"enum": sorted(keys.RESERVED)}},
            "additionalProperties": {"if": having("type"), "then": ref("parameter")},
        },
        "parameter": _parameter(),
        "input": document(keys.InputDocument, _INPUT),
        "dim": document(keys.DimDocument, dict.fromkeys(keys.DimDocument.model_fields, _SIZE)),
        "used": document(keys.UseDocument, {"params": or_null(_ANY)}),
        "expect": document(keys.ExpectDocument, _EXPECT),
        "tensors": mapping_of(ref("initialisation")),
        "initialisation": {
            "anyOf": [{"enum": list(FUNCTIONS)}, _function()],
        },
        "body": document(keys.BlockDocument, {**_BLOCK, "layers": ref("layers")}),
        "free.body": document(keys.BlockDocument, {**_BLOCK, "layers": ref("free.layers")}),
    }


def _parameter() -> Schema:
    """A declaration, its default a value of its type."""
    rules = [
        {
            "if": {"properties": {"type": {"const": kind}}},
            "then": {"properties": {"default": schema}},
        }
        for kind, schema in _DEFAULTS.items()
    ]
    return {**document(keys.ParameterDocument, _PARAMETER), "allOf": rules}


def _function() -> Schema:
    """A function of `torch.nn.init` with arguments: by name, or its first one alone."""
    functions = {}
    for name, arguments in FUNCTIONS.items():
        known = {"propertyNames": {"enum": list(arguments)}}
        functions[name] = {"allOf": by_type(object=known)} if arguments else {"maxProperties": 0}
    return {
        "type": "object",
        "properties": functions,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
