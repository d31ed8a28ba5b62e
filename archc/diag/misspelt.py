"""Misspelt names: which one was meant, and whether it can have been another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archc.diag.diagnostic import nearest
from archc.diag.fix import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from archc.diag.fix import Fix
    from archc.diag.source import Span


def guess(
    span: Span,
    word: str,
    known: Iterable[str],
    otherwise: str = "",
    *,
    own: bool = False,
    taken: Mapping[str, Span] | None = None,
) -> tuple[str, Fix | None]:
    """What to say, and what to write, where `word` at `span` is none of the names that are `known`.

    `otherwise` is said where nothing is near. A name that is `taken` at a place in the same file
    cannot stand there twice; one that a base has can, since the file then changes it.

    >>> from archc.diag.source import Span
    >>> help, fix = guess(Span("a.yaml", 3, 5, 3, 16), "kernal_size", ["kernel_size"])
    >>> help, fix.title, fix.certain
    ('did you mean `kernel_size`?', 'write `kernel_size`', True)
    """
    known = list(known)
    meant = nearest(word, known)
    if meant is None:
        return otherwise, None
    there = (taken or {}).get(meant)
    twice = there is not None and there.file == span.file
    fix = None if twice else renaming(span, word, meant, known, own=own)
    return f"did you mean `{meant}`?", fix


def translated(span: Span, word: str, others: Mapping[str, str]) -> tuple[str, Fix | None] | None:
    """The same for `others`, what other tools call some names; None for a word of no tool.

    Certain is only the longer word for one: `integer` is `int`, and a `tuple` may be a list.
    """
    meant = others.get(word)
    if meant is None:
        return None
    fix = replacing(span, meant, certain=word.startswith(meant))
    return f"did you mean `{meant}`?", fix


def renaming(
    span: Span, word: str, meant: str | None, known: Iterable[str], *, own: bool = False
) -> Fix | None:
    """Write the name that is `meant` where `word` stands; None where nothing is near enough.

    `own` says that authors choose such names (nodes, blocks, files), see `is_certain`.
    """
    if meant is None:
        return None
    return replacing(span, meant, certain=is_certain(word, meant, list(known), own=own))


def is_certain(word: str, meant: str, known: Collection[str], *, own: bool = False) -> bool:
    """Whether `word` can only be a misspelling of `meant` among the names that are `known`.

    Upper case, `_` and `-` never tell two names apart. A name of the language (`kernel_size`) may
    be one letter off, a long one two, when no other name is nearly as near. A name that authors
    chose may only have two letters swapped: `conv_b` is not `conv_a` misspelt, but another node.
    A digit is never a misprint.

    >>> known = ["Conv1d", "Conv2d", "ReLU", "ReLU6"]
    >>> is_certain("conv2D", "Conv2d", known), is_certain("Cnv2d", "Conv2d", known)
    (True, False)
    >>> is_certain("Conv4d", "Conv2d", known), is_certain("RelU", "ReLU", known)
    (False, True)
    >>> known = ["conv_a", "branch"]
    >>> is_certain("conv_b", "conv_a", known, own=True)
    False
    >>> is_certain("brnach", "branch", known, own=True)
    True
    """
    one, other = _folded(word), _folded(meant)
    rivals = [_folded(name) for name in known if name != meant]
    if _digits(one) != _digits(other) or one in rivals:
        return False
    if one == other:
        return True
    if _swapped(one, other):
        return not any(_swapped(one, name) for name in rivals)
    far = distance(one, other)
    return not own and far <= _tolerance(other) and not any(_near(one, n, far + 2) for n in rivals)


def _near(one: str, other: str, limit: int) -> bool:
    return abs(len(one) - len(other)) < limit and distance(one, other) < limit


def _tolerance(name: str) -> int:
    """Letters that may be wrong in a name of the language."""
    return 0 if len(name) < 4 else 1 if len(name) < 8 else 2


def _folded(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def _digits(name: str) -> list[str]:
    return [char for char in name if char.isdigit()]


def _swapped(one: str, other: str) -> bool:
    """Whether two neighbouring letters changed places."""
    return sorted(one) == sorted(other) and distance(one, other) == 1


def distance(one: str, other: str) -> int:
    """How many letters are missing, too many, wrong, or in the place of their neighbour.

    >>> distance("kernal", "kernel"), distance("form", "from"), distance("stride", "strides")
    (1, 1, 1)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and (a, b) == (other[j - 2], one[i - 2]):
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def another_name(near: Iterable[str], is_good: Callable[[str], bool]) -> str:
    """The help for a name that cannot be: the first of those `near` it that is any good.

    >>> another_name(["a.b", "a_b"], str.isidentifier)
    'give it another name: `a_b`'
    """
    good = next(filter(is_good, near), None)
    return "give it another name" + (f": `{good}`" if good else "")
