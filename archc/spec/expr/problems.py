"""What can go wrong in an expression, and the limits that hold for all of them."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from archc.diag import codes
from archc.diag.diagnostic import nearest
from archc.diag.misspelt import is_certain
from archc.ir.dim import Dim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archc.diag.codes import Code
    from archc.diag.diagnostic import Label
    from archc.spec.expr.nodes import PathExpr

MAX_LENGTH = 500
"""Characters of an expression."""
MAX_DEPTH = 40
"""Operators, calls and brackets inside one another."""
MAX_INTEGER = 2**63
"""Integers stay within 64 bits."""
MAX_EXPONENT = 64
MAX_LIST = 10_000
"""Elements of one list."""
MAX_ELEMENTS = 100_000
"""Elements of a list with all lists inside it."""
MAX_WORK = 1_000_000
"""Elements made, and characters evaluated again in comprehensions, by one expression."""


class Respelling(NamedTuple):
    """A name in an expression and the one that is meant, see `archc.diag.misspelt`."""

    word: str
    meant: str
    certain: bool


class ExprError(Exception):
    """An expression does not work. `start` and `end` are characters of its text, from 0."""

    def __init__(self, code: Code, message: str, start: int, end: int, help: str = "") -> None:
        """Say what is wrong, where, and what to do about it."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.start = start
        self.end = end
        self.help = help
        self.also: tuple[Label, ...] = ()
        """Other places that say why, where the scope knows of some."""
        self.respelling: Respelling | None = None
        """The name in it that is another one misspelt."""


class CircularError(ExprError):
    """A value is computed from itself."""


def problem_at(code: Code, message: str, at: PathExpr, help: str = "") -> ExprError:
    """A problem of the whole name that stands `at` a place of an expression."""
    return ExprError(code, message, at.start, at.end, help)


def misspelt(
    problem: ExprError,
    word: str,
    known: Iterable[str],
    *,
    own: bool = False,
    instead: str | None = None,
) -> ExprError:
    """The same problem with the name of `known` that `word` is near to, where there is one.

    It replaces the help. `own` says that authors choose such names; `instead` is what another
    language's `word` comes nearest to.
    """
    known = list(known)
    meant = instead or nearest(word, known)
    if meant is not None:
        problem.help = f"did you mean `{meant}`?"
        certain = not instead and is_certain(word, meant, known, own=own)
        problem.respelling = Respelling(word, meant, certain)
    return problem


class Absorbed(Exception):  # noqa: N818 (nothing is wrong here: the error stands elsewhere)
    """The value is unknown because of an error that was reported already."""


class Refusal(Exception):  # noqa: N818 (turned into an `ExprError` where the place is known)
    """An operation does not work on these values."""

    def __init__(self, message: str, code: Code = codes.EXPR_FAILS, advice: str = "") -> None:
        """Say what is wrong and what to do about it."""
        super().__init__(message)
        self.message = message
        self.code = code
        self.advice = advice

    def at(self, start: int, end: int) -> ExprError:
        """The same with its place."""
        return ExprError(self.code, self.message, start, end, self.advice)


def too_much(message: str) -> Refusal:
    """A limit is exceeded."""
    return Refusal(message, codes.EXPR_LIMIT)


def wrong_type(message: str, advice: str = "") -> Refusal:
    """A value of the wrong kind."""
    return Refusal(message, codes.EXPR_TYPE, advice)


def still_open(size: object, what: str) -> Refusal:
    """A number is needed, and the size depends on a symbol."""
    return Refusal(
        f"{what}, and `{size}` depends on the size of the input",
        codes.OPEN_SIZE,
        "write a number in place of the symbol in `input`, or avoid the dependence",
    )


def undecided(comparison: str) -> Refusal:
    """A comparison holds for some sizes of the input only."""
    return Refusal(
        f"whether `{comparison}` holds depends on the size of the input",
        codes.OPEN_SIZE,
        "write a number in place of the symbol in `input`, or avoid the dependence",
    )


def kind(value: object) -> str:
    """What a value is, for messages.

    >>> kind(None), kind(3), kind("x"), kind([1, 2])
    ('null', 'the number 3', "the text 'x'", 'a list')
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text {value[:40]!r}"
        case list() | tuple():
            return "a list"
        case dict():
            return "a record"
        case Dim():
            return f"the open size `{value}`"
        case _:
            return "an op or a node"


def bounded(value: object) -> object:
    """The value itself; refuses integers outside 64 bits and floats that are not finite."""
    if isinstance(value, int):
        if not -MAX_INTEGER <= value < MAX_INTEGER:
            raise too_much("the result does not fit 64 bits")
    elif isinstance(value, float) and not isfinite(value):
        raise too_much("the result is not a finite number")
    elif isinstance(value, complex):
        raise Refusal("the result is not a real number")
    return value
