"""A file ready to be expanded: its document, its blocks by name, its parameters bound."""

from __future__ import annotations

from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from archc.diag import codes
from archc.diag.diagnostic import did_you_mean, nearest
from archc.lower.contract import symbols_of
from archc.lower.lazy import UNREADABLE, Lazy
from archc.lower.names import check_block_name
from archc.lower.parameters import Declaration, below, bind, declarations, refuse_word
from archc.lower.reading import ANY_NUMBER, read_value
from archc.lower.run import MAX_FILES
from archc.lower.scope import Scope
from archc.lower.value_names import let_names
from archc.lower.values import BlockDefinition, OpValue
from archc.spec.chain import MAX_CHAIN, Reference, find_file, read_spec
from archc.spec.document import describe_value, keys_of, lost_keys, read, strangers_of
from archc.spec.expr import Absorbed
from archc.spec.keys import BlockDocument, FileDocument, UseDocument
from archc.spec.report import MAX_FOUND
from archc.spec.tree import List, Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from archc.diag.source import Span
    from archc.ir.types import TensorType
    from archc.lower.run import Frame, Run
    from archc.spec.report import Report
    from archc.spec.tree import Tree

VERSION = 1
InputTypes: TypeAlias = "tuple[TensorType | None, ...]"


class Unit(Struct):
    """One file of a run. `scope` sees its parameters, `let` names and dimension symbols."""

    path: Path
    tree: Map
    doc: FileDocument
    scope: Scope
    used: bool = False
    """Whether it is for another file to use: then what it needs is given at each use."""
    blocks: dict[str, BlockDefinition] = field(default_factory=dict[str, BlockDefinition])
    uses: dict[str, Unit] = field(default_factory=dict[str, "Unit"])
    lost: frozenset[str] = frozenset()
    """Keys of the file that could not be read."""
    broken: set[str] = field(default_factory=set[str])
    """Blocks and used files that could not be read."""
    files: dict[str, BlockDefinition] = field(default_factory=dict[str, BlockDefinition])
    """The same files as ops, by the name that `use` gives them."""

    @property
    def library(self) -> bool:
        """Whether the file only holds blocks for others: no network, and none was meant."""
        doc = self.doc
        network = (doc.layers, doc.input, doc.inputs)
        named = not self.lost & {"layers", "input", "inputs"}
        blocks = doc.blocks is not None and bool(doc.blocks.items)
        return named and blocks and all(part is None for part in network)


def load_unit(path: Path, run: Run, settings: Map, chain: tuple[Path, ...] = ()) -> Unit | None:
    """Read a file and bind its parameters; None after reporting what is wrong."""
    tree = read_spec(path, run.report)
    if tree is None:
        return None
    doc = read(FileDocument, tree, run.report, "the spec")
    if doc is None:
        return None
    if doc.archc != VERSION:
        text = f"this archc reads version {VERSION} of the language, not {doc.archc}"
        help = f"write `archc: {VERSION}`, or install a newer archc"
        run.report.error(codes.BAD_VERSION, text, tree.items["archc"].span, help=help)
    unit = Unit(path, tree, doc, Scope(run=run), used=bool(chain))
    unit.scope.unit = unit
    unit.lost = lost_keys(FileDocument, tree)
    unit.scope.unsure = bool(unit.lost & {"params", "let"})
    unit.used = unit.used or unit.library
    _bind(unit, settings)
    _blocks(unit)
    _let(unit)
    _uses(unit, run, (*chain, path.resolve()))
    return unit


def _bind(unit: Unit, settings: Map) -> None:
    report = unit.scope.report
    declared = declarations(unit.doc.params, report)
    for name, at in settings.keys.items():
        if name not in declared and "params" not in unit.lost:
            text = f"the spec has no parameter `{name}` to set"
            report.error(codes.SET_UNKNOWN, text, at, help=_settable(name, declared, unit))
    for name in _lost_names(unit.tree):
        unit.scope.values[name] = UNREADABLE
        unit.broken.add(name)
    for declaration, unit.scope.later in below(declared):
        name = declaration.name
        given = settings.items.get(name) or declaration.default
        if given is None:
            _must_be_given(declaration, unit)
        try:
            refuse_word(declaration, given, unit.scope)
            unit.scope.values[name] = bind(declaration, given, unit.scope)
        except Absorbed:
            unit.scope.values[name] = UNREADABLE


def _settable(name: str, declared: Collection[str], unit: Unit) -> str:
    """The help for a name that cannot be set."""
    from archc.lower.symbols import find_symbols

    if name in find_symbols(unit):
        return f"it is an open size: `--size {name}=...` reports costs at another"
    known = ", ".join(f"`{n}`" for n in declared) or "none"
    return did_you_mean(name, declared) or f"its parameters are: {known}"


def _lost_names(tree: Map) -> Iterator[str]:
    """What keys that the language does not have may be meant to declare."""
    for key in strangers_of(FileDocument, tree):
        yield key
        value = tree.items[key]
        yield from value.items if isinstance(value, Map) else ()


def _must_be_given(declaration: Declaration, unit: Unit) -> None:
    if declaration.wrong or unit.used:
        return
    name = declaration.name
    text = f"the parameter `{name}` must be given"
    help = f"give it a default, or set it: --set {name}=..."
    unit.scope.report.error(codes.MISSING_PARAMETER, text, declaration.span, help=help)


def _blocks(unit: Unit) -> None:
    blocks = unit.doc.blocks
    if blocks is None:
        return
    for name, tree in blocks.items.items():
        named = check_block_name(name, blocks.keys[name], unit.scope.report)
        body = _body(name, tree, unit.scope.report)
        if body is None or not named:
            unit.broken.add(name)
        else:
            unit.blocks[name] = BlockDefinition(name, body, blocks.keys[name], unit.scope)


def _body(name: str, tree: Tree, report: Report) -> Map | None:
    """A bare op name is a preset, a list or a bare mapping of nodes the block's layers."""
    match tree:
        case Scalar(value=str()):
            return Map({"op": tree}, {"op": tree.span}, tree.span)
        case List():
            return Map({"layers": tree}, {"layers": tree.span}, tree.span)
        case Map() if {"op", "layers"} <= tree.items.keys():
            text = f"the block `{name}` has `op` or `layers`, not both"
            report.error(codes.CONFLICTING_KEYS, text, tree.keys["layers"], help="drop one of them")
            return None
        case Map() if _is_bare(tree):
            return Map({"layers": tree}, {"layers": tree.span}, tree.span)
        case Map():
            return tree
        case _:
            text = f"a block is a mapping with `layers` or `op`, not {describe_value(tree)}"
            report.error(codes.WRONG_KIND, text, tree.span, help=f"as in `{name}: [ReLU]`")
            return None


def _is_bare(tree: Map) -> bool:
    """Whether a mapping holds nodes only: no key of a block, nor a misspelling of one."""
    keys = (*keys_of(BlockDocument), "op")
    nodes = all(isinstance(t, Map | List) or isinstance(t.value, str) for t in tree.items.values())
    return (
        bool(tree.items)
        and nodes
        and not any(nearest(word, keys) for word in islice(tree.items, MAX_FOUND))
    )


def _let(unit: Unit) -> None:
    bind_let(unit.doc.let, unit.doc.params, unit.scope)


def bind_let(tree: Map | None, params: Map | None, scope: Scope) -> None:
    """Add `let` names to a scope. They are computed when read: they may read shapes of nodes."""
    if tree is None:
        return
    scope.values.update(dict.fromkeys(tree.items, UNREADABLE))
    for name in let_names(tree, params, scope):
        scope.values[name] = Lazy(partial(_let_value, tree.items[name], scope))


def _let_value(tree: Tree, scope: Scope) -> object:
    if isinstance(tree, Map) and "op" in tree.items and isinstance(tree.items["op"], Scalar):
        args = {k: v for k, v in tree.items.items() if k != "op"}
        keys = {k: tree.keys[k] for k in args}
        op = tree.items["op"]
        return OpValue(str(op.value), op.span, scope, Map(args, keys, tree.span))
    return read_value(tree, scope, ANY_NUMBER)


def instance(
    unit: Unit, bound: dict[str, object], types: InputTypes, frames: tuple[Frame, ...]
) -> Unit:
    """The file as a block with these parameters; its symbols are the sizes that come in."""
    shapes = [unit.doc.input]
    if isinstance(unit.doc.inputs, Map):
        shapes = list(unit.doc.inputs.items.values())
    values = {**bound, **symbols_of(shapes, types)}
    made = replace(unit, scope=Scope(None, values, run=unit.scope.run, frames=frames), blocks={})
    made.scope.unit = made
    made.scope.unsure = unit.scope.unsure
    _blocks(made)
    bind_let(made.doc.let, made.doc.params, made.scope)
    return made


def file_block(alias: str, unit: Unit, span: Span) -> BlockDefinition:
    """A used file as an op: its parameters are the arguments, its inputs the inputs."""
    keys = {k: t for k, t in unit.tree.items.items() if k in {"params", "inputs"}}
    tree = Map(keys, {k: unit.tree.keys[k] for k in keys}, unit.tree.span)
    return BlockDefinition(alias, tree, span, unit.scope, unit)


def _uses(unit: Unit, run: Run, chain: tuple[Path, ...]) -> None:
    if unit.doc.use is None:
        return
    for alias, tree in unit.doc.use.items.items():
        used = _use(unit, tree, run, chain)
        if used is None:
            unit.broken.add(alias)
        else:
            unit.uses[alias] = used
            unit.files[alias] = file_block(alias, used, tree.span)


def _use(unit: Unit, tree: Tree, run: Run, chain: tuple[Path, ...]) -> Unit | None:
    """The file that `use` names, its parameters set where it says so."""
    settings = Map({}, {}, tree.span)
    if isinstance(tree, Map):
        doc = read(UseDocument, tree, run.report, "`use`")
        if doc is None:
            return None
        settings = doc.params if doc.params is not None else settings
        tree = tree.items["file"]
    if not isinstance(tree, Scalar) or not isinstance(tree.value, str):
        text = f"`use` takes a file or a name from the zoo, not {describe_value(tree)}"
        run.report.error(codes.WRONG_KIND, text, tree.span)
        return None
    origin = Path(tree.span.file) if Path(tree.span.file).exists() else unit.path
    found = find_file(Reference(tree.value, tree.span, origin, "used"), run.report)
    if found is None:
        return None
    if found.resolve() in chain:
        circle = (*chain[chain.index(found.resolve()) :], found)
        text = f"the files use each other in a circle: {' -> '.join(p.name for p in circle)}"
        help = "let one of them stand on its own"
        run.report.error(codes.FILE_CYCLE, text, tree.span, help=help)
        return None
    return _load_used(found, run, settings, chain, tree.span)


def _load_used(
    path: Path, run: Run, settings: Map, chain: tuple[Path, ...], span: Span
) -> Unit | None:
    """The file of a `use`. Read once for all that set nothing in it, so that sharing is cheap."""
    key = path.resolve()
    if not settings.items and key in run.files:
        return run.files[key]
    run.uses += 1
    if run.uses > MAX_FILES or len(chain) >= MAX_CHAIN:
        deep = f"more than {MAX_CHAIN} files use one another"
        text = f"the files use others more than {MAX_FILES} times"
        run.report.error(codes.FILE_CYCLE, deep if len(chain) >= MAX_CHAIN else text, span)
        return None
    unit = load_unit(path, run, settings, chain)
    if not settings.items:
        run.files[key] = unit
    return unit
