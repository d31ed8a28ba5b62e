"""What an expression is made of.

`start` and `end` are characters of the text, from 0, the end exclusive.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct


class Constant(Struct, frozen=True):
    """A literal. `word` is true for YAML's `true`, `false`, `null`, which Python does not know."""

    value: bool | int | float | str | None
    start: int
    end: int
    word: bool = False

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return ()


class Star(Struct, frozen=True):
    """The segment `*`: all parts of a numbered thing, in order."""

    def __str__(self) -> str:
        return "*"


class PathExpr(Struct, frozen=True):
    """A dotted name, `layer1.0.conv1`. A parenthesised segment is an expression."""

    segments: tuple[Segment, ...]
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return tuple(s for s in self.segments if not isinstance(s, str | int | Star))


class Unary(Struct, frozen=True):
    """`-x`, `+x` or `not x`."""

    operator: str
    operand: Expr
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return (self.operand,)


class Binary(Struct, frozen=True):
    """Arithmetic or a comparison of two values."""

    operator: str
    left: Expr
    right: Expr
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return self.left, self.right


class Logic(Struct, frozen=True):
    """`a and b and c`, or the same with `or`."""

    operator: str
    operands: tuple[Expr, ...]
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return self.operands


class Choice(Struct, frozen=True):
    """`then if test else other`."""

    test: Expr
    then: Expr
    other: Expr
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return self.test, self.then, self.other


class Call(Struct, frozen=True):
    """A call of one of the language's functions."""

    function: str
    arguments: tuple[Expr, ...]
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return self.arguments


class Index(Struct, frozen=True):
    """`value[key]`, or `value.key` with `dotted`."""

    value: Expr
    key: Expr
    start: int
    end: int
    dotted: bool = False

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return self.value, self.key


class Slice(Struct, frozen=True):
    """`value[low:high:step]`."""

    value: Expr
    bounds: tuple[Expr | None, Expr | None, Expr | None]
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return (self.value, *(bound for bound in self.bounds if bound is not None))


class ListOf(Struct, frozen=True):
    """`[a, b, c]`."""

    items: tuple[Expr, ...]
    start: int
    end: int

    def parts(self) -> tuple[Expr, ...]:
        """The expressions directly inside."""
        return self.items


class Comprehension(Struct, frozen=True):
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
