"""An op as the module of `torch.nn` with its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.ir.target import Arg, New

if TYPE_CHECKING:
    from archc.ir.op import Op
    from archc.ir.target import Literal


def as_module(op: Op, *positional: str, **inferred: Literal) -> New:
    """`torch.nn.<name of the op>`, with the arguments that a person would write.

    The parameters in `positional` come first and bare, from `inferred` where the spec need not give
    them; the rest by keyword, in order, where they differ from their defaults.
    """
    bare = [
        Arg(name, inferred.get(name, getattr(op, name, None)), keyword=False) for name in positional
    ]
    named = [
        Arg(name, getattr(op, name))
        for name, field in type(op).model_fields.items()
        if name not in positional
        and name not in inferred
        and (field.is_required() or getattr(op, name) != field.default)
    ]
    return New(f"torch.nn.{type(op).__name__}", (*bare, *named))
