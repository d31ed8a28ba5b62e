"""Coverage-guided fuzzing: `python tests/fuzz/fuzz.py yaml|expressions|check [OPTIONS]`.

It needs `pip install -e '.[fuzz]'`. Ten minutes of each are part of the long run:

    python tests/fuzz/fuzz.py check -max_total_time=600

What stops it is an exception that is not a diagnostic, a position outside the file, or a case that
takes long. The options are libFuzzer's, which leaves the input in `crash-...`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent / "laws")]

with atheris.instrument_imports(include=["archc"], enable_loader_override=False):
    import test_mutants
    from corpus import small
    from random_expressions import VALUES, expression

    from archc.diag.codes import ALL
    from archc.diag.source import Source, Span
    from archc.spec.expr import Expr, ExprError, PathExpr, evaluate, names, parse, parse_path
    from archc.spec.node import List, Map, Tree, plain
    from archc.spec.tree import parse as parse_yaml


class _Names:
    def lookup(self, path: tuple[str | int, ...], at: PathExpr) -> object:
        if len(path) > 1 or path[0] not in VALUES:
            raise ExprError(ALL["E0502"], "no such name", at.start, at.end)
        return VALUES[str(path[0])]


def expressions(data: bytes) -> None:
    """Any text is an expression with a value, or a complaint about some of its characters."""
    text = data.decode("utf-8", "replace")
    for read in (parse, parse_path):
        found = _complaint(text, read)
        if found is not None:
            assert found.message
            assert 0 <= found.start <= found.end <= len(text) + 1


def _complaint(text: str, read: Callable[[str], Expr]) -> ExprError | None:
    try:
        expr = read(text)
        names(expr)
        evaluate(expr, _Names())
    except ExprError as problem:
        return problem
    return None


def yaml(data: bytes) -> None:
    """Any text is a tree whose parts lie in it, or diagnostics that do."""
    source = Source("a.yaml", data.decode("utf-8", "replace"))
    tree, found = parse_yaml(source)
    assert tree is not None or found
    spans = [label.span for one in found for label in (one.primary, *one.also)]
    for span in [*spans, *(_spans(tree) if tree is not None else [])]:
        assert 1 <= span.line <= span.end_line <= len(source.lines)
        assert 1 <= span.column <= len(source.lines[span.line - 1]) + 2
    if tree is not None:
        plain(tree)


def _spans(tree: Tree) -> list[Span]:
    match tree:
        case Map():
            inside = [span for value in tree.items.values() for span in _spans(value)]
            return [tree.span, *tree.keys.values(), *inside]
        case List():
            return [tree.span, *(span for item in tree.items for span in _spans(item))]
        case _:
            return [tree.span]


test_mutants.SECONDS = 5.0  # the code that counts what is reached takes ten times as long
FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))


def check(data: bytes) -> None:
    """Any file is a network that can be emitted, or has diagnostics inside it."""
    file = FOLDER / "spec.yaml"
    file.write_bytes(data)
    test_mutants.check(file)


SEEDS: dict[str, Callable[[], list[str]]] = {
    "expressions": lambda: [expression(seed) for seed in range(2000)],
    "yaml": lambda: list(small()),
    "check": lambda: list(small()),
}


def main() -> None:
    """Fuzz what the first argument names, beginning with valid cases of it."""
    target: Callable[[bytes], None] = {"yaml": yaml, "expressions": expressions, "check": check}[
        sys.argv[1]
    ]
    seeds = FOLDER / "seeds"
    seeds.mkdir()
    for number, text in enumerate(SEEDS[sys.argv[1]]()):
        (seeds / str(number)).write_text(text, encoding="utf-8")
    options = ["-timeout=10", "-rss_limit_mb=4096", "-max_len=2000", *sys.argv[2:], str(seeds)]
    atheris.Setup([sys.argv[0], *options], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
