"""The body of `forward`: one statement for each thing that happens, in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.backends.python.access import access
from archc.backends.python.arguments import Arguments
from archc.backends.python.expressions import printed
from archc.backends.python.inplace import adds_in_place
from archc.backends.python.layout import Code
from archc.backends.python.naming import attribute, singular
from archc.backends.python.parts import (
    CallEach,
    CallModule,
    Compute,
    Many,
    PassOn,
    Read,
)
from archc.backends.python.variables import UNUSED, Variables, word
from archc.ir.target import Called, Input

if TYPE_CHECKING:
    from archc.backends.python.construct import Constructor
    from archc.backends.python.naming import Names
    from archc.backends.python.parts import Scope, Step
    from archc.ir.at_hand import Slot
    from archc.ir.graph import Path
    from archc.ir.target import Expression, Gives


@dataclass(slots=True)
class Forward:
    """Prints the steps of one class, which its variants share but for those that some leave out."""

    scopes: Sequence[Scope]
    constructor: Constructor
    names: Names
    inputs: Sequence[str]
    output: str = ""
    """The class of the named tuple that is returned, where there is one."""
    outside: str = ""
    """The same for outside training, where fewer are returned and still several."""
    code: Code = field(default_factory=lambda: Code(depth=2))
    _variables: Variables = field(init=False)
    _arguments: Arguments = field(init=False)

    def __post_init__(self) -> None:
        """Line the variants' steps up and choose the variables."""
        places = range(len(self.scopes[0].steps))
        self._arguments = Arguments(self.scopes, self.constructor)
        steps = [self._lead(k) for k in places]
        optional = frozenset(k for k in places if self._optional(k))
        self._variables = Variables(
            self.inputs,
            steps,
            self.scopes[0].results,
            optional,
            {k: (*self._arguments.measures.measured(k), *self._passing(k)) for k in places},
            {k: self._read(s.does) for k, s in enumerate(steps) if isinstance(s.does, Read)},
            self.names,
        )

    def write(self) -> None:
        """The statements, the `return` last."""
        steps = self._variables.steps
        index = 0
        while index < len(steps):
            step = steps[index]
            if self._is_result(index, step):
                self.code.add(f"return {self._value(index, step)}", mark=_mark(step))
                return
            times = self._times(index)
            if times > 2:
                self.code.add(f"for _ in range({times}):")
                self._statement(index, step, inside=1)
                index += times
                continue
            if not isinstance(step.does, PassOn | Read):
                self._statement(index, step)
            index += 1
        self._return()

    def _times(self, index: int) -> int:
        """How often the very same call is made in a row: a shared module, applied repeatedly."""
        steps, of = self._variables.steps, self._variables.of
        step = steps[index]
        if not isinstance(step.does, CallModule) or self._optional(index) or step.training:
            return 1
        held = {of[slot] for slot in (*step.inputs, (step.path, 0))}
        count = 1
        for after in steps[index + 1 :]:
            same = (
                after.does == step.does
                and {of[slot] for slot in (*after.inputs, (after.path, 0))} == held
            )
            if not same or len(held) > 1 or after is steps[-1]:
                break
            count += 1
        return count

    def _is_row(self) -> bool:
        nodes = [child.node for child in self.scopes[0].children]
        return len(nodes) == 1 and isinstance(nodes[0], Many) and nodes[0].kind == "Row"

    def _passing(self, index: int) -> tuple[Slot, ...]:
        """What is passed on in the variants that leave a step out."""
        steps = [scope.steps[index] for scope in self.scopes]
        if not self._optional(index):
            return ()
        return tuple(s.inputs[0] for s in steps if isinstance(s.does, PassOn))[:1]

    def _read(self, read: Read) -> str:
        shown = self._access(read.path)
        return f"{shown}.{attribute(read.tensor)}" if read.tensor else shown

    def _is_result(self, index: int, step: Step) -> bool:
        """Whether the step is the last, and what it gives is all that is returned."""
        slots = [self._variables.source(result.slot) for result in self.scopes[0].results]
        return (
            self._variables.following(index) == len(self.scopes[0].steps)
            and not self.output
            and slots == [(step.path, k) for k in range(len(step.results))]
            and not (self._optional(index) or step.training)
            and not isinstance(step.does, PassOn | CallEach)
            and not (isinstance(step.does, CallModule) and (step.does.gives or step.does.absent))
        )

    def _lead(self, index: int) -> Step:
        """The step in the first variant that has it."""
        steps = [scope.steps[index] for scope in self.scopes]
        return next((s for s in steps if not isinstance(s.does, PassOn)), steps[0])

    def _optional(self, index: int) -> bool:
        skipped = {isinstance(scope.steps[index].does, PassOn) for scope in self.scopes}
        return len(skipped) == 2

    def _each(self, index: int, step: Step) -> None:
        """`for layer in self.layers: x = layer(x, mask)`."""
        target = self._variables.of[step.path, 0]
        first, *others = (self._variables.of[slot] for slot in step.inputs)
        if self._optional(index):
            test, _ = self._test(index, step)
            self.code.add(f"if {test}:")
        inside = int(self._optional(index))
        if target != first:
            self.code.add(f"{target} = {first}", inside)
        taken = {*self._variables.of.values(), *self.inputs}
        name = "layer" if self._is_row() else singular(word(step))
        name = f"each_{name}" if name in taken else name
        self.code.add(f"for {name} in {self._value(index, step)}:", inside)
        self.code.add(f"{target} = {name}({', '.join([target, *others])})", inside + 1)

    def _statement(self, index: int, step: Step, inside: int = 0) -> None:
        if isinstance(step.does, CallEach):
            self._each(index, step)
            return
        targets = [self._variables.of[step.path, k] for k in range(len(step.results))]
        value = self._value(index, step)
        gives = step.does.gives if isinstance(step.does, CallModule) else ()
        assigned = f"{_nested(gives, targets) if gives else ', '.join(targets)} = {value}"
        before = f"{targets[0]} + "
        if value.startswith(before) and adds_in_place(self.scopes, index):
            assigned = f"{targets[0]} += {value.removeprefix(before)}"
        if not self._optional(index) and not step.training:
            unused = set(targets) == {UNUSED} and not _mark(step)
            self._assign(step, value if unused else assigned, targets, inside)
            return
        test, opposite = self._test(index, step)
        if step.training and self._variables.in_training_only(index):
            self.code.add(f"if {test}:")
            self.code.add(assigned, 1, _mark(step))
            return
        passed = self._passed(index, step)
        if targets == [passed] or len(targets) > 1:
            self.code.add(f"if {test}:")
            self._assign(step, assigned, targets, 1)
            if len(targets) > 1:
                self.code.add("else:")
                self.code.add(f"{' = '.join(targets)} = {passed}", 1)
        elif opposite:
            self.code.add(f"{targets[0]} = {passed} if {opposite} else {value}")
        else:
            self.code.add(f"{targets[0]} = {value} if {test} else {passed}", mark=_mark(step))

    def _assign(self, step: Step, assigned: str, targets: Sequence[str], inside: int) -> None:
        """The step as a statement; outside training a block may give less, the rest is None."""
        absent = step.does.absent if isinstance(step.does, CallModule) else ()
        if not absent or len(targets) == 1 or set(targets) == {UNUSED}:
            self.code.add(assigned, inside, _mark(step))
            return
        assert isinstance(step.does, CallModule)
        value = assigned.partition(" = ")[2]
        there = [name for k, name in enumerate(targets) if k not in absent]
        gone = [targets[k] for k in absent if targets[k] != UNUSED]
        left = ", ".join(there)
        if gone and there:
            left = f"{left if len(there) == 1 else f'({left})'}, {', '.join(gone)}"
            value = f"{value}, {', '.join(['None'] * len(gone))}"
        self.code.add(f"if {self._access(step.does.path)}.training:", inside)
        self.code.add(assigned, inside + 1, _mark(step))
        self.code.add("else:", inside)
        self.code.add(f"{left or ' = '.join(gone)} = {value}", inside + 1, _mark(step))

    def _test(self, index: int, step: Step) -> tuple[str, str]:
        """When the step happens, and the opposite where that reads better."""
        if step.training and not self._optional(index):
            return "self.training", ""
        if isinstance(step.does, CallModule | CallEach) and not step.training:
            module = self._access(step.does.path)
            return f"{module} is not None", f"{module} is None"
        there = tuple(not isinstance(s.steps[index].does, PassOn) for s in self.scopes)
        origins = [scope.steps[index].origin for scope in self.scopes]
        written = next((origin.when for origin in origins if origin.when), "")
        receives = tuple(origin.receives for origin in origins)
        condition = self.constructor.bench.condition(word(step), there, written, receives)
        kept = self.constructor.attribute(f"use_{word(step)}", condition)
        return (f"self.training and {kept}" if step.training else kept), ""

    def _passed(self, index: int, step: Step) -> str:
        """What is passed on when the step does not happen."""
        steps = [scope.steps[index] for scope in self.scopes]
        skipped = next((s for s in steps if isinstance(s.does, PassOn)), step)
        return self._variables.of[skipped.inputs[0]]

    def _return(self) -> None:
        results = self.scopes[0].results
        values = [self._variables.of[result.slot] for result in results]
        kept = [v for v, result in zip(values, results, strict=True) if not result.training]
        everything = f"{self.output}({', '.join(values)})" if self.output else ", ".join(values)
        if len(kept) == len(values):
            self.code.add(f"return {everything}")
            return
        self.code.add("if self.training:")
        self.code.add(f"return {everything}", 1)
        left = ", ".join(kept)
        self.code.add(f"return {self.outside}({left})" if self.outside else f"return {left}")

    def _value(self, index: int, step: Step) -> str:
        """The expression of a step."""
        variables = [self._variables.of[slot] for slot in step.inputs]
        match step.does:
            case CallModule(path=path, call=call):
                expression = Called(_all_of(variables)) if call is None else call
                return self._printed(index, step, expression, variables, self._access(path))
            case CallEach(path=path):
                return "self.children()" if self._is_row() else self._access(path)
            case Read() as read:
                return self._read(read)
            case Compute(expression=expression):
                return self._printed(index, step, expression, variables)
            case PassOn():
                return variables[0]

    def _printed(
        self, index: int, step: Step, expression: Expression, inputs: list[str], module: str = ""
    ) -> str:
        found = self._arguments.texts(index, word(step), self._variables.of.__getitem__)
        return printed(expression, inputs, iter(found), module)

    def _access(self, path: Path) -> str:
        """How the module or tensor at a path is read: `self.layer1[0].conv`."""
        shown = (access(scope, path) for scope in self.scopes)
        return next(text for text in shown if text)


def _all_of(inputs: Sequence[str]) -> tuple[Input, ...]:
    return tuple(map(Input, range(len(inputs))))


def _mark(step: Step) -> Path:
    """The path of a step of which no hook sees the outputs: what its module gives is not all."""
    if isinstance(step.does, CallModule) and not step.does.is_plain:
        return step.does.path
    return step.path if isinstance(step.does, Compute) else ()


def _nested(gives: Gives, targets: Sequence[str]) -> str:
    """The variables as the result nests: `output, (h, c)`."""
    parts = [targets[g] if isinstance(g, int) else f"({_nested(g, targets)})" for g in gives]
    shown = [UNUSED if set(re.findall(r"\w+", part)) == {UNUSED} else part for part in parts]
    return ", ".join(shown) + ("," if len(shown) == 1 else "")
