"""Shapes that have to fit together: broadcasting, and equal in all dimensions but one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from archc.diag import codes
from archc.ir.dim import compare_equal
from archc.ir.types import TensorType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archc.ir.dim import Size
    from archc.ir.op import Rules, Types

Sized: TypeAlias = "tuple[int, Size]"
"""The index of an input, and its size in the dimension that is looked at."""


def plainest(sizes: Sequence[Size]) -> Size:
    """The size that is easiest to read of several that are equal: a number, or the shortest term.

    >>> from archc.ir.dim import symbol
    >>> h = symbol("H")
    >>> plainest([2 * (h // 2), h])
    H
    """
    return min(sizes, key=lambda size: (not isinstance(size, int), len(str(size))))


_WAYS = {
    True: "or make one of them 1",
    False: "or give both as many dimensions: shapes are compared from the right",
}


def broadcast(ins: Types, names: Sequence[str], rules: Rules, *, ignore: int = 0) -> list[Size]:
    """The shape that the inputs broadcast to, without the last `ignore` dimensions.

    A size of 1 fits any other. Two sizes that are not 1 must be equal; where one is open, it is
    assumed to be. `names` are the ports.
    """
    if len({x.shape for x in ins}) == 1:
        return list(ins[0].shape[: ins[0].rank - ignore])
    rank = max(x.rank for x in ins)
    level = all(x.rank == rank for x in ins)
    way_out, meant = _WAYS[level], "" if level else _otherwise(ins)
    shape: list[Size] = []
    for place in range(-rank, -ignore):
        sizes = [(i, x.shape[place]) for i, x in enumerate(ins) if x.rank >= -place]
        wide = [(i, size) for i, size in sizes if size != 1]
        if wide:
            dim = place + rank if level else place
            _same(wide, dim, ins, names, rules, way_out, meant=meant)
        shape.append(plainest([size for _, size in wide]) if wide else 1)
    return shape


def stacked(ins: Types, names: Sequence[str], rules: Rules, *, along: int | None) -> list[Size]:
    """The sizes of inputs that are equal but in dimension `along`, where the first's is given."""
    first = ins[0]
    for name, x in zip(names, ins, strict=True):
        if x.rank != first.rank:
            rules.stop(
                codes.RANK,
                f"needs inputs with the same number of dimensions, not {first} and {x}",
                at=name,
                help="bring them to one rank with `Flatten`, `Unsqueeze` or `Reshape`",
            )
    shape: list[Size] = []
    for dim, size in enumerate(first.shape):
        if dim == along:
            shape.append(size)
            continue
        sizes = [(i, x.shape[dim]) for i, x in enumerate(ins)]
        _same(sizes, dim, ins, names, rules, "or join them in another dimension")
        shape.append(plainest([size for _, size in sizes]))
    return shape


def _advice(dim: int, rank: int) -> str:
    """What mostly mends a size that differs between branches of images or sequences."""
    if rank < 4:
        return ""
    if dim % rank == 1:
        return "a 1x1 convolution in one branch gives it the channels of the other"
    same = "give both branches the same strides and paddings, or resize one with `Interpolate`"
    return same if dim % rank > 1 else ""


def _otherwise(ins: Types) -> str:
    """How an input with fewer dimensions would fit, if those it has are others than the last.

    >>> from archc.ir.types import TensorType
    >>> _otherwise((TensorType((2, 8, 16, 16)), TensorType((8,))))
    'shapes line up from the last dimension: [8, 1, 1] would line up with [2, 8, 16, 16]'
    """
    most = max(ins, key=lambda x: x.rank)
    for x in ins:
        if not 0 < x.rank < most.rank or x.shape == most.shape[-x.rank :]:
            continue
        for start in range(min(most.rank - x.rank, 2)):
            if x.shape == most.shape[start : start + x.rank]:
                shape = TensorType((*x.shape, *(1,) * (most.rank - start - x.rank)))
                return f"shapes line up from the last dimension: {shape} would line up with {most}"
    return ""


def _same(  # noqa: PLR0913 - what is compared, and how to speak of it
    sizes: Sequence[Sized],
    dim: int,
    ins: Types,
    names: Sequence[str],
    rules: Rules,
    way_out: str,
    *,
    meant: str = "",
) -> None:
    """All sizes equal the first; the first that never does ends the rule, naming both shapes.

    `meant` tells how the shapes were likely meant to line up.
    """
    first, wanted = sizes[0]
    for index, size in sizes[1:]:
        if size == wanted:
            continue
        at = names[index]
        message = (
            f"gets {ins[first]} and {ins[index]}: dimension {dim} is {wanted} in one"
            f" and {size} in the other"
        )
        help_ = meant or _advice(dim, ins[index].rank) or f"make the two sizes equal, {way_out}"
        if compare_equal(wanted, size) is False:
            rules.stop(codes.SHAPES_DIFFER, message, at=at, help=help_, axis=dim)
        doubt = codes.LINED_UP if meant else None
        code = codes.SHAPES_DIFFER
        rules.equal(wanted, size, code, message, at=at, help=help_, axis=dim, doubt=doubt)
