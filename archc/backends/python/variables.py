"""Which variable holds each value of a `forward`, named as people name them.

Along a plain chain one variable is assigned again and again: `x` where it is free, `out` beside a
skip. Where values meet or are used more than once, a variable is called like the node that made it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archc.backends.python.naming import Names, identifier
from archc.backends.python.parts import CallEach, CallModule, PassOn, Read

if TYPE_CHECKING:
    from archc.backends.python.parts import Result, Step
    from archc.ir.at_hand import Slot

_FLOW = ("x", "out")
UNUSED = "_"
"""Holds what nothing uses."""


@dataclass(slots=True)
class Variables:
    """The variable of every slot, chosen step by step.

    `optional` are the steps that some variants leave out: what they pass on stays in use until they
    are done. `extra` are further values that a step needs. `reads` are the steps that only read a
    parameter, with the text that does.
    """

    inputs: Sequence[str]
    steps: Sequence[Step]
    results: Sequence[Result]
    optional: frozenset[int]
    extra: dict[int, tuple[Slot, ...]]
    reads: dict[int, str]
    classes: Names
    of: dict[Slot, str] = field(default_factory=dict["Slot", str])
    _sources: dict[Slot, Slot] = field(default_factory=dict["Slot", "Slot"])
    _users: dict[Slot, list[int]] = field(default_factory=lambda: defaultdict(list))
    _held: dict[str, int] = field(default_factory=dict[str, int])
    _chain: dict[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])
    _in_training: set[int] | None = None

    def __post_init__(self) -> None:
        """Find the last use of every value, then name inputs and steps in order."""
        for step in self.steps:
            if isinstance(step.does, PassOn):
                self._sources[step.path, 0] = self.source(step.inputs[0])
        for index, step in enumerate(self.steps):
            self._use((*step.inputs, *self.extra.get(index, ())), index, step)
        for result in self.results:
            self._use((result.slot,), len(self.steps), None)
        for index, name in enumerate(self.inputs):
            self._hold(((), index), name)
        for index, step in enumerate(self.steps):
            self._name(index, step)

    def in_training_only(self, index: int) -> bool:
        """Whether nothing outside training needs what a step gives."""
        if self._in_training is None:
            self._in_training = set()
            for k in reversed(range(len(self.steps))):
                if not self._needed_outside(k, self._in_training):
                    self._in_training.add(k)
        return index in self._in_training

    def _needed_outside(self, index: int, in_training: set[int]) -> bool:
        step = self.steps[index]
        slots = {(step.path, k) for k in range(len(step.results))}
        if any(not r.training for r in self.results if self.source(r.slot) in slots):
            return True
        users = {user for slot in slots for user in self._users[slot]} - {len(self.steps)}
        return any(
            not after.training
            or (user not in in_training and self.source(after.inputs[0]) in slots)
            for user in users
            for after in [self.steps[user]]
        )

    def source(self, slot: Slot) -> Slot:
        """Where a value comes from, past the nodes that just pass it on."""
        return self._sources.get(slot, slot)

    def _use(self, slots: tuple[Slot, ...], index: int, step: Step | None) -> None:
        if step is not None and isinstance(step.does, PassOn):
            return
        for slot in dict.fromkeys(map(self.source, slots)):
            self._users[slot].append(index)

    def _hold(self, slot: Slot, name: str) -> None:
        self.of[slot] = name
        last = max(self._users[slot], default=-1)
        self._held[name] = max(last, self._held.get(name, -1))

    def _free(self, name: str, index: int) -> bool:
        """Whether what the variable holds is not used after a step, nor in each turn of a loop."""
        step = self.steps[index] if index < len(self.steps) else None
        beside = step.inputs[1:] if step is not None and isinstance(step.does, CallEach) else ()
        if name in {self.of[slot] for slot in beside}:
            return False
        return name not in self.classes and self._held.get(name, -1) <= index

    def _name(self, index: int, step: Step) -> None:
        if isinstance(step.does, PassOn):
            self.of[step.path, 0] = self.of[step.inputs[0]]
            return
        if index in self.reads:
            self.of[step.path, 0] = self.reads[index]
            return
        if len(step.results) > 1:
            self._name_parts(index, step)
            return
        wanted = self._wanted(index, step)
        name = next((name for name in wanted if self._free(name, index)), "")
        if not name:
            name = self._numbered(wanted[-1], index)
        self._hold((step.path, 0), name)

    def _numbered(self, name: str, index: int) -> str:
        wanted = (name, f"{name}_", *(f"{name}_{number}" for number in range(2, 1000)))
        return next(name for name in wanted if self._free(name, index))

    def _name_parts(self, index: int, step: Step) -> None:
        """Names for several results: their own where they are free, else with the node's."""
        node = word(step)
        copy = f"_{step.path[-1]}" if step.path[-1].isdigit() else ""
        for port, result in enumerate(step.results):
            slot = (step.path, port)
            if not self._users[slot]:
                self._hold(slot, UNUSED)
                continue
            own = f"{node}_{result}" if result.isdigit() else f"{identifier(result)}{copy}"
            wanted = (identifier(result), own) if port == 0 and result in _FLOW else (own,)
            free = (n for n in wanted if self._free(n, index) and (n in _FLOW or self._new(n)))
            self._hold(slot, next(free, "") or self._numbered(f"{node}_{result}", index))

    def _new(self, name: str) -> bool:
        return name not in self.of.values()

    def _wanted(self, index: int, step: Step) -> tuple[str, ...]:
        """Names for what a step gives, the best first."""
        own = word(step)
        users = self._users[(step.path, 0)]
        if not users:
            return (UNUSED,)
        before = self.of[step.inputs[0]] if step.inputs else ""
        if before in self._chain.get(index, ()):
            return (before, own)
        if index in self.optional and before in self.inputs and self._meets(users):
            return ("identity", own)
        if before in _FLOW and self._free(before, index) and self._goes_on(step, users):
            return (before, own)
        chain = self._chain_from(index)
        if len(chain) > 1 and (self._meets_few(chain[-1]) or self._branches(chain[-1])):
            return (*_FLOW, own)
        if len(chain) > 1:
            name = self._stem(chain)
            for later in chain[1:]:
                self._chain[later] = (name,)
            return (name, own)
        return (own,)

    def _chain_from(self, index: int) -> list[int]:
        """Steps from here on of which each feeds just the next."""
        chain = [index]
        while True:
            step = self.steps[chain[-1]]
            following = self.following(chain[-1])
            lone = len(step.results) == 1 and self._users[(step.path, 0)] == [following]
            if not lone or following >= len(self.steps):
                return chain
            after = self.steps[following]
            first = tuple(map(self.source, after.inputs[:1]))
            if first != ((step.path, 0),) or len(after.results) > 1:
                return chain
            chain.append(following)

    def _goes_on(self, step: Step, users: list[int]) -> bool:
        """Whether a step carries its chain on: it is no branch, nor where others branch off."""
        if not isinstance(step.does, CallModule | CallEach) and len(step.inputs) > 1:
            return True
        return len(users) <= 1 and len(self._users[self.source(step.inputs[0])]) == 1

    def following(self, index: int) -> int:
        """The next step that does something."""
        index += 1
        while index < len(self.steps) and isinstance(self.steps[index].does, Read | PassOn):
            index += 1
        return index

    def _meets(self, users: list[int]) -> bool:
        """Whether a value is used once, together with another: the short way round a block."""
        return (
            len(users) == 1 and users[0] < len(self.steps) and len(self.steps[users[0]].inputs) > 1
        )

    def _meets_few(self, index: int) -> bool:
        """Whether the end of a chain is the result, or meets at most one other value."""
        users = self._users[(self.steps[index].path, 0)]
        if len(users) != 1:
            return False
        return users[0] == len(self.steps) or len(self.steps[users[0]].inputs) <= 2

    def _branches(self, index: int) -> bool:
        """Whether what a step gives is used more than once, under a name of its own."""
        return len(self._users[(self.steps[index].path, 0)]) > 1

    def _stem(self, chain: list[int]) -> str:
        """What the names of a chain begin with, else the name of its end."""
        words = [word(self.steps[index]) for index in chain]
        short, long = min(words), max(words)
        shared = next((k for k, c in enumerate(short) if k >= len(long) or long[k] != c), None)
        stem = short[:shared].rstrip("_")
        taken = stem in self.inputs or stem in self.of.values()
        return stem if len(stem) > 1 and not taken else words[-1]


def word(step: Step) -> str:
    """The node's name as a variable: `layer1_0` for a copy."""
    path = list(step.path)
    words = [path.pop()]
    while path and words[0].isdigit():
        words.insert(0, path.pop())
    return identifier("_".join(words))
