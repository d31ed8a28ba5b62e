"""What a dotted name reads of a value: sizes of a tensor, elements of a list, fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag import codes
from archc.ir.dim import Dim
from archc.spec.expr.problems import kind, misspelt, problem_at

if TYPE_CHECKING:
    from archc.ir.types import TensorType
    from archc.lower.scope import Segments
    from archc.spec.expr import ExprError, PathExpr

ATTRIBUTES = frozenset({"channels", "features", "shape", "rank"})
"""What an expression can read of a tensor."""


def holds_open_size(value: object) -> bool:
    """Whether a value is an open size, or a list with one in it."""
    if isinstance(value, list | tuple):
        return any(map(holds_open_size, value))
    return isinstance(value, Dim)


def attribute(tensor: TensorType, path: Segments, at: PathExpr) -> object:
    """`channels`, `features`, `rank` or `shape` of a tensor, `shape.k` for one size."""
    match path:
        case ("channels",) if tensor.rank > 1:
            return tensor.channels
        case ("features",) if tensor.rank > 0:
            return tensor.features
        case ("rank",):
            return tensor.rank
        case ("shape", *rest):
            return index_into(list(tensor.shape), tuple(rest), at)
        case ("channels" | "features",):
            raise problem_at(codes.EXPR_FAILS, f"{tensor} has no `{path[0]}`", at)
        case _:
            text = ".".join(map(str, path)) or "the value itself"
            problem = problem_at(
                codes.EXPR_NAME,
                f"a tensor has no `{text}`" if path else "a tensor is not a number",
                at,
                "read `channels`, `features`, `rank` or `shape.k` of it",
            )
            raise misspelt(problem, text, ATTRIBUTES)


def index_into(value: object, path: Segments, at: PathExpr) -> object:
    """Follow integers into lists and names into records."""
    for segment in path:
        try:
            value = _part(value, segment)
        except (KeyError, IndexError, TypeError):
            raise _no_part(value, segment, at) from None
    return value


def _part(value: object, segment: str | int) -> object:
    if isinstance(value, list | tuple) and isinstance(segment, int):
        return value[segment]
    if isinstance(value, dict):
        return value[str(segment)]
    raise TypeError


def _no_part(value: object, segment: str | int, at: PathExpr) -> ExprError:
    if isinstance(value, list | tuple):
        return problem_at(
            codes.EXPR_FAILS,
            f"a list of {len(value)} has no element `{segment}`",
            at,
            f"elements count from 0 to {len(value) - 1}" if value else "",
        )
    if isinstance(value, dict):
        fields = [str(name) for name in value]
        help = f"its fields are {', '.join(fields)}"
        problem = problem_at(codes.EXPR_FAILS, f"the record has no field `{segment}`", at, help)
        return misspelt(problem, str(segment), fields, own=True)
    return problem_at(codes.EXPR_TYPE, f"{kind(value)} has no part `{segment}`", at)
