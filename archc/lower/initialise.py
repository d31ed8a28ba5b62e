"""`init`: which tensors get which function of `torch.nn.init`, with which arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from archc import ops
from archc.diag import codes
from archc.diag.diagnostic import did_you_mean
from archc.ir.graph import InitRule
from archc.lower.reading import Kind, read_value
from archc.spec.document import describe_value
from archc.spec.expr import Absorbed
from archc.spec.tree import Map, Scalar

if TYPE_CHECKING:
    from archc.diag.source import Span
    from archc.ir.target import Literal
    from archc.lower.scope import Scope
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


def file_rules(tree: Map | None, scope: Scope) -> tuple[InitRule, ...]:
    """The rules of a file's `init`, in order."""
    if tree is None:
        return ()
    rules: list[InitRule] = []
    for pattern, value in tree.items.items():
        try:
            rules += _pattern_rules(pattern, value, tree.keys[pattern], scope)
        except Absorbed:
            continue
    return tuple(rules)


def node_rules(tree: Tree | None, scope: Scope) -> tuple[InitRule, ...]:
    """The rules of a node's own `init`: its tensors by name, or patterns inside it."""
    if tree is None:
        return ()
    if not isinstance(tree, Map):
        _wrong(f"`init` takes a mapping, not {describe_value(tree)}", tree.span, scope)
    rules: list[InitRule] = []
    for key, value in tree.items.items():
        if _is_function(value):
            rules.append(_rule("path", "", key, value, scope))
        else:
            rules.extend(_pattern_rules(key, value, tree.keys[key], scope))
    return tuple(rules)


def _is_function(tree: Tree) -> bool:
    if isinstance(tree, Scalar):
        return True
    return isinstance(tree, Map) and len(tree.items) == 1 and next(iter(tree.items)) in FUNCTIONS


def _pattern_rules(pattern: str, tree: Tree, span: Span, scope: Scope) -> list[InitRule]:
    known = scope.unit is not None and pattern in scope.unit.blocks
    kind = "type" if known or ops.find(pattern) is not None else "path"
    if not isinstance(tree, Map):
        help = f"name the tensor: `{pattern}: {{weight: ...}}`"
        _wrong(f"`init` of `{pattern}` takes a mapping of tensors", tree.span, scope, help)
    if kind == "path" and "." not in pattern and "*" not in pattern and pattern[:1].isupper():
        help = did_you_mean(pattern, [*ops.names(), *(scope.unit.blocks if scope.unit else ())])
        _wrong(f"no op or block is called `{pattern}`", span, scope, help)
    return [_rule(kind, pattern, name, value, scope) for name, value in tree.items.items()]


def _rule(kind: str, pattern: str, tensor: str, tree: Tree, scope: Scope) -> InitRule:
    name, args, span = _function(tree, scope)
    if name not in FUNCTIONS:
        help = did_you_mean(name, FUNCTIONS) or f"the functions are {', '.join(FUNCTIONS)}"
        _wrong(f"`torch.nn.init` has no function `{name}` here", span, scope, help)
    values: list[tuple[str, Literal]] = []
    for key, value in args.items.items() if args is not None else ():
        if key not in FUNCTIONS[name]:
            known = ", ".join(FUNCTIONS[name]) or "none"
            help = did_you_mean(key, FUNCTIONS[name]) or f"its arguments are: {known}"
            assert args is not None
            _wrong(f"`{name}` has no argument `{key}`", args.keys[key], scope, help)
        given = read_value(value, scope, Kind(words=_WORDS))
        if isinstance(given, bool | int | float | str):
            values.append((key, given))
        else:
            _wrong(f"`{key}` takes a number, not {describe_value(given)}", value.span, scope)
    return InitRule(
        "type" if kind == "type" else "path", pattern, tensor, name, tuple(values), tree.span
    )


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
    return _wrong(
        f"an initialisation is a function's name, not {describe_value(tree)}",
        tree.span,
        scope,
        help,
    )


def _wrong(message: str, span: Span, scope: Scope, help: str = "") -> NoReturn:
    scope.report.error(codes.BAD_INIT, message, span, help=help, notes=scope.notes())
    raise Absorbed
