"""What is wrong with `input` and `inputs`, and what may be meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.fix import replacing
from archc.spec.document import describe_value, is_empty, start_of
from archc.spec.tree import Map, Scalar

if TYPE_CHECKING:
    from archc.lower.unit import Unit


def tell_names(unit: Unit) -> None:
    """Report that there are names under `input`, which has none."""
    at = unit.tree.keys["input"]
    text = "`input` is a single shape, not inputs by name"
    help, fix = "those stand under `inputs`", replacing(at, "inputs", certain=True)
    unit.scope.report.error(codes.WRONG_KIND, text, at, help=help, fix=fix)


def tell_none(unit: Unit) -> None:
    """Report that there is no input, unless it was lost to an error."""
    if unit.lost & {"input", "inputs"}:
        return
    report, inputs = unit.scope.report, unit.doc.inputs
    if inputs is not None and not is_empty(inputs):
        text = f"`inputs` is a mapping of names to shapes, not {describe_value(inputs)}"
        help = (
            "write `input: [N, 3, H, W]` for one, `inputs: {left: [N, 8], right: [N, 8]}` for two"
        )
        report.error(codes.WRONG_KIND, text, inputs.span, help=help)
        return
    text = "the spec does not say what its input is"
    at = unit.tree.keys.get("input") or unit.tree.keys.get("inputs") or start_of(unit.tree)
    report.error(codes.NO_INPUT, text, at, help="add `input: [N, 3, H, W]`")


def shape_meant(tree: Map | Scalar) -> str:
    """The shape that `784`, `3x224x224` or `{channels: 3, height: 32, width: 32}` stands for."""
    if isinstance(tree, Scalar) and tree.quoted and tree.text.startswith("["):
        return f"write it without quotes: `{tree.text}`"
    parts = list(tree.items.values()) if isinstance(tree, Map) else [tree]
    texts = [t.text for t in parts if isinstance(t, Scalar)]
    sizes = re.split(r"[x*, ]+", " ".join(texts).strip("()"))
    if not all(size.isdecimal() for size in sizes):
        return "as in `[N, 3, H, W]`"
    return f"write `[N, {', '.join(sizes)}]`: `N` is the batch, of any size"
