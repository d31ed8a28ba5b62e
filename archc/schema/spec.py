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
        "if": having("extends"),
        "then": _changed(),
        "else": _whole(),
        "definitions": {
            **nodes.definitions(),
            **documents.definitions(),
            **arguments.definitions(),
        },
    }


def _changed() -> Schema:
    """A file that extends another changes it: a mapping there may hold arguments alone."""
    return {"properties": {"layers": ref("changes"), "blocks": {"type": ["object", "null"]}}}


def _whole() -> Schema:
    """A file on its own: a network with its input, or blocks for others."""
    network = {
        "required": ["layers"],
        "anyOf": [{"required": ["input"]}, {"required": ["inputs"]}],
    }
    layers = {
        "if": having("blocks", "use"),
        "then": {"properties": {"layers": ref("layers")}},
        "else": {"properties": {"layers": ref("plain.layers")}},
    }
    return {
        "properties": {"blocks": or_null(mapping_of(ref("block")))},
        "allOf": [
            layers,
            {
                "if": having("layers", "input", "inputs"),
                "then": network,
                "else": {"required": ["blocks"]},
            },
        ],
    }
