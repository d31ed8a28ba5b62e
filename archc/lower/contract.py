"""What a block or a used file declares of its inputs, held against what really comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.ir.dim import compare_equal
from archc.ir.op import Assumption
from archc.lower.symbols import is_symbol, read_size
from archc.spec.expr import Absorbed
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.diag.source import Span
    from archc.ir.dim import Size
    from archc.ir.types import TensorType
    from archc.lower.layers import Layers
    from archc.spec.tree import Tree


def hold(
    declared: Iterable[Tree | None],
    types: Iterable[TensorType | None],
    layers: Layers,
    use: Span,
) -> bool:
    """Whether the declared shapes fit the types at one use, whose place is `use`; told if not.

    Capital names stand for the sizes that come in; they were bound before.
    """
    for tree, actual in zip(declared, types, strict=False):
        shape = tree.items.get("shape") if isinstance(tree, Map) else tree
        if actual is not None and isinstance(shape, List):
            _shape(shape, actual, layers, use)
            _dtype(tree, actual, layers, use)
    return not layers.body.failed


def symbols_of(
    declared: Iterable[Tree | None], types: Iterable[TensorType | None]
) -> dict[str, object]:
    """The size that each capital name of the declared shapes stands for at one use."""
    found: dict[str, object] = {}
    for tree, actual in zip(declared, types, strict=False):
        shape = tree.items.get("shape") if isinstance(tree, Map) else tree
        if isinstance(shape, List) and actual is not None:
            for size, given in zip(shape.items, actual.shape, strict=False):
                if isinstance(size, Scalar) and isinstance(size.value, str):
                    found.setdefault(size.value, given)
    return {n: size for n, size in found.items() if is_symbol(n)}


def _shape(shape: List, actual: TensorType, layers: Layers, use: Span) -> None:
    if len(shape.items) != actual.rank:
        text = f"takes {len(shape.items)} dimensions, and gets {actual}"
        _refuse(codes.RANK, text, shape, layers, use)
        return
    for axis, (tree, given) in enumerate(zip(shape.items, actual.shape, strict=True)):
        try:
            wanted = read_size(tree, layers.scope)
        except Absorbed:
            continue
        _size(axis, wanted, given, shape, layers, use)


def _size(axis: int, wanted: Size, given: Size, shape: List, layers: Layers, use: Span) -> None:
    actual_rank = len(shape.items)
    same = compare_equal(wanted, given)
    if same is None:
        text = f"dimension {axis} of the input is {given}, and {wanted} is declared"
        assumption = Assumption("equal", given, wanted, text, str(axis))
        layers.body.assume(assumption, shape.items[axis].span)
    elif not same:
        what = "channels" if axis == 1 and actual_rank > 2 else f"in dimension {axis}"
        text = f"takes {wanted} {what}, and gets {given}"
        _refuse(codes.CHANNELS if axis == 1 else codes.SHAPES_DIFFER, text, shape, layers, use)


def _dtype(tree: Tree | None, actual: TensorType, layers: Layers, use: Span) -> None:
    wanted = tree.items.get("dtype") if isinstance(tree, Map) else None
    if isinstance(wanted, Scalar) and wanted.value != actual.dtype:
        text = f"takes {wanted.value}, and gets {actual.dtype}"
        _refuse(codes.WRONG_DTYPE, text, wanted, layers, use)


def _refuse(code: codes.Code, text: str, declared: Tree, layers: Layers, use: Span) -> None:
    name = layers.body.name
    also = (Label(declared.span, "declared here"),)
    help = "change what comes in, or what is declared"
    layers.scope.report.error(code, f"`{name}` {text}", use, also=also, help=help)
    layers.body.failed = True
