"""Reads YAML, one parsing event at a time. The only file that knows a YAML library.

The library's own composers are not used: they recurse (a deep file kills the process), follow
YAML 1.1 (`no` is false there), take duplicate keys and drop positions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from msgspec.structs import replace
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    StreamEndEvent,
)

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label
from archc.diag.source import Span
from archc.spec.limits import MIB, current, way_out
from archc.spec.node import Scalar, Tree
from archc.spec.yaml_build import Builder, Stop
from archc.spec.yaml_scalar import NumberTooLong, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archc.diag.source import Source

MAX_TEXT = 2**16
"""Characters of one name or value."""

# All that YAML calls printable, less the line breaks that editors do not count: U+0085, U+2028/9.
_FIT = "\t\n\r -~"
_FIT_BEYOND_ASCII = "\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"


def _find_unfit(text: str) -> re.Match[str] | None:
    """The first character that a spec may not hold. The set of all takes 3 ms to compile."""
    return re.search(f"[^{_FIT}{'' if text.isascii() else _FIT_BEYOND_ASCII}]", text)


def parse(source: Source) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    """The tree of a file, or None where it cannot be used, and what is wrong with it."""
    tree, problems = _parse(source)
    if tree is None and problems:
        problems = tuple(_with_fixes(problems, source))
    return tree, problems


def _parse(source: Source) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    """The same, without the fixes that are found by reading the file again."""
    refusal = _unfit(source)
    if refusal:
        return None, (refusal,)
    reader = _Reader(source)
    loader = _loader(source.text)
    try:
        reader.read(loader)
    except yaml.YAMLError as error:
        reader.broken_off(error)
        return None, tuple(reader.tree.problems)
    except Stop:
        return None, tuple(reader.tree.problems)
    finally:
        loader.dispose()
    return reader.result()


def _with_fixes(problems: tuple[Diagnostic, ...], source: Source) -> Iterator[Diagnostic]:
    """The problems, with the way out of tabs: it takes reading the whole file again.

    What follows a `?` that stands for a value is told wrongly by the YAML library.
    """
    from archc.spec.yaml_fault import lone_question
    from archc.spec.yaml_tabs import TABS, untabbed

    for found in problems:
        question = lone_question(found, source)
        if question is not None:
            yield question
            return
        tabs = found.message == TABS
        yield replace(found, fix=untabbed(source, _parse)) if tabs else found


class Piece(NamedTuple):
    """A scalar, an alias, or the start or end of a collection, with its offsets in the text.

    `style` is the quote or indicator of a scalar, and `flow` of a collection in brackets. `start`
    is that of the anchor where there is one.
    """

    kind: str
    start: int
    end: int
    anchor: str = ""
    text: str = ""
    style: str = ""


def pieces(text: str) -> Iterator[Piece]:
    """What a text that `parse` takes is made of, as it is written: aliases are not followed.

    Lines end in a line feed, so that offsets are the same in every YAML library.
    """
    loader = _loader(text)
    while loader.check_event():
        event = loader.get_event()
        at = (event.start_mark.index, event.end_mark.index)
        if isinstance(event, ScalarEvent):
            yield Piece("scalar", *at, event.anchor or "", event.value, event.style or "")
        elif isinstance(event, AliasEvent):
            yield Piece("alias", *at, text=str(event.anchor))
        elif isinstance(event, CollectionStartEvent):
            kind = "map" if isinstance(event, MappingStartEvent) else "list"
            yield Piece(kind, *at, event.anchor or "", style="flow" if event.flow_style else "")
        elif isinstance(event, CollectionEndEvent):
            yield Piece("end", *at)


def gaps(text: str) -> Iterator[tuple[int, int]]:
    """The stretches between the tokens of such a text: white space and comments."""
    loader = _loader(text)
    end = 0
    while loader.check_token():
        token = loader.get_token()
        yield end, token.start_mark.index
        end = max(end, token.end_mark.index)
    yield end, len(text)


def _loader(text: str) -> Any:
    """The C parser of libyaml where PyYAML was built with it: ten times faster, the same events."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)


def _unfit(source: Source) -> Diagnostic | None:
    start = Span(source.file, 1, 1, 1, 1)
    most = current().file_size
    if len(source.text) > most * MIB:
        message = f"the file is larger than {most} MiB"
        return Diagnostic(codes.TOO_LARGE, message, Label(start), help=way_out("file_size"))
    found = _find_unfit(source.text)
    if not found:
        return None
    before = source.text[: found.start()].replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    span = Span(source.file, line, column, line, column + 1)
    message = f"the file holds the character U+{ord(found.group()):04X}"
    help_ = "a spec holds printable characters, tabs and line breaks only"
    return Diagnostic(codes.BAD_CHARACTER, message, Label(span), help=help_)


class _Reader:
    """Translates events for the builder: positions, the meaning of scalars, forgotten quotes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.beyond = len(source.lines)
        self.tree = Builder()
        self.documents = 0
        self.repaired_to: tuple[int, int] | None = None
        self.drop_value = False

    def read(self, loader: Any) -> None:
        """Take events until the first document ends. Scalars, which are most of them, go first."""
        while True:
            event = loader.get_event()
            if type(event) is ScalarEvent:
                if not self.repaired_to or not self.inside_repair(event):
                    self.tree.scalar(self.scalar(event, self.span(event)), event.anchor)
            elif isinstance(event, CollectionEndEvent):
                self.tree.close(self.span(event))
            elif isinstance(event, CollectionStartEvent | AliasEvent):
                self.larger(event)
            elif isinstance(event, StreamEndEvent) or self.second_document(event):
                return

    def second_document(self, event: Event) -> bool:
        """Whether another document starts, which is reported."""
        if not isinstance(event, DocumentStartEvent):
            return False
        self.documents += 1
        if self.documents > 1:
            help_ = "remove the `---`, or put what follows into a file of its own"
            span = self.span(event)
            self.tree.fail(
                codes.SECOND_DOCUMENT, "a second document starts here", span, advice=help_
            )
            self.tree.broken = True
        return self.documents > 1

    def broken_off(self, error: yaml.YAMLError) -> None:
        """Report where the YAML ends to be YAML, unless that is inside a reported expression."""
        from archc.spec.yaml_fault import describe, fault_of

        inner = self.tree.open[-1] if self.tree.open else None
        fault = fault_of(error, inner.span if inner is not None and inner.flow else None)
        if self.repaired_to is None or fault.mark > self.repaired_to:
            self.tree.problems.append(describe(self.source, fault, self.tree.last_span()))

    def result(self) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
        """The root and the problems; an empty file is one."""
        root, problems = self.tree.root, self.tree.problems
        if root is None or (isinstance(root, Scalar) and root.text == ""):
            at = Label(Span(self.source.file, 1, 1, 1, 1))
            advice = "a spec has `input` and `layers`; `archc new FILE --from NAME` writes one"
            empty = Diagnostic(codes.YAML_SYNTAX, "the file is empty", at, help=advice)
            return None, (*problems, empty)
        return None if self.tree.broken else root, tuple(problems)

    def span(self, event: Event) -> Span:
        """The stretch of an event; the library's marks count from 0."""
        start: Any = event.start_mark
        end: Any = event.end_mark
        first, line, column = start.line, end.line, end.column
        if column == 0 and line > first:
            line, column = self.text_end(first, line)
        elif line == self.beyond:
            return self.at_the_end()
        return Span(self.source.file, first + 1, start.column + 1, line + 1, column + 1)

    def at_the_end(self) -> Span:
        """Where the file ends; the library counts a line more there if no line break is."""
        line, column = len(self.source.lines), len(self.source.lines[-1]) + 1
        return Span(self.source.file, line, column, line, column)

    def text_end(self, first: int, after: int) -> tuple[int, int]:
        """Where the text before line `after` ends: block scalars are marked up to the next node."""
        lines = self.source.lines
        line = min(after, len(lines)) - 1
        while line > first and not lines[line].strip():
            line -= 1
        return line, len(lines[line])

    def larger(self, event: CollectionStartEvent | AliasEvent) -> None:
        """The start of a collection, or an alias."""
        if self.repaired_to and self.inside_repair(event):
            raise Stop
        span = self.span(event)
        if isinstance(event, AliasEvent):
            self.tree.alias(str(event.anchor), span)
            return
        self.refuse_tag(event, span)
        is_map, flow = isinstance(event, MappingStartEvent), bool(event.flow_style)
        self.tree.start(span, event.anchor, is_map=is_map, flow=flow)

    def refuse_tag(self, event: ScalarEvent | CollectionStartEvent, span: Span) -> None:
        """Report a tag."""
        if event.tag is not None:
            message = "tags are not part of the language"
            self.tree.fail(codes.YAML_TAG, message, span, advice="remove the tag")
            self.tree.broken = True

    def scalar(self, event: ScalarEvent, span: Span) -> Scalar:
        """The scalar of an event."""
        text = event.value
        if len(text) > MAX_TEXT:
            message = f"a text of {len(text):,} characters is longer than {MAX_TEXT:,}"
            self.tree.fail(codes.TOO_LARGE, message, span)
            raise Stop
        if event.tag is not None:
            self.refuse_tag(event, span)
        if event.style:
            return self.quoted(text, span)
        if "(" in text and self.tree.open and self.tree.open[-1].flow:
            from archc.spec.yaml_bracket import unquoted_end

            end = unquoted_end(self.source, span, text)
            if end is not None:
                return self.repaired(span, end)
        try:
            return Scalar(resolve(text), span, text=text)
        except NumberTooLong as error:
            self.tree.fail(codes.BAD_NUMBER, f"the number {error}", span)
            return Scalar(1, span, text=text)  # stands in, so that nothing else complains

    def quoted(self, text: str, span: Span) -> Scalar:
        """A string; its escapes may not smuggle in what a file cannot hold."""
        found = _find_unfit(text)
        if found:
            message = f"the text holds the character U+{ord(found.group()):04X}"
            advice = "a spec holds printable characters, tabs and line breaks only"
            self.tree.fail(codes.BAD_CHARACTER, message, span, advice=advice)
            self.tree.broken = True
        return Scalar(text, span, quoted=True, text=text)

    def repaired(self, span: Span, end: int) -> Scalar:
        """The expression that a comma inside `{ }` cut in two, put together again."""
        from archc.spec.yaml_bracket import as_list, unquoted

        whole = span.within(0, end - span.column + 1)
        line = self.source.lines[span.line - 1]
        text = line[span.column - 1 : end]
        if not text.startswith(("nn.", "torch.nn.")):  # no expression: an op, which is told later
            self.tree.problems.append(unquoted(whole, text, line[: span.column - 1]))
        self.repaired_to = (span.line - 1, end)
        return Scalar(as_list(text) or text, whole, text=text)

    def inside_repair(self, event: NodeEvent) -> bool:
        """Whether a node is a piece of an expression that was put together already.

        In a mapping each such piece is a key with an empty value after it.
        """
        is_value, self.drop_value = self.drop_value, False
        mark: Any = event.start_mark
        inside = self.repaired_to is not None and (mark.line, mark.column) < self.repaired_to
        self.drop_value = inside and not is_value and self.tree.open[-1].is_map
        if not inside and not is_value:
            self.repaired_to = None
        return inside or is_value
