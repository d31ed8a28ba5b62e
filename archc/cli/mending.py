"""Applying the fixes of diagnostics: in memory first, checked again, and only then written."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from archc.cli.checking import check
from archc.cli.console import remark, say
from archc.cli.differences import unified
from archc.cli.rewriting import rewrite
from archc.cli.usage import UsageError
from archc.diag.edits import apply, compatible
from archc.diag.fix import Fix

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from archc.cli.checking import Checked
    from archc.diag.diagnostic import Diagnostic

MAX_ROUNDS = 50
"""Times that fixes are applied and all is checked again: mending one mistake may uncover others."""


BOM = "\ufeff"
"""The byte-order mark, which reading a file leaves out."""


class Mended(Struct, frozen=True):
    """What fixes make of the specs: the new text of each file that changes, by its real path."""

    before: Checked
    after: Checked
    texts: dict[Path, str]
    count: int

    def changes(self) -> Iterator[tuple[str, str, str]]:
        """The name of each changed file as people see it, its old text, its new text."""
        names = {Path(name).resolve(): name for name in reversed(self.before.sources)}
        for real, text in sorted(self.texts.items()):
            yield names[real], self.before.sources[names[real]].text, text


def run(arguments: argparse.Namespace, show: Callable[[Checked, argparse.Namespace], None]) -> int:
    """`archc check --fix` and `--diff`: what is left is shown by `show`, and decides the end."""
    mended = mend(arguments, suggested=arguments.suggested)
    if arguments.diff:
        for name, old, new in mended.changes():
            say(unified(name, old, new))
    else:
        _write(mended)
        show(mended.after, arguments)
    if not arguments.quiet and (mended.count or (arguments.diff and mended.after.diagnostics)):
        remark(_told(mended, only_shown=arguments.diff))
    return int(mended.after.failed or (arguments.diff and bool(mended.texts)))


def _write(mended: Mended) -> None:
    """Write the changed files, unless one is no longer what was checked."""
    from archc.spec.files import FileProblem, read

    changes = [(Path(name), old, new) for name, old, new in mended.changes()]
    for file, old, _ in changes:
        try:
            now = read(file).text
        except FileProblem as problem:
            raise UsageError(f"nothing is written: {problem.message}") from None
        if now != old:
            raise UsageError(f"nothing is written: {file} has just been changed", "run it again")
    for file, _, new in changes:
        mark = BOM if file.read_bytes().startswith(BOM.encode()) else ""
        rewrite(file, mark + new)


def _told(mended: Mended, *, only_shown: bool) -> str:
    what = "nothing"
    if mended.count:
        mistakes = f"{mended.count} mistake{'s' if mended.count > 1 else ''}"
        what = f"{mistakes} in {len(mended.texts)} file{'s' if len(mended.texts) > 1 else ''}"
    left = len(mended.after.diagnostics)
    rest = f", {left} remain{'s' if left == 1 else ''}" if left else ""
    return f"{'would mend' if only_shown else 'mended'} {what}{rest}"


class _Way(Struct, frozen=True):
    """A fix whose places are in real files, and the diagnostic that it is of."""

    fix: Fix
    found: Diagnostic


def mend(arguments: argparse.Namespace, *, suggested: bool) -> Mended:
    """Apply the certain fixes, or all with `suggested`, as long as there are any that work."""
    before = now = check(arguments)
    texts: dict[Path, str] = {}
    failed: set[Fix] = set()
    count, together = 0, True
    for _ in range(MAX_ROUNDS):
        ways = [way for way in _ways(now, suggested=suggested) if way.fix not in failed]
        if not ways:
            break
        ways = ways if together else ways[:1]
        changed = {**texts, **_changed(ways, now)}
        after = check(arguments, changed)
        if _works(ways, now, after):
            now, texts, count = after, changed, count + len(ways)
        elif together:
            together = False
        else:
            failed.add(ways[0].fix)
    return Mended(before, now, texts, count)


def fixable(checked: Checked) -> tuple[int, int]:
    """How many mistakes have a certain fix, and how many one that is only suggested."""
    fixes = [_own(found, checked) for found in checked.diagnostics]
    certain = sum(fix.certain for fix in fixes if fix)
    return certain, sum(fix is not None for fix in fixes) - certain


def _ways(checked: Checked, *, suggested: bool) -> list[_Way]:
    """What can be applied at once; fixes of several mistakes that are the same one are one."""
    ways: dict[Fix, _Way] = {}
    for found in sorted(checked.diagnostics, key=lambda found: found.sort_key()):
        fix = _own(found, checked)
        if fix and (fix.certain or suggested):
            ways.setdefault(fix, _Way(fix, found))
    return [ways[fix] for fix in compatible(ways)]


def _own(found: Diagnostic, checked: Checked) -> Fix | None:
    """The fix of a diagnostic, if it is about files of the user's; with their real names."""
    from archc.spec import zoo

    fix = found.fix
    if fix is None or any(edit.span.file not in checked.sources for edit in fix.edits):
        return None
    opened = {str(file) for file in checked.files}
    files = {edit.span.file: Path(edit.span.file).resolve() for edit in fix.edits}
    if not files.keys() <= opened or (zoo.is_installed() and any(map(zoo.holds, files.values()))):
        return None
    spans = [replace(edit.span, file=str(files[edit.span.file])) for edit in fix.edits]
    edits = [replace(edit, span=span) for edit, span in zip(fix.edits, spans, strict=True)]
    return replace(fix, edits=tuple(edits))


def _changed(ways: Sequence[_Way], checked: Checked) -> dict[Path, str]:
    """The new text of every file that the fixes touch."""
    texts = {str(Path(name).resolve()): source.text for name, source in checked.sources.items()}
    edits = [edit for way in ways for edit in way.fix.edits]
    files = {edit.span.file for edit in edits}
    return {
        Path(file): apply(texts[file], [edit for edit in edits if edit.span.file == file])
        for file in files
    }


def _works(ways: Sequence[_Way], before: Checked, after: Checked) -> bool:
    """Whether every mistake is gone that the fixes are of, and the files are as readable."""
    gone = Counter(_kind(way.found) for way in ways)
    old, new = Counter(map(_kind, before.diagnostics)), Counter(map(_kind, after.diagnostics))
    readable = sum(n for (code, *_), n in new.items() if code.startswith("E01")) <= sum(
        n for (code, *_), n in old.items() if code.startswith("E01")
    )
    return readable and all(new[kind] <= old[kind] - n for kind, n in gone.items())


def _kind(found: Diagnostic) -> tuple[str, str, str]:
    """What stays of a mistake while the lines around it change."""
    return found.code.id, found.message, found.primary.span.file
