"""A file ready to be expanded: its document, its blocks by name, its parameters bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archc.diag import codes
from archc.diag.diagnostic import did_you_mean
from archc.lower.parameters import bind, declarations
from archc.lower.reading import NUMBER, read_value
from archc.lower.scope import Lazy, Scope
from archc.lower.values import BlockDefinition, OpValue
from archc.spec.chain import Reference, find_file, read_spec
from archc.spec.document import FileDocument, describe_value, read
from archc.spec.expr import Absorbed
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archc.diag.source import Span
    from archc.lower.run import Run
    from archc.spec.tree import Tree

VERSION = 1


@dataclass(slots=True)
class Unit:
    """One file of a run. `scope` sees its parameters, `let` names and dimension symbols."""

    path: Path
    tree: Map
    doc: FileDocument
    scope: Scope
    blocks: dict[str, BlockDefinition] = field(default_factory=dict[str, BlockDefinition])
    uses: dict[str, Unit] = field(default_factory=dict[str, "Unit"])


def load_unit(
    path: Path, run: Run, settings: Mapping[str, Tree], chain: tuple[Path, ...] = ()
) -> Unit | None:
    """Read a file and bind its parameters; None after reporting what is wrong."""
    tree = read_spec(path, run.report)
    if tree is None:
        return None
    doc = read(FileDocument, tree, run.report, "the spec")
    if doc is None:
        return None
    if doc.archc != VERSION:
        text = f"this archc reads version {VERSION} of the language, not {doc.archc}"
        run.report.error(codes.BAD_VERSION, text, tree.items["archc"].span)
    unit = Unit(path, tree, doc, Scope(run=run))
    unit.scope.unit = unit
    _bind(unit, settings)
    _blocks(unit)
    _let(unit)
    _uses(unit, run, (*chain, path.resolve()))
    return unit


def _bind(unit: Unit, settings: Mapping[str, Tree]) -> None:
    report = unit.scope.report
    declared = declarations(unit.doc.params, report)
    for name, tree in settings.items():
        if name not in declared:
            known = ", ".join(f"`{n}`" for n in declared) or "none"
            help = did_you_mean(name, declared) or f"its parameters are: {known}"
            text = f"the spec has no parameter `{name}` to set"
            report.error(codes.SET_UNKNOWN, text, tree.span, help=help)
    for name, declaration in declared.items():
        tree = settings[name] if name in settings else declaration.default
        unit.scope.values[name] = Lazy(_raise_absorbed)
        if tree is None and not declaration.wrong:
            text = f"the parameter `{name}` must be given"
            help = f"give it a default, or set it: --set {name}=..."
            report.error(codes.MISSING_PARAMETER, text, declaration.span, help=help)
        try:
            unit.scope.values[name] = bind(declaration, tree, unit.scope)
        except Absorbed:
            continue


def _raise_absorbed() -> object:
    raise Absorbed


def _blocks(unit: Unit) -> None:
    blocks = unit.doc.blocks
    if blocks is None:
        return
    for name, tree in blocks.items.items():
        unit.blocks[name] = _block(unit, name, tree, blocks.keys[name])


def _block(unit: Unit, name: str, tree: Tree, span: Span) -> BlockDefinition:
    """A bare op name is a preset, a list or a bare mapping is the block's layers."""
    if isinstance(tree, Scalar) and isinstance(tree.value, str):
        tree = Map({"op": tree}, {"op": tree.span}, tree.span)
    elif isinstance(tree, List):
        tree = Map({"layers": tree}, {"layers": tree.span}, tree.span)
    if not isinstance(tree, Map):
        text = f"a block is a mapping with `layers` or `op`, not {describe_value(tree)}"
        unit.scope.report.error(codes.WRONG_KIND, text, tree.span)
        tree = Map({}, {}, span)
    return BlockDefinition(name, tree, span, unit.scope)


def _let(unit: Unit) -> None:
    bind_let(unit.doc.let, unit.scope)


def bind_let(tree: Map | None, scope: Scope) -> None:
    """Add `let` names to a scope. They are computed when read: they may read shapes of nodes."""
    if tree is None:
        return
    for name, value in tree.items.items():
        scope.values[name] = Lazy(lambda value=value: _let_value(value, scope))  # type: ignore[misc]


def _let_value(tree: Tree, scope: Scope) -> object:
    if isinstance(tree, Map) and "op" in tree.items and isinstance(tree.items["op"], Scalar):
        args = {k: v for k, v in tree.items.items() if k != "op"}
        keys = {k: tree.keys[k] for k in args}
        op = tree.items["op"]
        return OpValue(str(op.value), op.span, scope, Map(args, keys, tree.span))
    return read_value(tree, scope, NUMBER)


def _uses(unit: Unit, run: Run, chain: tuple[Path, ...]) -> None:
    if unit.doc.use is None:
        return
    for alias, tree in unit.doc.use.items.items():
        if not isinstance(tree, Scalar) or not isinstance(tree.value, str):
            text = f"`use` takes a file or a name from the zoo, not {describe_value(tree)}"
            run.report.error(codes.WRONG_KIND, text, tree.span)
            continue
        origin = Path(tree.span.file) if Path(tree.span.file).exists() else unit.path
        found = find_file(Reference(tree.value, tree.span, origin), run.report)
        if found is None:
            continue
        if found.resolve() in chain:
            text = f"the files use each other in a circle: {found.name}"
            run.report.error(codes.FILE_CYCLE, text, tree.span)
            continue
        used = load_unit(found, run, {}, chain)
        if used is not None:
            unit.uses[alias] = used
