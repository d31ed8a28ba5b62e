"""Which nodes of a draft are wrong, which are unknown because of them, and what is said of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from archc.ir.draft import Draft
from archc.ir.graph import Body

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archc.diag.diagnostic import Diagnostic
    from archc.diag.source import Span
    from archc.ir.draft import DraftNode
    from archc.ir.graph import Path, Ref
    from archc.ir.op import Broken


class Verdict(Struct, frozen=True):
    """What is to be said of a node: that it is wrong, and why, or that nobody can know."""

    mark: Literal["wrong", "unknown"]
    messages: tuple[str, ...] = ()
    broken: tuple[Broken, ...] = ()


class Verdicts(Struct, frozen=True):
    """What is said of the nodes by their full paths, and what is said of none of them."""

    of: dict[str, Verdict]
    rest: tuple[str, ...]


def verdicts(draft: Draft, diagnostics: Iterable[Diagnostic]) -> Verdicts:
    """Give every error to the nodes it speaks of: by its path, else by where it points."""
    errors = [found for found in diagnostics if found.severity == "error"]
    judge = _Judge(errors)
    judge.draft(draft, ())
    rest = (found for found in errors if id(found) not in judge.placed)
    return Verdicts(judge.found, tuple(map(_words, rest)))


def _words(found: Diagnostic) -> str:
    return f"{found.code.id} {found.message}"


class _Judge(Struct):
    errors: Sequence[Diagnostic]
    found: dict[str, Verdict] = field(default_factory=dict[str, Verdict])
    placed: set[int] = field(default_factory=set[int])
    firsts: dict[int, Path] = field(default_factory=dict[int, "Path"])
    """Where each block that failed was used first: errors inside it name that place."""

    def draft(self, draft: Draft, prefix: Path) -> None:
        """Judge every node of a draft that stands at `prefix`."""
        first = self.firsts.setdefault(id(draft), prefix)
        for node in draft.nodes:
            path = (*prefix, *node.path)
            if isinstance(node.what, Draft) and node.what.nodes:
                self.draft(node.what, path)
            elif isinstance(node.what, Body):
                self.body(node.what, path)
            else:
                said = self.said(".".join((*first, *node.path)), node.places)
                self.judge(draft, node, path, said)

    def judge(self, draft: Draft, node: DraftNode, path: Path, said: tuple[str, ...]) -> None:
        """A node of which something is said is wrong, and one that failed for no other reason."""
        if not said and node.outputs is not None:
            return
        follows = any(_is_unknown(draft, ref) for ref in node.inputs)
        mark: Literal["wrong", "unknown"] = "unknown" if follows and not said else "wrong"
        self.found[".".join(path)] = Verdict(mark, said, node.broken)

    def body(self, body: Body, prefix: Path) -> None:
        """Judge a block in which all was built: the sizes may be refused all the same."""
        for item in body.items:
            path = (*prefix, *item.path)
            if isinstance(item.what, Body):
                self.body(item.what, path)
            elif said := self.said(".".join(path), (item.span,)):
                self.found[".".join(path)] = Verdict("wrong", said)

    def said(self, path: str, places: Iterable[Span]) -> tuple[str, ...]:
        """What the errors say of a node at a path that is written at these places."""
        spans = tuple(places)
        about = [
            found
            for found in self.errors
            if (found.path == path if found.path else _holds(spans, found.primary.span))
        ]
        self.placed.update(map(id, about))
        return tuple(map(_words, about))


def _is_unknown(draft: Draft, ref: Ref) -> bool:
    return ref.item < -1 or (ref.item >= 0 and draft.nodes[ref.item].outputs is None)


def _holds(places: Iterable[Span], span: Span) -> bool:
    """Whether a place is in one of these, or on the line of one that has no more than that line."""
    return any(place.file == span.file and _within(place, span) for place in places)


def _within(place: Span, span: Span) -> bool:
    if place.line == place.end_line == span.line:
        return True
    start, end = (place.line, place.column), (place.end_line, place.end_column)
    return start <= (span.line, span.column) < end
