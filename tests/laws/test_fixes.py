"""Fixes of misprints in the zoo's specs: what is certain gives back what was written.

The places are those of `breakages.py`: the names of ops, of parameters and of keys, all of a
network that is really built. What stood there is known, so it is known what a fix should write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from breakages import Breakage, breakages
from corpus import small
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import mutant
from zoo_nodes import specs

from archc.api import read
from archc.cli.main import run
from archc.diag.diagnostic import Diagnostic
from archc.diag.edits import apply
from archc.diag.source import Span
from archc.lower import Loaded, load
from archc.spec.zoo import zoo_root

NAMES = ("op", "parameter", "file_key", "node_key")
Misprint = Callable[[str, int], str]
MISPRINTS: dict[str, Misprint] = {
    "swapped": lambda word, n: word[:n] + word[n : n + 2][::-1] + word[n + 2 :],
    "missing": lambda word, n: word[:n] + word[n + 1 :],
    "doubled": lambda word, n: word[: n + 1] + word[n:],
    "wrong": lambda word, n: word[:n] + chr((ord(word[n]) + n) % 26 + ord("a")) + word[n + 1 :],
    "upper": lambda word, n: word.upper(),
    "lower": lambda word, n: word.lower(),
    "joined": lambda word, n: word.replace("_", ""),
    "hyphened": lambda word, n: word.replace("_", "-"),
    "camel": lambda word, n: word[0] + word.title().replace("_", "")[1:],
    "unlike": lambda word, n: word[:-1] + "qz",
}  # fmt: skip


@cache
def _places(*kinds: str) -> tuple[Breakage, ...]:
    return tuple(b for spec in specs() for kind in kinds for b in breakages(spec, kind))


@cache
def _text(spec: str) -> str:
    return (zoo_root() / spec).read_text(encoding="utf-8")


def _word(spec: str, span: Span) -> str:
    return _text(spec).split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


def _load(spec: str, text: str) -> Loaded:
    file = zoo_root() / spec
    return load(file, texts={file.resolve(): text})


@st.composite
def misprints(draw: st.DrawFn) -> Breakage:
    place = draw(st.sampled_from(_places(*NAMES)))
    word = _word(place.spec, place.span)
    how = draw(st.sampled_from(sorted(MISPRINTS)))
    new = MISPRINTS[how](word, draw(st.integers(0, len(word) - 1)))
    return replace(place, kind=how, text=new)


def _mended(broken: Breakage) -> str | None:
    """The text after the certain fixes; None where there are none."""
    text = broken.apply(_text(broken.spec))
    found = _load(broken.spec, text).diagnostics
    edits = [edit for d in found if d.fix and d.fix.certain for edit in d.fix.edits]
    return apply(text, edits) if edits else None


# Every example is two or three checks of a network, and CI has little time.
@settings(max_examples=settings().max_examples // 4)
@given(misprints())
def test_a_fix_makes_its_mistake_go_away(broken: Breakage) -> None:
    """A certain one gives back what was written; any other may uncover a mistake of its own."""
    text = broken.apply(_text(broken.spec))
    for found in _load(broken.spec, text).diagnostics:
        if found.fix is None:
            continue
        mended = apply(text, found.fix.edits)
        if found.fix.certain:
            assert mended == _text(broken.spec)
        else:
            after = _load(broken.spec, mended).diagnostics
            assert found.message not in [d.message for d in after]


@settings(max_examples=settings().max_examples // 10)
@given(st.data())
def test_a_number_that_was_put_in_is_taken_out(data: st.DataObject) -> None:
    broken = data.draw(st.sampled_from(_places("channels")))
    text = broken.apply(_text(broken.spec))
    (found,) = _load(broken.spec, text).diagnostics
    assert found.fix is not None
    assert not found.fix.certain
    assert apply(text, found.fix.edits) == _text(broken.spec)


@st.composite
def several(draw: st.DrawFn) -> tuple[Breakage, ...]:
    """Misprints on lines of their own in one spec, from the last line up."""
    drawn = draw(st.lists(misprints(), min_size=2, max_size=60))
    spec = max((one.spec for one in drawn), key=[one.spec for one in drawn].count)
    lines = {one.line: one for one in drawn if one.spec == spec}
    return tuple(sorted(lines.values(), key=lambda one: -one.line))


@settings(max_examples=settings().max_examples // 10)
@given(broken=several(), end=st.sampled_from(["\n", "\r\n"]))
def test_fix_leaves_a_line_as_it_is_or_as_it_was_meant(
    broken: tuple[Breakage, ...], end: str
) -> None:
    spec = broken[0].spec
    original = wrong = _text(spec)
    for one in broken:
        wrong = one.apply(wrong)
    with TemporaryDirectory() as folder:
        copytree(zoo_root(), folder, dirs_exist_ok=True)
        file = Path(folder) / spec
        file.write_bytes(wrong.replace("\n", end).encode())
        assert run(["check", str(file), "--fix", "--quiet", "--format", "github"]) in {0, 1}
        mended = file.read_bytes().decode()
    assert mended.count(end) == mended.count("\n")
    rows = zip(mended.split(end), original.split("\n"), wrong.split("\n"), strict=True)
    assert all(row in {meant, before} for row, meant, before in rows)


@settings(max_examples=settings().max_examples // 3)
@given(seed=st.integers(0, 10**9))
def test_fix_on_any_file_makes_it_no_worse_and_is_done_at_once(seed: int) -> None:
    """Its certain fixes leave no mistake of YAML that was not there, and none that is certain."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "mutant.yaml"
        file.write_bytes(mutant(seed, small()))
        before = read(file, library=True).diagnostics
        assert run(["check", str(file), "--fix", "--quiet", "--format", "github"]) in {0, 1}
        mended, after = file.read_bytes(), read(file, library=True).diagnostics
        assert _unreadable(after) <= _unreadable(before)
        assert run(["check", str(file), "--fix", "--quiet", "--format", "github"]) in {0, 1}
        assert file.read_bytes() == mended


def _unreadable(found: Iterable[Diagnostic]) -> int:
    return sum(one.code.id.startswith("E01") for one in found)


def test_most_misprints_are_mended() -> None:
    tried = [
        replace(place, kind=how, text=word)
        for n, place in enumerate(_places(*NAMES)[::127])
        for how in ("swapped", "missing", "doubled", "upper", "joined")
        for old in [_word(place.spec, place.span)]
        for word in [MISPRINTS[how](old, n % len(old))]
        if word != old
    ]
    mended = sum(_mended(broken) is not None for broken in tried)
    assert len(tried) > 30
    assert mended > len(tried) / 2, f"{mended} of {len(tried)}"
