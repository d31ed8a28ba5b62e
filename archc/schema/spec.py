"""The schema of a spec file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.schema import arguments, documents, nodes
from archc.schema.words import DRAFT, having, mapping_of, not_both, or_null, ref
from archc.spec import keys

if TYPE_CHECKING:
    from archc.catalogue import Schema


def spec_schema() -> Schema:
    """The schema of a spec file."""
    return {
        "$schema": DRAFT,
        "$id": "archc-1.schema.json",
        "title": "archc spec, version 1",
        **documents.document(keys.FileDocument, documents.FILE),
        **not_both("input", "inputs"),
        "if": nodes.hides_an_op(),
        "then": _either(nodes.FREE),
        "else": _either(""),
        "definitions": {
            **nodes.definitions(),
            **documents.definitions(),
            **arguments.definitions(),
        },
    }


def _either(prefix: str) -> Schema:
    """The rules of a file by whether it extends another; `prefix` is that of its nodes."""
    return {"if": having("extends"), "then": _changed(prefix), "else": _whole(prefix)}


def _changed(prefix: str) -> Schema:
    """A file that extends another changes it: a mapping there may hold arguments alone."""
    layers = ref(f"{prefix}changes")
    return {"properties": {"layers": layers, "blocks": {"type": ["object", "null"]}}}


def _whole(prefix: str) -> Schema:
    """A file on its own: a network with its input, or blocks for others."""
    network = {
        "required": ["layers"],
        "anyOf": [{"required": ["input"]}, {"required": ["inputs"]}],
    }
    layers = {
        "if": having("blocks", "use"),
        "then": {"properties": {"layers": ref(f"{prefix}layers")}},
        "else": {"properties": {"layers": ref("plain.layers")}},
    }
    return {
        "properties": {"blocks": or_null(mapping_of(ref(f"{prefix}block")))},
        "allOf": [
            layers,
            {
                "if": having("layers", "input", "inputs"),
                "then": network,
                "else": {"required": ["blocks"]},
            },
        ],
    }
