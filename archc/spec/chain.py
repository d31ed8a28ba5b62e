"""Reading a spec: the file, and through `extends` the files that it starts from, as one mapping."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.diag import codes
from archc.diag.diagnostic import Label
from archc.diag.source import Source, Span
from archc.spec import zoo
from archc.spec.document import describe_value
from archc.spec.extend import extend
from archc.spec.files import FileProblem, project_root, read, resolve
from archc.spec.tree import Map, Scalar, parse

if TYPE_CHECKING:
    from archc.diag.fix import Fix
    from archc.spec.report import Report

MAX_CHAIN = 32
"""Files that may extend one another."""


class Reference(Struct, frozen=True):
    """A path or zoo name as a file writes it."""

    text: str
    span: Span
    base: Path
    how: str
    """What the file does with it: `extended` or `used`."""


def read_spec(path: Path, report: Report) -> Map | None:
    """The mapping of the file at `path`, bases laid under it; None after reporting why not."""
    return _read(path, report, ())


def _read(path: Path, report: Report, chain: tuple[tuple[Path, Span], ...]) -> Map | None:
    tree = _parse(path, report, chain)
    if tree is None or "extends" not in tree.items:
        return tree
    base = _base(path, tree, report, chain)
    return extend(base, tree, report) if base is not None else None


def _base(
    path: Path, tree: Map, report: Report, chain: tuple[tuple[Path, Span], ...]
) -> Map | None:
    name = tree.items["extends"]
    if not isinstance(name, Scalar) or not isinstance(name.value, str):
        text = f"`extends` takes a file or a name from the zoo, not {describe_value(name)}"
        report.error(codes.WRONG_KIND, text, name.span, help="as in `extends: resnet50`")
        return None
    found = find_file(Reference(name.value, name.span, path, "extended"), report)
    if found is None:
        return None
    chain = (*chain, (path.resolve(), name.span))
    if found.resolve() in [p for p, _ in chain] or len(chain) >= MAX_CHAIN:
        _circle(chain, found, report)
        return None
    return _read(found, report, chain)


def _circle(chain: tuple[tuple[Path, Span], ...], again: Path, report: Report) -> None:
    names = " -> ".join(p.name for p in (*(p for p, _ in chain), again))
    if len(chain) >= MAX_CHAIN:
        text = f"more than {MAX_CHAIN} files extend one another"
    else:
        text = f"the files extend each other in a circle: {names}"
        if len(chain) == 1:
            text = f"`{again.name}` extends itself"
    also = tuple(Label(span, "and this") for _, span in chain[:-1][:5])
    help = "let one of them stand on its own"
    if len(chain) == 1:
        help = "name another file, or drop `extends`"
    report.error(codes.FILE_CYCLE, text, chain[-1][1], also=also, help=help)


def find_file(reference: Reference, report: Report) -> Path | None:
    """The file that a path or zoo name in a spec means, or None after reporting why none."""
    found = _found(reference, report)
    if found is not None:
        report.reached.setdefault(str(found), (reference.how, reference.span))
    return found


def _found(reference: Reference, report: Report) -> Path | None:
    """The file itself, or None after reporting why none."""
    if not reference.text.endswith((".yaml", ".yml")):
        found = zoo.find(reference.text)
        if found is None:
            text, fix = f"the zoo has no `{reference.text}`", _other_path(reference)
            near = "" if Path(reference.text).suffix else zoo.suggest(reference.text)
            help = near or "a file's name ends in `.yaml`"
            if fix and fix.certain:
                help = f"did you mean `{fix.edits[0].replacement}`?"
            report.error(codes.FILE_MISSING, text, reference.span, help=help, fix=fix)
        return found
    root = _root(reference)
    try:
        found = resolve(reference.base.parent, root, reference.text)
    except FileProblem as problem:
        _refuse(problem, reference, report)
        return None
    report.roots[found] = root
    return found


def _refuse(problem: FileProblem, reference: Reference, report: Report) -> None:
    """Report why a path does not do."""
    help = problem.help
    if problem.code is codes.FILE_MISSING:
        report.files[reference.base.parent / reference.text] = None
    if problem.code is codes.FILE_MISSING and not help:
        help = f"the path counts from the folder of `{reference.base.name}`"
        name = zoo.in_path(reference.text)
        if name:
            rest = (
                "its ending" if reference.text.rpartition(".")[0] == name else "folder and ending"
            )
            help = f"the zoo has `{name}`: write it without {rest}"
    fix = _other_path(reference)
    report.error(problem.code, problem.message, reference.span, help=help, fix=fix)


def _root(reference: Reference) -> Path:
    """The folder that a path in a file has to stay in."""
    return zoo.zoo_root() if zoo.holds(reference.base) else project_root(reference.base)


def _other_path(reference: Reference) -> Fix | None:
    from archc.spec.file_fixes import other_path

    folder = reference.base.parent
    return other_path(reference.text, reference.span, folder, _root(reference))


def _parse(path: Path, report: Report, chain: tuple[tuple[Path, Span], ...]) -> Map | None:
    source = _open(path, report, chain)
    if source is None:
        return None
    report.sources[source.file] = source
    tree, found = parse(source)
    for diagnostic in found:
        report.add(diagnostic)
    if isinstance(tree, Map) or tree is None:
        return tree
    text = f"a spec is a mapping with `input` and `layers`, not {describe_value(tree)}"
    help = ""
    if isinstance(tree, Scalar) and re.match(r"\w+ *=", tree.text):
        text = "a spec is a mapping with `input` and `layers`"
        help = "a key and its value are joined by `: `, not by `=`"
    report.error(codes.WRONG_KIND, text, tree.span, help=help)
    return None


def _open(path: Path, report: Report, chain: tuple[tuple[Path, Span], ...]) -> Source | None:
    report.files[path] = None
    if report.texts and path.resolve() in report.texts:
        return Source(str(path), report.texts[path.resolve()])
    try:
        return read(path, report.roots.get(path))
    except FileProblem as problem:
        span = chain[-1][1] if chain else Span(str(path), 1, 1, 1, 1)
        report.error(problem.code, problem.message, span, help=problem.help)
        return None
