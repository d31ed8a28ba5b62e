"""How an operator is declared: one class holds every fact about it, and no tensor library.

A subclass of `Op` is a frozen pydantic model. Its fields are the parameters that a spec may set,
with torch's names, order and defaults; its class variables and methods are the facts that
everything else is derived from: schema, docs, completion, diagrams, emitted code and tests.
"""

# No `from __future__ import annotations` where models are declared: pydantic would compile every
# annotation of every op again, which costs more than all the rest of a cold start.
from abc import ABC, abstractmethod
from fractions import Fraction
from typing import ClassVar, Literal, NoReturn, Self, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict

from archc.diag import codes
from archc.diag.codes import Code
from archc.ir.dim import BATCH, Dim, Size, compare_at_least, compare_equal, divisible, symbols
from archc.ir.target import Lowered
from archc.ir.types import TensorType

Types: TypeAlias = tuple[TensorType, ...]
Family: TypeAlias = Literal[
    "conv", "norm", "activation", "pool", "linear", "merge", "attention", "shape", "state"
]

Views: TypeAlias = Literal["never", "maybe", "always"]
"""Whether an op gives its first input again, or a view of it, in place of new numbers."""

IN_PLACE = "inplace"
"""The parameter, torch's own, that has an op write its output over its input."""

CHANNELS = 1
"""The dimension that an op may cut or join without touching a position."""


class Tensor(Struct, frozen=True):
    """A parameter or buffer that the op owns, named as in its `state_dict`."""

    name: str
    shape: tuple[int, ...]
    kind: Literal["parameter", "buffer"] = "parameter"
    dtype: str = "float32"
    persistent: bool = True

    @property
    def count(self) -> int:
        """Its number of elements."""
        total = 1
        for size in self.shape:
            total *= size
        return total

    def inside(self, part: str) -> Self:
        """The same tensor, of a part of the op."""
        return replace(self, name=f"{part}.{self.name}")


class Broken(Struct, frozen=True):
    """What a shape rule found. `at` names a parameter of the op, or an input port.

    The op is the subject of `message` (`expects 32 input channels, but gets 64`). `axis` is the
    dimension in question, where there is one: the node that made it so is shown too.
    """

    code: Code
    message: str
    at: str
    help: str = ""
    axis: int | None = None


class Stop(Exception):  # noqa: N818 - no error, but the end of a rule
    """A rule failed and the output type cannot be told; the finding is already recorded."""


class Assumption(Struct, frozen=True):
    """What has to hold for open sizes: `left == right`, `left >= right` or `left % right == 0`.

    `help` is the way out where it does not hold. `doubt` is the code of a warning, where it could
    hold and is most likely not what is meant.
    """

    kind: Literal["equal", "at_least", "divides"]
    left: Size
    right: Size
    message: str
    at: str
    help: str = ""
    doubt: Code | None = None


class Rules(Struct):
    """Collects what a shape rule finds. Rules name a parameter or port; the driver has the line."""

    broken: list[Broken] = field(default_factory=list[Broken])
    assumed: list[Assumption] = field(default_factory=list[Assumption])

    def fail(
        self, code: Code, message: str, *, at: str, help: str = "", axis: int | None = None
    ) -> None:
        """Record an error and go on, where the output type can still be told.

        One of a kind for each parameter is enough: the next axis or port would say the same.
        """
        if all(broken.code is not code or broken.at != at for broken in self.broken):
            self.broken.append(Broken(code, message, at, help, axis))

    def stop(
        self, code: Code, message: str, *, at: str, help: str = "", axis: int | None = None
    ) -> NoReturn:
        """Record an error that leaves the output type unknown."""
        self.fail(code, message, at=at, help=help, axis=axis)
        raise Stop

    def rank(self, x: TensorType, *allowed: int, at: str = "input") -> None:
        """The input has one of these numbers of dimensions."""
        if x.rank not in allowed:
            words = " or ".join(map(str, allowed))
            self.stop(codes.RANK, f"expects {words} dimensions, not the {x.rank} of {x}", at=at)

    def number(self, size: Size, what: str, *, at: str = "input", axis: int | None = None) -> int:
        """The size as a number; an error when it is still open."""
        if isinstance(size, Dim):
            self.stop(
                codes.OPEN_SIZE,
                f"needs {what} as a fixed number, and `{size}` depends on the input",
                at=at,
                help=_fixed_size(size),
                axis=axis,
            )
        return size

    def equal(  # noqa: PLR0913 - the parts of a finding, each with its default
        self,
        a: Size,
        b: Size,
        code: Code,
        message: str,
        *,
        at: str,
        help: str = "",
        axis: int | None = None,
        doubt: Code | None = None,
    ) -> None:
        """Both sizes are the same: an error when they never are, an assumption when they may be."""
        if a == b:
            return
        holds = compare_equal(a, b)
        if holds is None:
            self.assumed.append(Assumption("equal", a, b, message, at, help, doubt))
        elif not holds:
            self.fail(code, message, at=at, help=help, axis=axis)

    def at_least(
        self, a: Size, low: int, code: Code, message: str, *, at: str, help: str = ""
    ) -> None:
        """`a >= low`, in the same three-valued way."""
        holds = compare_at_least(a, low)
        if holds is None:
            self.assumed.append(Assumption("at_least", a, low, message, at, help))
        elif not holds:
            self.fail(code, message, at=at, help=help)

    def divides(
        self, a: Size, by: int, code: Code, message: str, *, at: str, help: str = ""
    ) -> None:
        """`a % by == 0`, in the same three-valued way."""
        holds = divisible(a, by)
        if holds is None:
            self.assumed.append(Assumption("divides", a, by, message, at, help))
        elif not holds:
            self.fail(code, message, at=at, help=help)


def _fixed_size(size: Dim) -> str:
    """How a size becomes a number: the batch never does, whatever else it stands beside."""
    if BATCH in symbols(size):
        return f"`{BATCH}` is the batch: keep it apart, as `Flatten` and `Reshape` to [-1, ...] do"
    return f"write numbers for {_listed(size)} in `input`, or pool to a fixed size first"


def _listed(size: Dim) -> str:
    return " and ".join(f"`{name}`" for name in sorted(symbols(size)))


class Op(BaseModel, ABC):
    """One operator with its parameters. See `archc/ops/README.md` before adding one."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    family: ClassVar[Family]
    ports: ClassVar[tuple[str, ...]] = ("input",)
    """The names of the inputs, torch's own where torch has some."""
    variadic: ClassVar[bool] = False
    """Any number of inputs (at least `len(ports)`), as `Add` and `Concat` take."""
    optional_ports: ClassVar[int] = 0
    """How many of the last `ports` may be left out."""
    any_ports: ClassVar[bool] = False
    """Any of the optional ports may be left out, not the last ones only; see `with_ports`."""
    numbered_outputs: ClassVar[bool] = False
    """Several outputs chosen by number (`Chunk`); otherwise there is one, or `output_names`."""
    output_names: ClassVar[tuple[str, ...]] = ()
    optional_outputs: ClassVar[int] = 0
    """How many of the last `output_names` may be missing, as the parameters say."""
    views: ClassVar[Views] = "never"
    """`always` where torch never copies, `maybe` where that depends on memory, mode or inputs.

    Several outputs are parts of the input that do not overlap.
    """
    numbers_below: ClassVar[str] = ""
    """The parameter that every number of the first input is below, or torch fails when it runs."""
    checks_memory: ClassVar[bool] = True
    """Whether torch refuses to write over one element that stands for several."""
    example: ClassVar[str] = ""
    """A line of YAML that uses it, shown by `archc ops` and run by a test on `example_inputs`."""
    example_inputs: ClassVar[tuple[tuple[int, ...], ...]] = ((2, 8, 16, 16),)
    example_dtypes: ClassVar[tuple[str, ...]] = ()
    """The element types of `example_inputs`, where they differ."""
    rule: ClassVar[str] = ""
    """The shape rule in the notation of torch's documentation, for `archc ops`."""

    @abstractmethod
    def infer(self, ins: Types, rules: Rules) -> Types:
        """The types of the outputs; what is wrong goes to `rules`."""

    @abstractmethod
    def lowered(self, ins: Types) -> Lowered:
        """What computes it. Called only when `infer` found nothing wrong."""

    def with_ports(self, names: tuple[str, ...]) -> Self:
        """The same op, told at which ports its inputs stand; for those with `any_ports`."""
        del names
        return self

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """The parameters and buffers it owns, in `state_dict` order."""
        del ins
        return ()

    def macs(self, ins: Types, outs: Types) -> Size:
        """Multiply-accumulates of one call: convolutions and matrix products only."""
        del ins, outs
        return 0

    def receptive(self) -> tuple[tuple[int, int], ...] | None:
        """`(kernel extent, stride)` for each spatial axis of a sliding window; None if it has none.

        An empty tuple means that it sees everything (a global pool, a linear layer over positions).
        """
        return None

    def receptive_at(
        self, ins: Types, outs: Types
    ) -> tuple[tuple[int, int | Fraction], ...] | None:
        """`receptive` at given sizes, for ops that rescale: a stride of 1/2 doubles each side."""
        del ins, outs
        return self.receptive()

    def keeps_positions(self, ins: Types) -> bool:
        """Whether a position of the output sees what one position of the inputs sees.

        Asked of ops without a window. Values may be added or cut off at the edges: what is inside
        sees what it did.
        """
        if self.family == "linear":
            return not ins or ins[0].rank <= 2
        return self.family != "shape" or getattr(self, "dim", None) == CHANNELS

    def gives_view(self, ins: Types) -> Views:
        """The same for these inputs: an op that is not `never` may know better then."""
        del ins
        return self.views

    def overwrites(self) -> bool:
        """Whether the first input is written over, in training or outside."""
        return bool(self.__dict__.get(IN_PLACE))

    def repeated(self, ins: Types, outs: Types) -> frozenset[int]:
        """The dimensions of the output along which one element in memory stands for all."""
        del ins, outs
        return frozenset()

    def label(self) -> tuple[str, ...]:
        """Short facts for a diagram's box, such as `3x3` and `/2`."""
        return ()


Op.__annotations__.clear()
"""pydantic knows these class variables by now, and would evaluate them again for every op."""
