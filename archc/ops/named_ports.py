"""Ops of which some inputs may be left out before others: attention without a mask, or with one."""

from typing import ClassVar, Self

from pydantic import PrivateAttr

from archc.ir.op import Op, Types
from archc.ir.target import Expression, Input, Keyword
from archc.ir.types import TensorType


class NamedPorts(Op):
    """An op that is told which of its ports are used.

    Where nobody says, its inputs stand at the first ports.
    """

    any_ports: ClassVar[bool] = True
    _standing: tuple[str, ...] = PrivateAttr(())

    def with_ports(self, names: tuple[str, ...]) -> Self:
        """The same op, its inputs standing at these ports."""
        told = self.model_copy()
        told._standing = names
        return told

    def standing(self, ins: Types) -> tuple[str, ...]:
        """The ports that the inputs stand at."""
        told = self._standing
        return told if len(told) == len(ins) else self.ports[: len(ins)]

    def named(self, ins: Types) -> dict[str, TensorType]:
        """The types of the inputs by port."""
        return dict(zip(self.standing(ins), ins, strict=True))

    def inputs(self, ins: Types) -> dict[str, Expression]:
        """The inputs themselves by port."""
        return {name: Input(index) for index, name in enumerate(self.standing(ins))}

    def keywords(self, ins: Types, *names: str) -> tuple[Keyword, ...]:
        """Those of these inputs that are there, passed by name."""
        found = self.inputs(ins)
        return tuple(Keyword(name, found[name]) for name in names if name in found)
