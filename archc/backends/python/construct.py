"""Constructors: the statements that make the children of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archc.backends.python.bench import Bench
from archc.backends.python.columns import MISSING, Cell
from archc.backends.python.containers import Containers
from archc.backends.python.layout import literal
from archc.backends.python.naming import is_plain
from archc.backends.python.parts import Absent, Many, Own

if TYPE_CHECKING:
    from archc.backends.python.layout import Code
    from archc.backends.python.parts import Node, Scope
    from archc.backends.python.registry import Registry

Nodes = Sequence["Node | None"]
"""A node in each variant; None where there is none."""


@dataclass(slots=True)
class Constructor:
    """Prints the children of one class into `code`."""

    scopes: Sequence[Scope]
    registry: Registry
    bench: Bench
    code: Code
    containers: Containers

    def children(self) -> None:
        """A statement for each child with a name."""
        found = [{child.name: child.node for child in scope.children} for scope in self.scopes]
        for name, node in max(found, key=len).items():
            absent = Absent(node.origin)
            self._child(name, [nodes.get(name, absent) for nodes in found])

    def sequence(self) -> None:
        """The children of a class that is a list itself."""
        items, hoisted = self.containers.listed([scope.children for scope in self.scopes])
        self._hoist(0, hoisted)
        shown = f"*{_LAYERS}" if hoisted else ", ".join(items)
        if self.scopes[0].chain:
            self.code.add(f"super().__init__({shown})")
        else:
            self.code.add(f"super().__init__({_LAYERS if hoisted else f'[{shown}]'})")

    def attribute(self, name: str, value: str) -> str:
        """Keep a value of the constructor for `forward`; how it is read there."""
        owned = {child.name for scope in self.scopes for child in scope.children}
        name = f"{name}_" if name in owned or not is_plain(name) else name
        text = f"self.{name} = {value}"
        if all(line.text.strip() != text for line in self.code.lines):
            self.code.add(text)
        return f"self.{name}"

    def _child(self, name: str, nodes: Nodes) -> None:
        there = tuple(not isinstance(node, Absent) for node in nodes)
        if not any(there):
            return
        if all(there):
            self._make(0, name, nodes)
            return
        condition = self.containers.condition(name, nodes, there)
        self.code.add(f"if {condition}:")
        self._make(1, name, [n if t else None for n, t in zip(nodes, there, strict=True)])
        self.code.add("else:")
        self.code.add(_assign(name, "None"), 1)

    def _make(self, inside: int, name: str, nodes: Nodes) -> None:
        first = next(n for n in nodes if n is not None and not isinstance(n, Absent))
        if isinstance(first, Own):
            self._own(inside, name, nodes)
            return
        if isinstance(first, Many) and first.kind == "Row":
            self._row(inside, name, [n if isinstance(n, Many) else None for n in nodes])
            return
        text, hoisted = self.containers.made(nodes, name)
        self._hoist(inside, hoisted)
        self.code.add(_assign(name, text), inside)
        if isinstance(first, Many):
            self._owned_inside(inside, name, first)

    def _row(self, inside: int, prefix: str, manys: Sequence[Many | None]) -> None:
        """Children with numbered names, in a loop where they follow a rule."""
        first = next(many for many in manys if many is not None)
        made = self.containers.row(manys, prefix)
        if made is None:
            for place, child in enumerate(first.children):
                self._make(inside, child.name, [m and m.children[place].node for m in manys])
            return
        call, number = made
        start = int(first.children[0].name.removeprefix(prefix))
        index = f"i + {start}" if start else "i"
        self.code.add(f"for i in range({number}):", inside)
        self.code.add(f'self.add_module(f"{prefix}{{{index}}}", {call})', inside + 1)

    def _hoist(self, inside: int, hoisted: Sequence[tuple[str, tuple[str, ...]]]) -> None:
        """A list that is filled step by step, since some of its items depend on a condition."""
        if not hoisted:
            return
        first, *rest = hoisted
        opening = ", ".join(first[1]) if not first[0] else ""
        self.code.add(f"{_LAYERS}: list[nn.Module] = [{opening}]", inside)
        for condition, items in rest if not first[0] else hoisted:
            deeper = inside + 1 if condition else inside
            if condition:
                self.code.add(f"if {condition}:", inside)
            if len(items) == 1 and not items[0].startswith("*"):
                self.code.add(f"{_LAYERS}.append({items[0]})", deeper)
            else:
                self.code.add(f"{_LAYERS} += [{', '.join(items)}]", deeper)

    def _owned_inside(self, inside: int, name: str, many: Many) -> None:
        """Parameters in a container, which its own constructor cannot take."""
        holder = f"self.{name}" if is_plain(name) else f"getattr(self, {literal(name)})"
        for child in many.children:
            if isinstance(child.node, Own):
                self._register(inside, holder, child.name, [child.node] * len(self.scopes))

    def _own(self, inside: int, name: str, nodes: Nodes) -> None:
        kind = next(node.state.kind for node in nodes if isinstance(node, Own))
        if kind == "parameter" and is_plain(name):
            self.code.add(f"self.{name} = nn.Parameter({self._tensor(nodes, name)})", inside)
            return
        if is_plain(name):
            self.code.add(f"self.{name}: Tensor", inside)
        self._register(inside, "self", name, nodes)

    def _register(self, inside: int, holder: str, name: str, nodes: Nodes) -> None:
        state = next(node.state for node in nodes if isinstance(node, Own))
        tensor, shown = self._tensor(nodes, name), literal(name)
        if state.kind == "parameter":
            call = f"register_parameter({shown}, nn.Parameter({tensor}))"
        else:
            extra = "" if state.persistent else ", persistent=False"
            call = f"register_buffer({shown}, {tensor}{extra})"
        self.code.add(f"{holder}.{call}", inside)

    def _tensor(self, nodes: Nodes, owner: str) -> str:
        """The tensor that a parameter or buffer begins as."""
        states = [node.state if isinstance(node, Own) else None for node in nodes]
        first = next(state for state in states if state is not None)
        columns = [
            tuple(state.shape[k] if state is not None else MISSING for state in states)
            for k in range(len(first.shape))
        ]
        sizes = [self.bench.text(Cell("size", owner, column)) for column in columns]
        values = tuple(s.value if s is not None else MISSING for s in states)
        value = self.bench.text(Cell("value", owner, values))
        dtype = f", dtype=torch.{first.dtype}" if first.dtype != "float32" else ""
        if value in _FILLS:
            return f"torch.{_FILLS[value]}({', '.join(sizes) or '()'}{dtype})"
        if not all(isinstance(v, float) for v in values):  # torch would take the type of `value`
            dtype = dtype or ", dtype=torch.get_default_dtype()"
        if isinstance(first.value, tuple):
            return f"torch.tensor({value}{dtype})"
        comma = "," if len(sizes) == 1 else ""
        return f"torch.full(({', '.join(sizes)}{comma}), {value}{dtype})"


_LAYERS = "layers"
_FILLS = {"None": "zeros", "0": "zeros", "0.0": "zeros", "1": "ones", "1.0": "ones"}


def _assign(name: str, value: str) -> str:
    if is_plain(name):
        return f"self.{name} = {value}"
    return f"self.add_module({literal(name)}, {value})"
