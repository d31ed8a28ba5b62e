"""What an op is in a class: a module of its own, an expression, or a tensor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archc.backends.python.parts import (
    CallModule,
    Compute,
    Make,
    Own,
    Read,
    Result,
    Scope,
    Step,
    Use,
)
from archc.ir.graph import Again, Body, Skip, Weight
from archc.ir.op import Op
from archc.ir.target import Index, New, State

if TYPE_CHECKING:
    from archc.backends.python.definitions import Definitions
    from archc.backends.python.parts import Node, Origin
    from archc.backends.python.reach import Reach
    from archc.ir.at_hand import Slot
    from archc.ir.graph import Item, Path
    from archc.ir.target import Expression, Lowered


@dataclass(frozen=True, slots=True)
class Operations:
    """The ops of one body. What torch does not have goes to `definitions`."""

    body: Body
    reach: Reach
    definitions: Definitions

    def again(self, item: Item, path: Path) -> CallModule | Compute:
        """The call of a module that is there already; a tensor function is none."""
        what = item.what.what if isinstance(item.what, Again) else None
        match self._lowered(what, item) if isinstance(what, Op) else None:
            case None | State():
                return CallModule(path, absent=absent_of(item))
            case New(call=call, gives=gives):
                return CallModule(path, call, gives)
            case expression:
                return Compute(expression)

    def _lowered(self, op: Op, item: Item) -> Lowered:
        """What computes an op; the first of its numbered outputs where it has no other."""
        lowered = op.lowered(self.body.input_types(item))
        alone = op.numbered_outputs and len(item.outputs) == 1
        return Index(lowered, 0) if alone and not isinstance(lowered, New | State) else lowered

    def made(
        self, op: Op, index: int, path: Path, origin: Origin, *, numbered: bool
    ) -> tuple[Node | None, CallModule | Compute | Read]:
        """What is owned for an op, if anything, and what its step does."""
        match self._lowered(op, self.body.items[index]):
            case New(args=args) as new:
                target = self.definitions.target(new)
                does = CallModule(path, new.call, new.gives)
                return Make(target, args, origin, new.source), does
            case State() as state:
                return Own(state, origin), Read(path)
            case expression if numbered:
                return Use(self._function(op, index, expression, origin), origin), CallModule(path)
            case expression:
                return None, Compute(expression)

    def _function(self, op: Op, index: int, expression: Expression, origin: Origin) -> Scope:
        """A tensor function as a class of its own, where a number in a list belongs to it."""
        name, item = type(op).__name__, self.body.items[index]
        types = tuple(map(self.body.type_of, self.reach.reads_of(index)))
        names = (
            op.ports if len(op.ports) == len(types) else tuple(f"x{k}" for k in range(len(types)))
        )
        slots: tuple[Slot, ...] = tuple(((), k) for k in range(len(types)))
        path = (name.lower(),)
        step = Step(path, Compute(expression), slots, results_of(item), item.outputs, origin)
        results = tuple(Result(n, (path, k)) for k, n in enumerate(step.results))
        inputs = tuple(zip(names, types, strict=True))
        family = ("op", name, len(types))
        return Scope(family, name, inputs, (), (step,), results, (), unnamed=True)


def absent_of(item: Item) -> tuple[int, ...]:
    """Which outputs of a block are there in training only, where the block itself always is."""
    what = item.applied
    if item.training or not isinstance(what, Body):
        return ()
    return tuple(k for k, out in enumerate(what.outputs) if out.training)


def results_of(item: Item) -> tuple[str, ...]:
    """Names for the outputs of an item: a block's own, an op's, or their numbers."""
    what = item.applied
    if len(item.outputs) == 1:
        return ("",)
    names: tuple[str, ...] = ()
    if isinstance(what, Body):
        names = tuple(output.name for output in what.outputs)
    elif not isinstance(what, Skip | Weight):
        names = what.output_names
    return tuple(
        names[k] if k < len(names) and names[k] else str(k) for k in range(len(item.outputs))
    )
