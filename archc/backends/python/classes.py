"""One class of the emitted file as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.backends.python.bench import Bench
from archc.backends.python.columns import MISSING
from archc.backends.python.construct import Constructor
from archc.backends.python.containers import Containers
from archc.backends.python.forward import Forward
from archc.backends.python.layout import Code, Line, docstring, literal, statement
from archc.backends.python.naming import identifier

if TYPE_CHECKING:
    from archc.backends.python.columns import Parameter
    from archc.backends.python.naming import Names
    from archc.backends.python.parts import Result, Scope
    from archc.backends.python.registry import Registry

Lines = list[tuple[int, str]]


@dataclass(slots=True)
class ClassText:
    """A class that several variants of a block share. `check` is a call that opens `forward`."""

    name: str
    scopes: Sequence[Scope]
    registry: Registry
    names: Names
    """The names of the file: classes and functions."""
    doc: str = ""
    check: str = ""
    ending: Lines = field(default_factory=list[tuple[int, str]])
    output: str = field(init=False, default="")
    outside: str = field(init=False, default="")
    """The tuple of what is there outside training too, where several are, and some are not."""
    _bench: Bench = field(init=False)
    _init: Code = field(init=False, default_factory=lambda: Code(depth=2))
    _body: Code = field(init=False, default_factory=lambda: Code(depth=2))

    def __post_init__(self) -> None:
        """Print children and steps, which settles what the constructor takes."""
        lead = self.scopes[0]
        if len(lead.results) > 1 and not lead.unnamed:
            self.output = self.names.claim(f"{self.name}Output")
        if self.output and 1 < len(self._kept()) < len(self.scopes[0].results):
            self.outside = self.names.claim(f"{self.name}EvalOutput")
        self._bench = Bench(self.scopes)
        containers = Containers(self.registry, self._bench)
        made = Constructor(self.scopes, self.registry, self._bench, self._init, containers)
        if lead.numbered:
            made.sequence()
        else:
            made.children()
        if not lead.chain:
            forward = Forward(
                self.scopes, made, self.names, self.arguments(), self.output, self.outside
            )
            forward.write()
            self._body = forward.code
        self.registry.add(self.name, self.scopes, self.parameters())

    def parameters(self) -> list[Parameter]:
        """What the constructor takes."""
        return self._bench.in_order()

    def arguments(self) -> list[str]:
        """The names of the inputs in `forward`: `x` where nobody named the only one."""
        names = [name for name, _ in self.scopes[0].inputs]
        if len(names) == 1 and (names[0] in {"", "input"} or self.scopes[0].unnamed):
            return ["x"]
        found: list[str] = []
        for name in map(identifier, names):
            taken = name in found or name in self.names
            found.append(f"{name}_{len(found)}" if taken else name)
        return found

    def lines(self) -> list[Line]:
        """The text of the class, after that of the named tuple it returns."""
        base = "Module"
        if self.scopes[0].numbered:
            base = "Sequential" if self.scopes[0].chain else "ModuleList"
        found = [*map(Line, self._output()), Line(f"class {self.name}(nn.{base}):")]
        parts = [list(map(Line, docstring(self.doc, 1)))] if self.doc else []
        if self._init.lines or self.ending:
            parts.append(self._init_lines())
        if self._body.lines or self.check:
            parts.append(self._forward_lines())
        for part in parts:
            found += [*part, Line("")]
        return found[:-1] if parts else [*found, Line("    pass")]

    def _init_lines(self) -> list[Line]:
        code = Code(depth=1)
        shown = ["self", *map(_parameter, self.parameters())]
        code.add(f"def __init__({', '.join(shown)}) -> None:")
        if not self.scopes[0].numbered:
            code.add("super().__init__()", 1)
        code.extend(self._init.lines)
        for depth, text in self.ending:
            code.add(text, depth + 1)
        return code.lines

    def _forward_lines(self) -> list[Line]:
        code = Code(depth=1)
        inputs = ", ".join(["self", *(f"{name}: Tensor" for name in self.arguments())])
        code.add(f"def forward({inputs}) -> {self._returns()}:")
        if self.check:
            code.add(self.check, 1)
        code.extend(self._body.lines)
        if not self._body.lines:
            code.add(f"return super().forward({', '.join(self.arguments())})", 1)
        return code.lines

    def _returns(self) -> str:
        results = self.scopes[0].results
        if len(results) == 1:
            return "Tensor"
        everything = self.output or f"tuple[{', '.join(['Tensor'] * len(results))}]"
        if len(self._kept()) == len(results):
            return everything
        return f"{self.outside or 'Tensor'} | {everything}"

    def _kept(self) -> list[Result]:
        """The outputs that are there outside training too."""
        return [result for result in self.scopes[0].results if not result.training]

    def _output(self) -> list[str]:
        found = _tuple(self.output, self.scopes[0].results) if self.output else []
        return found + (_tuple(self.outside, self._kept()) if self.outside else [])


def _tuple(name: str, results: Sequence[Result]) -> list[str]:
    """The class of a named tuple of outputs."""
    names = [identifier(result.name) for result in results]
    fields = [line for name in names for line in statement(f"{name}: Tensor", 1)]
    return [f"class {name}(NamedTuple):", *fields, "", ""]


def _parameter(parameter: Parameter) -> str:
    default = "" if parameter.default is MISSING else f" = {literal(parameter.default)}"
    return f"{parameter.name}: {parameter.annotation}{default}"
