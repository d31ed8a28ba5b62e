"""`init`: which tensors get which function of `torch.nn.init`, with which arguments."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from archc import ops
from archc.diag import codes
from archc.diag.diagnostic import did_you_mean
from archc.diag.fix import replacing
from archc.diag.misspelt import guess
from archc.ir.graph import Body, InitRule, leaves_of
from archc.ir.patterns import matches
from archc.ir.target import New
from archc.lower.reading import Kind, read_value
from archc.lower.scope import Scope
from archc.spec.document import describe_value
from archc.spec.expr import Absorbed, ExprError, names, parse
from archc.spec.tree import Map, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archc.diag.fix import Fix
    from archc.diag.source import Span
    from archc.ir.graph import Leaf, Path
    from archc.ir.op import Op, Types
    from archc.ir.target import Literal
    from archc.spec.report import Report
    from archc.spec.tree import Tree

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "uniform_": ("a", "b"),
    "normal_": ("mean", "std"),
    "trunc_normal_": ("mean", "std", "a", "b"),
    "constant_": ("val",),
    "ones_": (),
    "zeros_": (),
    "eye_": (),
    "dirac_": ("groups",),
    "xavier_uniform_": ("gain",),
    "xavier_normal_": ("gain",),
    "kaiming_uniform_": ("a", "mode", "nonlinearity"),
    "kaiming_normal_": ("a", "mode", "nonlinearity"),
    "orthogonal_": ("gain",),
    "sparse_": ("sparsity", "std"),
}
"""The functions of `torch.nn.init` and their arguments after the tensor."""

_WORDS = frozenset(
    [
        "fan_in",
        "fan_out",
        "linear",
        "conv1d",
        "conv2d",
        "conv3d",
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "selu",
    ]
)


class Pending(Struct, frozen=True):
    """A rule whose arguments read the parameters of each node that it matches."""

    rule: InitRule
    args: Map
    scope: Scope


def file_rules(tree: Map | None, scope: Scope) -> tuple[InitRule | Pending, ...]:
    """The rules of a file's `init`, in order."""
    if tree is None:
        return ()
    rules: list[InitRule | Pending] = []
    for pattern, value in tree.items.items():
        try:
            rules += _pattern_rules(pattern, value, tree, scope)
        except Absorbed:
            continue
    return tuple(rules)


def bound_rules(rules: tuple[InitRule | Pending, ...], body: Body) -> Iterator[InitRule]:
    """The rules with every argument known: one for each node where they read its parameters."""
    for rule in rules:
        if isinstance(rule, InitRule):
            yield rule
            continue
        for leaf in leaves_of(body):
            if leaf.again or not _fits(rule.rule, leaf):
                continue
            scope = Scope(rule.scope, own_parameters(leaf.op, leaf.ins))
            with suppress(Absorbed):
                args = _arguments(rule.rule.function, rule.args, scope)
                yield replace(rule.rule, kind="path", pattern=leaf.path, args=args)


def check_tensors(
    rules: Sequence[InitRule], nodes: Iterable[tuple[Op, Types]], report: Report
) -> None:
    """Every rule for an op names a tensor that such a node has, or may have (`bias`)."""
    owned: dict[str, set[str]] = {}
    named = {r.pattern for r in rules if r.kind == "type" and r.tensor not in _SWITCHED}
    if not named:
        return
    for op, ins in nodes:
        name = type(op).__name__
        if name in named:
            owned.setdefault(name, set()).update(t.name for t in op.tensors(ins))
    for rule in rules:
        names = owned.get(rule.pattern)
        if rule.kind != "type" or names is None or rule.tensor in names | _SWITCHED:
            continue
        text = f"`{rule.pattern}` has no tensor `{rule.tensor}`"
        listed = f"it has {', '.join(sorted(names)) or 'none'}"
        help = did_you_mean(rule.tensor, names) or listed
        report.error(codes.BAD_INIT, text, rule.span, help=help)


_SWITCHED = frozenset({"weight", "bias"})
"""Tensors that a parameter of the op switches off."""


def used_rules(body: Body, prefix: Path = ()) -> Iterator[InitRule]:
    """The rules of the files that a network uses, each confined to where its file stands."""
    for item in body.items:
        if isinstance(item.what, Body):
            path = (*prefix, *item.path)
            yield from used_rules(item.what, path)
            yield from (replace(rule, within=".".join(path)) for rule in item.what.init)


def _fits(rule: InitRule, leaf: Leaf) -> bool:
    if rule.kind == "type":
        return type(leaf.op).__name__ == rule.pattern
    return matches(tuple(leaf.path.split(".")), rule.pattern)


def own_parameters(op: Op, ins: Types) -> dict[str, object]:
    """The parameters of an op by name, those that were inferred included."""
    given: dict[str, object] = {name: getattr(op, name) for name in type(op).model_fields}
    made = op.lowered(ins)
    if isinstance(made, New):
        given |= {arg.name: arg.value for arg in made.args}
    return given


def node_rules(tree: Tree | None, scope: Scope) -> tuple[InitRule, ...]:
    """The rules of a node's own `init`: its tensors by name, or patterns inside it."""
    if tree is None:
        return ()
    found = _node_rules(tree, scope)
    pending = next((r for r in found if isinstance(r, Pending)), None)
    if pending is not None:
        text = "a node's `init` can read its own parameters, not those of what is inside it"
        _wrong(text, pending.rule.span, scope, "write the rule at file level")
    return tuple(r for r in found if isinstance(r, InitRule))


def tensor_rules(tree: Tree, scope: Scope) -> tuple[InitRule, ...]:
    """The rule of a node that is a tensor itself: just the function."""
    rule = _rule("path", "", "", tree, scope)
    return (rule,) if isinstance(rule, InitRule) else ()


def _node_rules(tree: Tree, scope: Scope) -> list[InitRule | Pending]:
    if not isinstance(tree, Map):
        help = "name the tensor: `init: {weight: ...}`"
        _wrong(f"`init` takes a mapping, not {describe_value(tree)}", tree.span, scope, help)
    rules: list[InitRule | Pending] = []
    for key, value in tree.items.items():
        if _is_function(value):
            rules.append(_rule("path", "", key, value, scope))
        else:
            rules.extend(_pattern_rules(key, value, tree, scope))
    return rules


def _is_function(tree: Tree) -> bool:
    if isinstance(tree, Scalar):
        return True
    return isinstance(tree, Map) and len(tree.items) == 1 and next(iter(tree.items)) in FUNCTIONS


def _pattern_rules(pattern: str, tree: Tree, around: Map, scope: Scope) -> list[InitRule | Pending]:
    known = scope.unit is not None and pattern in scope.unit.blocks
    kind = "type" if known or ops.find(pattern) is not None else "path"
    if not isinstance(tree, Map):
        help = f"name the tensor: `{pattern}: {{weight: ...}}`"
        _wrong(f"`init` of `{pattern}` takes a mapping of tensors", tree.span, scope, help)
    if kind == "path" and "." not in pattern and "*" not in pattern and pattern[:1].isupper():
        if scope.unit is not None and "blocks" in scope.unit.lost:
            raise Absorbed
        called = [*ops.names(), *(scope.unit.blocks if scope.unit else ())]
        at = around.keys[pattern]
        help, fix = guess(at, pattern, called, own=True, taken=around.keys)
        _wrong(f"no op or block is called `{pattern}`", at, scope, help, fix)
    return [_rule(kind, pattern, name, value, scope) for name, value in tree.items.items()]


def _rule(kind: str, pattern: str, tensor: str, tree: Tree, scope: Scope) -> InitRule | Pending:
    name, args, span = _function(tree, scope)
    if name not in FUNCTIONS:
        near = _function_meant(name)
        listed = f"the functions are {', '.join(FUNCTIONS)}"
        help, fix = guess(span, name, FUNCTIONS, listed)
        from archc.lower.calls import as_function

        called = as_function(name, {near: FUNCTIONS[near]} if near else FUNCTIONS)
        if called:
            help, fix = f"arguments are keys: write `{called}`", replacing(span, called)
        elif near:
            help, fix = f"write `{near}`", replacing(span, near, certain=True)
        _wrong(f"`torch.nn.init` has no function `{name}` here", span, scope, help, fix)
    rule = InitRule("type" if kind == "type" else "path", pattern, tensor, name, (), tree.span)
    if args is None:
        return rule
    if _reads_the_node(args, scope):
        return Pending(rule, args, scope)
    return replace(rule, args=_arguments(name, args, scope))


_KERAS = {"glorot": "xavier", "he": "kaiming"}
"""What Keras calls the initialisations that torch names after their other author."""


def _function_meant(name: str) -> str:
    """The function that another notation of it means; empty where none is."""
    plain = name.partition("(")[0].rpartition(".")[2].rstrip("_")
    author, _, rest = plain.partition("_")
    plain = f"{_KERAS.get(author, author)}_{rest}".rstrip("_")
    return f"{plain}_" if f"{plain}_" in FUNCTIONS and f"{plain}_" != name else ""


def _reads_the_node(args: Map, scope: Scope) -> bool:
    """Whether an argument is an expression with a name that only a node can give."""
    for tree in args.items.values():
        if isinstance(tree, Scalar) and isinstance(tree.value, str) and tree.value not in _WORDS:
            try:
                used = names(parse(tree.value))
            except ExprError:
                continue
            if not all(map(scope.has, used)):
                return True
    return False


def _arguments(function: str, args: Map, scope: Scope) -> tuple[tuple[str, Literal], ...]:
    values: list[tuple[str, Literal]] = []
    for key, value in args.items.items():
        if key not in FUNCTIONS[function]:
            known = ", ".join(FUNCTIONS[function]) or "none"
            at, listed = args.keys[key], f"its arguments are: {known}"
            help, fix = guess(at, key, FUNCTIONS[function], listed, taken=args.keys)
            _wrong(f"`{function}` has no argument `{key}`", at, scope, help, fix)
        given = read_value(value, scope, Kind(words=_WORDS))
        if isinstance(given, bool | int | float | str):
            values.append((key, given))
        else:
            _wrong(f"`{key}` takes a number, not {describe_value(given)}", value.span, scope)
    return tuple(values)


def _function(tree: Tree, scope: Scope) -> tuple[str, Map | None, Span]:
    if isinstance(tree, Scalar) and isinstance(tree.value, str):
        return tree.value, None, tree.span
    if isinstance(tree, Map) and len(tree.items) == 1:
        name, args = next(iter(tree.items.items()))
        if isinstance(args, Map):
            return name, args, tree.keys[name]
        if FUNCTIONS.get(name):
            first = FUNCTIONS[name][0]
            return name, Map({first: args}, {first: args.span}, args.span), tree.keys[name]
    help = "write `zeros_`, or `{normal_: {std: 0.01}}`"
    if isinstance(tree, Scalar) and isinstance(tree.value, int | float):
        help = f"write `{{constant_: {tree.value}}}`" if tree.value else "write `zeros_`"
    return _wrong(
        f"an initialisation is a function's name, not {describe_value(tree)}",
        tree.span,
        scope,
        help,
    )


def _wrong(
    message: str, span: Span, scope: Scope, help: str = "", fix: Fix | None = None
) -> NoReturn:
    scope.report.error(codes.BAD_INIT, message, span, help=help, fix=fix, notes=scope.notes())
    raise Absorbed
