"""What an expression is made of.

`start` and `end` are characters of the text, from 0, the end exclusive.
"""

from __future__ import annotations

from typing import TypeAlias

from archc.record import record


@record
class Constant:
    """A literal. `word` is true for YAML's `true`, `false`, `null`, which Python does not know."""

    value: bool | int | float | str | None
    start: int
    end: int
    word: bool = False

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return ()


@record
class Star:
    """The segment `*`: all parts of a numbered thing, in order."""

    def __str__(self) -> str:
        return "*"


@record
class PathExpr:
    """A dotted name, `layer1.0.conv1`. A parenthesised segment is an expression."""

    segments: tuple[Segment, ...]
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return tuple(s for s in self.segments if not isinstance(s, str | int | Star))


@record
class Unary:
    """`-x`, `+x` or `not x`."""

    operator: str
    operand: Expr
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return (self.operand,)


@record
class Binary:
    """Arithmetic or a comparison of two values."""

    operator: str
    left: Expr
    right: Expr
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return self.left, self.right


@record
class Logic:
    """`a and b and c`, or the same with `or`."""

    operator: str
    operands: tuple[Expr, ...]
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return self.operands


@record
class Choice:
    """`then if test else other`."""

    test: Expr
    then: Expr
    other: Expr
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return self.test, self.then, self.other


@record
class Call:
    """A call of one of the language's functions."""

    function: str
    arguments: tuple[Expr, ...]
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return self.arguments


@record
class Index:
    """`value[key]`, or `value.key` with `dotted`."""

    value: Expr
    key: Expr
    start: int
    end: int
    dotted: bool = False

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return self.value, self.key


@record
class Slice:
    """`value[low:high:step]`."""

    value: Expr
    bounds: tuple[Expr | None, Expr | None, Expr | None]
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return (self.value, *(bound for bound in self.bounds if bound is not None))


@record
class ListOf:
    """`[a, b, c]`."""

    items: tuple[Expr, ...]
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return self.items


@record
class Comprehension:
    """`[element for targets in source if condition]`."""

    element: Expr
    targets: tuple[str, ...]
    source: Expr
    condition: Expr | None
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        inner = () if self.condition is None else (self.condition,)
        return (self.source, self.element, *inner)


Expr: TypeAlias = (
    Constant
    | PathExpr
    | Unary
    | Binary
    | Logic
    | Choice
    | Call
    | Index
    | Slice
    | ListOf
    | Comprehension
)
Segment: TypeAlias = str | int | Star | Expr
