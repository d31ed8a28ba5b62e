"""Initialisation and tied weights: the end of the network's constructor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from archc.backends.python.access import access
from archc.backends.python.expressions import in_file
from archc.backends.python.layout import literal
from archc.backends.python.naming import attribute, identifier, is_plain
from archc.backends.python.parts import Make, Many, Own, Scope, Use
from archc.ir.patterns import matches

if TYPE_CHECKING:
    from archc.backends.python.parts import Node
    from archc.backends.python.registry import Registry
    from archc.ir.graph import InitRule, Network, Path

Lines = list[tuple[int, str]]
_COMPOSITE = ("torch.nn.MultiheadAttention", "torch.nn.Transformer")


class _Owner(Struct, frozen=True):
    """A module (or a lone parameter) of the network in its place."""

    path: Path
    node: Node
    target: str
    name: str
    """The op or block as the spec names it."""


class Initialise(Struct):
    """Prints the rules of a network in order, so that the last one that matches wins."""

    network: Network
    root: Scope
    registry: Registry

    def lines(self) -> Lines:
        """The statements with their depth."""
        owners = list(self._owners(self.root, ()))
        found: Lines = []
        for rules in _batches(self.network.init):
            within = tuple(filter(None, rules[0].within.split(".")))
            inside = [o for o in owners if o.path[: len(within)] == within]
            found += self._loop(rules, inside, within) if rules[0].kind == "type" else []
            for rule in rules:
                if rule.kind == "path" or self._are_tensors(rule, inside):
                    found += self._each(rule, inside, len(within))
        for owner in owners:
            for rule in owner.node.origin.init:
                found += self._own(rule, owner, owners)
        return found

    def ties(self) -> Lines:
        """`self.head.weight = self.embed.weight`."""
        return [
            (0, f"{self._tensor(tuple(a.split('.')))} = {self._tensor(tuple(b.split('.')))}")
            for a, b in self.network.ties
        ]

    def _owners(self, scope: Scope, prefix: Path) -> Iterator[_Owner]:
        for child in scope.children:
            yield from self._inside(child.node, (*prefix, child.name))

    def _inside(self, node: Node, path: Path) -> Iterator[_Owner]:
        match node:
            case Make(target=target, origin=origin):
                yield _Owner(path, node, target, type(origin.op).__name__)
            case Own(origin=origin):
                yield _Owner(path, node, "", type(origin.op).__name__)
            case Use(scope=scope):
                yield _Owner(path, node, self.registry.name(scope), scope.name)
                yield from self._owners(scope, path)
            case Many(children=children, kind=kind):
                for child in children:
                    place = (*(path[:-1] if kind == "Row" else path), child.name)
                    yield from self._inside(child.node, place)

    def _are_tensors(self, rule: InitRule, owners: Sequence[_Owner]) -> bool:
        return any(isinstance(o.node, Own) for o in owners if o.name == rule.pattern)

    def _loop(self, rules: Sequence[InitRule], owners: Sequence[_Owner], within: Path) -> Lines:
        """One pass over the modules of a node for rules that name a type."""
        branches: dict[tuple[str, ...], Lines] = {}
        for rule in rules:
            matching = [o for o in owners if o.name == rule.pattern and not isinstance(o.node, Own)]
            having = [o for o in matching if _has(o, rule.tensor)]
            if having:
                targets = tuple(dict.fromkeys(o.target for o in matching))
                lines = branches.setdefault(targets, [])
                lines += _guarded(rule, "module", all_have=len(having) == len(matching))
        found: Lines = []
        for targets, lines in _merged(branches):
            test = self._is_instance(targets)
            found.append((1, f"{'elif' if found else 'if'} {test}:"))
            found += [(depth + 2, line) for depth, line in lines]
        over = f"for module in {self._tensor(within)}.modules():"
        return [(0, over), *found] if found else []

    def _is_instance(self, targets: tuple[str, ...]) -> str:
        """A test for exactly these classes: attention has linear layers of its own inside."""
        exact = any(o.target.startswith(_COMPOSITE) for o in self._owners(self.root, ()))
        shown = [in_file(target) for target in targets]
        if exact:
            return " or ".join(f"type(module) is {name}" for name in shown)
        classes = f"({', '.join(shown)})" if len(shown) > 1 else shown[0]
        return f"isinstance(module, {classes})"

    def _each(self, rule: InitRule, owners: Sequence[_Owner], depth: int) -> Lines:
        """A line for each match of a path, or of a parameter that stands alone."""
        found: Lines = []
        for owner in owners:
            alone = rule.kind == "path" or isinstance(owner.node, Own)
            if alone and _fits(rule, owner, owner.path[depth:]) and _has(owner, rule.tensor):
                found.append((0, _call(rule, self._target(rule, owner))))
        return found

    def _own(self, rule: InitRule, owner: _Owner, owners: Sequence[_Owner]) -> Lines:
        """A rule that a node has for itself or for what is inside it."""
        if not rule.pattern:
            return [(0, _call(rule, self._target(rule, owner)))] if _has(owner, rule.tensor) else []
        depth = len(owner.path)
        inside = [o for o in owners if o.path[:depth] == owner.path and len(o.path) > depth]
        return [
            (0, _call(rule, self._target(rule, o)))
            for o in inside
            if (
                o.name == rule.pattern
                if rule.kind == "type"
                else matches(o.path[depth:], rule.pattern)
            )
            and _has(o, rule.tensor)
        ]

    def _target(self, rule: InitRule, owner: _Owner) -> str:
        if isinstance(owner.node, Own):
            return self._tensor(owner.path)
        return _inside(self._tensor(owner.path), rule.tensor)

    def _tensor(self, path: Path) -> str:
        """The text that reads a tensor or module of the network, given its path."""
        for length in range(len(path), 0, -1):
            shown = access(self.root, path[:length])
            if shown:
                return ".".join([shown, *map(attribute, path[length:])])
        return ".".join(["self", *map(attribute, path)])


def _merged(branches: dict[tuple[str, ...], Lines]) -> Iterator[tuple[tuple[str, ...], Lines]]:
    """Classes that are treated alike, together."""
    alike: dict[str, list[str]] = {}
    for targets, lines in branches.items():
        alike.setdefault(repr(lines), []).extend(targets)
    for lines in branches.values():
        together = alike.pop(repr(lines), None)
        if together is not None:
            yield tuple(dict.fromkeys(together)), lines


def _batches(rules: Sequence[InitRule]) -> Iterator[list[InitRule]]:
    """Rules that one pass over the modules can apply together.

    A rule for a tensor further inside a module waits for the passes before it.
    """
    batch: list[InitRule] = []
    for rule in rules:
        alike = batch and rule.kind == batch[-1].kind == "type" and rule.within == batch[-1].within
        if batch and not (alike and ("." in rule.tensor) == ("." in batch[-1].tensor)):
            yield batch
            batch = []
        batch.append(rule)
    if batch:
        yield batch


def _has(owner: _Owner, tensor: str) -> bool:
    """Whether a module has the tensor: a bias can be switched off."""
    op = getattr(owner.node.origin, "op", None)
    if isinstance(owner.node, Own) or op is None or "." in tensor:
        return True
    affine = getattr(op, "affine", getattr(op, "elementwise_affine", True))
    return bool(affine) and (tensor != "bias" or bool(getattr(op, "bias", True)))


def _guarded(rule: InitRule, module: str, *, all_have: bool) -> Lines:
    target = _inside(module, rule.tensor)
    if all_have:
        return [(0, _call(rule, target))]
    return [(0, f"if {target} is not None:"), (1, _call(rule, target))]


def _call(rule: InitRule, target: str) -> str:
    args = [f"{identifier(name)}={literal(value)}" for name, value in rule.args]
    return f"nn.init.{identifier(rule.function)}_({', '.join([target, *args])})"


def _inside(module: str, tensor: str) -> str:
    """The text that reads a tensor of a module: `module.mlp[0].weight`."""
    words = tensor.split(".")
    if not all(word.isdecimal() or is_plain(word) for word in words):
        return f"{module}.get_parameter({literal(tensor)})"
    parts = (f"[{word}]" if word.isdecimal() else f".{attribute(word)}" for word in words)
    return module + "".join(parts)


def _fits(rule: InitRule, owner: _Owner, path: Path) -> bool:
    return owner.name == rule.pattern if rule.kind == "type" else matches(path, rule.pattern)
