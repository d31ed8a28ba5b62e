"""Which op or block a name means at its place, and the arguments that reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from archc import ops
from archc.diag import codes
from archc.diag.diagnostic import nearest
from archc.diag.fix import replacing
from archc.diag.misspelt import renaming
from archc.ir.op import Op
from archc.lower.parameters import below, bind, declarations
from archc.lower.provenance import written_at
from archc.lower.reading import dollar, is_dollar
from archc.lower.scope import Scope
from archc.lower.values import BlockDefinition, OpValue, Written
from archc.spec.document import describe_value
from archc.spec.expr import Absorbed
from archc.spec.keys import RESERVED
from archc.spec.strangers import unknown_key
from archc.spec.tree import Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Collection

    from archc.diag.fix import Fix
    from archc.diag.source import Span
    from archc.lower.unit import Unit
    from archc.spec.tree import Tree

CALL = "Call"
"""The one op that is the language's own: it applies an earlier node again."""

Argument: TypeAlias = "tuple[Tree, Scope, Span]"
"""A value, the scope to read it in, and the place of its key."""


class Resolved(Struct, frozen=True):
    """What to build: `None` as target is `Call`. Arguments at the place of use have won."""

    target: type[Op] | BlockDefinition | None
    name: str
    span: Span
    args: dict[str, Argument]


def arguments_of(args: Map | None, scope: Scope) -> dict[str, Argument]:
    """The arguments of a mapping, to be read in `scope`."""
    if args is None:
        return {}
    return {k: (t, scope, args.keys[k]) for k, t in args.items.items()}


def resolve(op: Scalar, args: dict[str, Argument], scope: Scope) -> Resolved | None:
    """The op or block that a node uses; None for an op parameter that is null: no node."""
    if is_dollar(op):
        value = dollar(op, scope)
        if isinstance(value, Written):
            return resolve(value.tree, args, value.scope)
        if value is None:
            return None
        if isinstance(value, str):
            value = OpValue(value, written_at(op, scope), scope)
        if not isinstance(value, OpValue):
            text = f"`{op.value}` is not an op"
            help = "declare the parameter as an op: `{type: op, default: ReLU}`"
            scope.report.error(codes.EXPR_TYPE, text, op.span, help=help, notes=scope.notes())
            raise Absorbed
        args = {**arguments_of(value.args, value.scope), **args}
        return _by_name(value.name, value.span, args, value.scope)
    return _by_name(str(op.value), op.span, args, scope)


def _by_name(name: str, span: Span, args: dict[str, Argument], scope: Scope) -> Resolved:
    if scope.unit is None:
        raise Absorbed
    unit, _, block = name.rpartition(".")
    owner = scope.unit.uses.get(unit) if unit else scope.unit
    if owner is not None and block in owner.blocks:
        return _block(owner.blocks[block], span, args)
    if name in scope.unit.files:
        return Resolved(scope.unit.files[name], name, span, args)
    if name == CALL:
        return Resolved(None, name, span, args)
    found = ops.find(name)
    if found is None and _may_be_lost(name, unit, scope.unit):
        raise Absorbed
    if found is None:
        raise _unknown(name, span, scope.unit, scope)
    return Resolved(found, name, span, args)


def _block(block: BlockDefinition, span: Span, args: dict[str, Argument]) -> Resolved:
    if "op" not in block.tree.items or "layers" in block.tree.items:
        return Resolved(block, block.name, span, args)
    return _preset(block, span, args)


def _preset(block: BlockDefinition, span: Span, args: dict[str, Argument]) -> Resolved:
    """One op with arguments: what is not a parameter of the preset is the op's own argument."""
    report = block.scope.report
    params = block.tree.items.get("params")
    declared = declarations(params if isinstance(params, Map) else None, report)
    inner = Scope(block.scope)
    for declaration, inner.later in below(declared):
        name = declaration.name
        tree, scope, _ = args.get(name, (declaration.default, inner, span))
        if tree is None:
            _missing(name, block, args, span)
            raise Absorbed
        inner.values[name] = bind(declaration, tree, scope)
    for stray in RESERVED.intersection(block.tree.items) - {"op", "params"}:
        unknown_key(report, block.tree, stray, "a preset", ("op", "params"))
    items = {k: t for k, t in block.tree.items.items() if k not in RESERVED}
    own = {k: (t, inner, block.tree.keys[k]) for k, t in items.items()}
    given = {k: a for k, a in args.items() if k not in declared}
    op = block.tree.items["op"]
    if not isinstance(op, Scalar) or not isinstance(op.value, str):
        text = f"`op` takes the name of an op, not {describe_value(op)}"
        report.error(codes.WRONG_KIND, text, op.span)
        raise Absorbed
    with block.scope.run.inside(block.name, op.span):
        resolved = resolve(op, {**own, **given}, inner)
    if resolved is None:
        raise Absorbed
    return Resolved(resolved.target, resolved.name, span, resolved.args)


def _missing(name: str, block: BlockDefinition, args: dict[str, Argument], span: Span) -> None:
    """A parameter of a preset that is not given, or is misspelt."""
    report = block.scope.report
    meant = next((key for key in args if nearest(key, [name])), None)
    if meant is None:
        text = f"the block `{block.name}` needs `{name}`"
        report.error(codes.MISSING_PARAMETER, text, span, help=f"add `{name}: ...`")
        return
    text, at = f"the block `{block.name}` has no parameter `{meant}`", args[meant][2]
    help, fix = f"did you mean `{name}`?", renaming(at, meant, name, [], own=True)
    report.error(codes.UNKNOWN_PARAMETER, text, at, help=help, fix=fix)


def _may_be_lost(name: str, alias: str, unit: Unit) -> bool:
    """Whether the name may be declared where something could not be read."""
    if name in unit.broken or alias in unit.broken:
        return True
    return bool(unit.lost & {"blocks", "use"})


def _unknown(name: str, span: Span, unit: Unit, scope: Scope) -> Absorbed:
    known = [*unit.blocks, *unit.files, *ops.names(), CALL]
    known += [f"{alias}.{b}" for alias, used in unit.uses.items() for b in used.blocks]
    from archc.ops import foreign

    help, fix = _other_notation(name, span, known, unit)
    help = help or _name_help(name, scope) or _zoo_help(name)
    near = nearest(name, known) or nearest(name.rpartition(".")[2], known)
    near = next((other for other in known if other.rpartition(".")[2] == name), near)
    if not help and not (near and len(near) == len(name) and near.casefold() == name.casefold()):
        help = foreign.op_help(name, lambda other: ops.find(other) is not None)
    if not help:
        fix = renaming(span, name, near, known, own=near not in ops.names())
    elif scope.has(name):
        value = next(around.values[name] for around in scope.chain() if name in around.values)
        fix = replacing(span, f"${name}", certain=isinstance(value, OpValue))
    scope.report.error(
        codes.UNKNOWN_OP,
        f"no op or block is called `{name}`",
        span,
        help=help or (f"did you mean `{near}`?" if near else _NEITHER),
        fix=fix if scope.report.text_at(span).strip("'\"") == name else None,
        notes=(*scope.notes(), *ops.own.troubles()),
    )
    return Absorbed()


_NEITHER = "`archc ops` lists the ops; what is not among them is a block, defined under `blocks`"


def _zoo_help(name: str) -> str:
    """A network of the zoo is an op once the file uses it."""
    from archc.spec import zoo

    alias = name.rpartition("/")[2]
    then = "" if alias == name else f" and `op: {alias}`"
    return f"the zoo has it: write `use: {{{alias}: {name}}}`{then}" if zoo.find(name) else ""


def _name_help(name: str, scope: Scope) -> str:
    """What to write in place of the bare name of a parameter, or of a node.

    Raises `Absorbed` for a node that failed: it may be a block in the wrong place.
    """
    if scope.has(name):
        return f"`{name}` is a parameter: write `${name}`"
    node = scope.layers.names.get(name) if scope.layers is not None else None
    if node is None:
        return ""
    if node.unknown:
        raise Absorbed
    return f"`{name}` is a node: what is used as an op is a block, defined under `blocks`"


def _other_notation(
    name: str, span: Span, known: Collection[str], unit: Unit
) -> tuple[str, Fix | None]:
    """What to write in place of Python (`nn.Conv2d(3, 64)`) or of `op:ReLU`; else nothing."""
    called, bracket, _ = name.partition("(")
    plain = called.strip().rpartition(".")[2]
    bare, word = name.strip("\u2018\u2019\u201c\u201d"), name.partition("#")[0]
    if bracket and plain in known:
        from archc.lower.calls import as_node

        node = as_node(name, plain, unit)
        help, fix = f"arguments are keys: write `{node}`", replacing(span, node)
        return help, replacing(span, node, certain=True) if node == plain else fix
    if plain != name and plain in known and called.startswith(("nn.", "torch.")):
        help = f"ops go without `{called.removesuffix(plain)}`: write `{plain}`"
        return help, replacing(span, plain, certain=True)
    if bare != name and bare in known:
        help = f"quotes that are not straight belong to the text: write `{bare}`"
        return help, replacing(span, bare, certain=True)
    if word in known:
        fix = replacing(span, f"{word} {name[len(word) :]}", certain=True)
        return "a comment needs a space before its `#`", fix
    return ("a `:` is followed by a space" if ":" in name else ""), None
