"""The text of diagnostics: what a person sees."""

from __future__ import annotations

import io
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archc.diag import codes
from archc.diag.diagnostic import Diagnostic, Label
from archc.diag.fix import replacing
from archc.diag.render import render
from archc.diag.render.paint import wants_colour
from archc.diag.source import Source, Span

FILE = "specs/mine.yaml"
SPEC = """\
archc: 1
blocks:
  Stem:
    params: {width: 32}
    layers:
      conv1: {op: Conv2d, out_channels: 2 * width, kernel_size: 3}
      bn1: BatchNorm2d
      # the next one is wrong
      act1: ReLU
      conv2: {op: Conv2d, in_channels: 32, out_channels: 64, kernel_size: 3}
"""


def label(line: int, words: str, text: str = "", *, source: str = SPEC, file: str = FILE) -> Label:
    column = source.split("\n")[line - 1].index(words) + 1
    return Label(Span(file, line, column, line, column + len(words)), text)


def found(primary: Label, *also: Label, **more: object) -> Diagnostic:
    message = "`conv2` expects 32 input channels, but `conv1` produces 64"
    return Diagnostic(codes.CHANNELS, message, primary, also, **more)  # type: ignore[arg-type]


def text(*diagnostics: Diagnostic, source: str = SPEC, width: int = 100) -> str:
    return render(diagnostics, {FILE: Source(FILE, source)}, "text", width=width)


def excerpt(source: str, *labels: Label, width: int = 100) -> list[str]:
    """The rows of the excerpt alone, between its two bars."""
    rows = text(found(*labels), source=source, width=width).split("\n")
    return rows[3 : next(n for n in range(3, len(rows)) if rows[n].strip() in {"|", ""})]


def test_a_whole_diagnostic() -> None:
    shown = text(
        found(
            label(10, "32", "expects 32"),
            label(6, "2 * width", "`conv1` outputs 64 channels"),
            notes=("in block `Stem` (width = 32), used as `stem` at specs/mine.yaml:41:3",),
            help="drop `in_channels` to infer it, or write `in_channels: 64`",
        )
    )
    assert shown == dedent(
        """\
        error[E0401]: `conv2` expects 32 input channels, but `conv1` produces 64
          --> specs/mine.yaml:10:40
           |
         6 |       conv1: {op: Conv2d, out_channels: 2 * width, kernel_size: 3}
           |                                         --------- `conv1` outputs 64 channels
        ...
        10 |       conv2: {op: Conv2d, in_channels: 32, out_channels: 64, kernel_size: 3}
           |                                        ^^ expects 32
           |
           = note: in block `Stem` (width = 32), used as `stem` at specs/mine.yaml:41:3
           = help: drop `in_channels` to infer it, or write `in_channels: 64`

        found 1 error"""
    )


def test_a_single_line_between_two_is_shown_and_more_are_left_out() -> None:
    near = text(found(label(10, "conv2"), label(8, "next")))
    far = text(found(label(10, "conv2"), label(7, "bn1")))
    assert " 9 |       act1: ReLU" in near
    assert "..." not in near
    assert "act1" not in far
    assert "\n...\n" in far


def test_several_labels_on_one_line_hang_below_it_from_right_to_left() -> None:
    line = "a: {op: Conv2d, k: 3}"
    labels = [
        label(1, text, said, source=line)
        for text, said in (("Conv2d", "op"), ("3", "last"), ("a", "node"), ("k", ""))
    ]
    assert excerpt(line, *labels) == [
        "1 | a: {op: Conv2d, k: 3}",
        "  | -       ^^^^^^  -  - last",
        "  | |       |",
        "  | |       op",
        "  | node",
    ]


def test_overlapping_labels_keep_the_primary_mark() -> None:
    line = "abcdef"
    rows = excerpt(line, label(1, "cd", "here", source=line), label(1, line, "whole", source=line))
    assert rows[1:] == ["  | --^^-- whole", "  |   |", "  |   here"]


def test_a_span_of_many_lines_is_marked_on_its_first() -> None:
    span = Span(FILE, 3, 3, 10, 5)
    assert excerpt(SPEC, Label(span, "this block")) == [
        "3 |   Stem:",
        "  |   ^^^^^ this block",
    ]


def test_tabs_and_wide_characters_keep_the_marks_in_place() -> None:
    line = "\t卷积层: x  # 注"
    assert excerpt(line, label(1, "x", "here", source=line)) == [
        "1 |     卷积层: x  # 注",
        "  |             ^ here",
    ]


def test_combining_characters_take_no_room() -> None:
    line = "e\u0301: x"
    assert excerpt(line, label(1, "x", source=line))[1] == "  |    ^"


@pytest.mark.parametrize("bad", ["\x1b[2J", "\u202e", "\u2066", "\x07", "\ud800", "\u2028", "\x9b"])
def test_nothing_that_moves_the_cursor_or_reorders_text_is_printed(bad: str) -> None:
    source = f"name: {bad} x"
    shown = text(
        Diagnostic(
            codes.BAD_NAME,
            f"bad {bad} name",
            label(1, "x", f"label {bad}", source=source),
            help=f"help {bad}",
            notes=(f"note {bad}",),
            path=bad,
        ),
        source=source,
    )
    assert bad[0] not in shown
    assert f"<U+{ord(bad[0]):04X}>" in shown


def test_a_message_of_several_lines_cannot_fake_a_diagnostic() -> None:
    shown = text(Diagnostic(codes.BAD_NAME, "bad\nerror[E0001]: fake", label(1, "archc")))
    assert not any(row.startswith("error[E0001]") for row in shown.split("\n"))


@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize("at", [0, 30, 5_000, 99_990])
def test_long_lines_are_cut_around_the_span(width: int, at: int) -> None:
    source = "x" * at + "here" + "y" * (100_000 - at)
    rows = excerpt(source, label(1, "here", source=source), width=width)
    assert all(len(row) <= width for row in rows)
    start = rows[1].index("^")
    assert rows[0][start : start + 4] == "here"
    assert rows[1][start:] == "^^^^"


def test_labels_of_other_files_get_a_header_of_their_own() -> None:
    other = "a: 1\nb: {op: X}\n"
    sources = {FILE: Source(FILE, SPEC), "base.yaml": Source("base.yaml", other)}
    inherited = label(2, "X", "written here", source=other, file="base.yaml")
    shown = render([found(label(10, "32"), inherited)], sources, "text")
    assert "  --> specs/mine.yaml:10:40" in shown
    assert "  ::: base.yaml:2:9\n   |\n 2 | b: {op: X}\n   |         ^" not in shown
    assert "  ::: base.yaml:2:9\n   |\n 2 | b: {op: X}\n   |         - written here" in shown


def test_a_place_without_source_keeps_its_remark() -> None:
    setting = Label(Span("--set depth", 1, 1, 1, 4), "set here")
    shown = render([found(setting)], {}, "text")
    assert " --> --set depth:1:1" in shown
    assert "= note: set here" in shown


@pytest.mark.parametrize(("line", "column"), [(1, 99), (99, 1), (0, 0)])
def test_positions_outside_the_file_still_print(line: int, column: int) -> None:
    shown = text(found(Label(Span(FILE, line, column, line, column))), source="a: 1")
    assert f"{FILE}:{line}:{column}" in shown


def test_a_fix_speaks_for_itself_when_there_is_no_help() -> None:
    place = label(10, "32")
    shown = text(found(place, fix=replacing(place.span, "64")))
    assert "= help: write `64`" in shown


def test_at_most_twenty_are_printed_errors_first() -> None:
    span = label(1, "archc").span
    errors = [Diagnostic(codes.BAD_NAME, f"error {n}", Label(span)) for n in range(100)]
    warnings = [Diagnostic(codes.UNUSED_NODE, f"warning {n}", Label(span)) for n in range(54)]
    shown = text(*warnings, *errors)
    assert shown.count("error[E0209]") == 20
    assert "warning[" not in shown
    assert shown.endswith("and 134 more\nfound 100 errors and 54 warnings")


def test_at_most_twenty_notes_are_printed() -> None:
    shown = text(found(label(10, "32"), notes=tuple(f"note {n}" for n in range(50))))
    assert shown.count("= note: note ") == 20
    assert "= note: and 30 more" in shown


def test_diagnostics_come_in_the_order_of_their_places() -> None:
    shown = text(found(label(10, "32")), found(label(6, "2 * width")))
    assert shown.index(":6:") < shown.index(":10:")


def test_nothing_found_prints_nothing() -> None:
    assert text() == ""


def test_colours_are_rusts() -> None:
    shown = render([found(label(10, "32", "no"))], {FILE: Source(FILE, SPEC)}, colour=True)
    assert shown.startswith("\x1b[1;31merror[E0401]\x1b[0m\x1b[1m: `conv2`")
    assert "\x1b[1;31m^^\x1b[0m" in shown
    assert "\x1b[1;34m10 |\x1b[0m" in shown


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "wanted"),
    [
        (_Terminal(), {}, True),
        (_Terminal(), {"NO_COLOR": "1"}, False),
        (_Terminal(), {"NO_COLOR": ""}, True),
        (_Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (io.StringIO(), {"FORCE_COLOR": "0"}, False),
        (io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_when_colours_are_used(
    stream: io.StringIO, environ: dict[str, str], *, wanted: bool
) -> None:
    assert wants_colour(stream, environ) is wanted


PLACES = st.tuples(*(st.integers(0, 12) for _ in range(4)))


@given(
    source=st.text(alphabet=st.characters(codec=None), max_size=60),
    spans=st.lists(PLACES, min_size=1, max_size=5),
    said=st.text(max_size=12),
    width=st.integers(1, 60),
)
def test_whatever_a_file_holds_prints_safely(
    source: str, spans: list[tuple[int, int, int, int]], said: str, width: int
) -> None:
    labels = [Label(Span(FILE, *place), said) for place in spans]
    shown = text(found(*labels), source=source, width=width)
    assert all(char == "\n" or char.isprintable() for char in shown)
    assert shown.startswith("error[E0401]: ")
