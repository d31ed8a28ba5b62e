"""Recurrent networks over sequences."""

from typing import ClassVar, Literal

from archc.diag import codes
from archc.ir.dim import Size, product
from archc.ir.op import Family, Op, Rules, Tensor, Types
from archc.ir.target import Called, Gives, Group, Input, New
from archc.ir.types import TensorType
from archc.ops.checks import inferred, settled
from archc.ops.dtypes import MODEL, require
from archc.ops.fields import NonNegative, Positive, Probability
from archc.ops.modules import as_module


class _Recurrent(Op):
    """What all recurrent networks share."""

    family: ClassVar[Family] = "linear"
    ports: ClassVar[tuple[str, ...]] = ("input", "h_0")
    optional_ports = 1
    output_names: ClassVar[tuple[str, ...]] = ("output", "h")
    rule = "(L, N, input_size) -> (L, N, D*hidden_size) and (D*num_layers, N, hidden_size)"
    example_inputs = ((16, 2, 32),)
    gates: ClassVar[int] = 1
    """How many matrices a layer has side by side."""

    input_size: Positive | None = None
    """Features of the input; inferred."""
    hidden_size: Positive
    """Features of the hidden state."""
    num_layers: Positive = 1
    """Layers, each over the output of the one before."""
    bias: bool = True
    """Add learned numbers in every layer."""
    batch_first: bool = False
    """The batch is dimension 0 and the sequence dimension 1, not the other way round."""
    dropout: Probability = 0.0
    """The probability that a number between two layers is zeroed in training."""
    bidirectional: bool = False
    """A second network reads the sequence backwards."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The output at each step, and the state after the last one."""
        x = ins[0]
        rules.rank(x, 2, 3)
        require(x, MODEL, rules)
        inferred(rules, self.input_size, x.features, "input features", at="input_size", axis=-1)
        states = self._states(x)
        self._check_states(ins, states, rules)
        output = x.with_shape(*x.shape[:-1], self._directions() * self._projected())
        return (output, *states)

    def _states(self, x: TensorType) -> Types:
        """The types of the states, initial ones and last ones alike."""
        return (self._state(x, self._projected()),)

    def _state(self, x: TensorType, features: int) -> TensorType:
        batch = (x.shape[0 if self.batch_first else 1],) if x.rank == 3 else ()
        return x.with_shape(self._directions() * self.num_layers, *batch, features)

    def _check_states(self, ins: Types, states: Types, rules: Rules) -> None:
        if len(ins) > 1 and len(ins) != len(self.ports):
            message = "takes both initial states or none"
            rules.stop(codes.WRONG_INPUT_COUNT, message, at=self.ports[len(ins)])
        for port, state, wanted in zip(self.ports[1:], ins[1:], states, strict=False):
            require(state, MODEL, rules, at=port)
            rules.rank(state, wanted.rank, at=port)
            for size, size_wanted in zip(state.shape, wanted.shape, strict=True):
                message = f"expects an initial state of {wanted}, but gets {state}"
                rules.equal(size, size_wanted, codes.SHAPES_DIFFER, message, at=port)

    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def _projected(self) -> int:
        """Features of the state that is handed on."""
        return self.hidden_size

    def _size(self, ins: Types) -> int:
        return settled(self.input_size, ins[0].features)

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        module = as_module(self, "input_size", "hidden_size", input_size=self._size(ins))
        return New(module.target, module.args, self._call(ins), self._gives())

    def _call(self, ins: Types) -> Called | None:
        del ins
        return None

    def _gives(self) -> "Gives":
        return ()

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """For every layer and direction the matrices for input and state, and their offsets."""
        found: list[Tensor] = []
        for layer in range(self.num_layers):
            width = self._width(layer, ins)
            for suffix in ("", "_reverse")[: self._directions()]:
                found += self._layer(f"l{layer}{suffix}", width)
        return tuple(found)

    def _layer(self, name: str, width: int) -> list[Tensor]:
        rows = self.gates * self.hidden_size
        found = [
            Tensor(f"weight_ih_{name}", (rows, width)),
            Tensor(f"weight_hh_{name}", (rows, self._projected())),
        ]
        if self.bias:
            found += [Tensor(f"bias_{kind}_{name}", (rows,)) for kind in ("ih", "hh")]
        return found

    def _width(self, layer: int, ins: Types) -> int:
        """What a layer gets."""
        return self._directions() * self._projected() if layer else self._size(ins)

    def macs(self, ins: Types, outs: Types) -> Size:
        """Every matrix once at each step."""
        del outs
        matrices = (tensor.count for tensor in self.tensors(ins) if "weight" in tensor.name)
        return product(ins[0].shape[:-1]) * sum(matrices)

    def receptive(self) -> tuple[tuple[int, int], ...]:
        """Every step sees all before it."""
        return ()

    def label(self) -> tuple[str, ...]:
        """Layers and directions, where there is more than one."""
        layers = (f"{self.num_layers} layers",) if self.num_layers > 1 else ()
        return (*layers, "bidirectional") if self.bidirectional else layers


class RNN(_Recurrent):
    """A recurrent network: `h' = tanh(W x + U h + b)` (Elman, 1990)."""

    example = "{op: RNN, hidden_size: 64}"

    input_size: Positive | None = None
    hidden_size: Positive
    num_layers: Positive = 1
    nonlinearity: Literal["tanh", "relu"] = "tanh"
    """What bends the state."""
    bias: bool = True


class LSTM(_Recurrent):
    """A recurrent network with gates and a memory cell (Hochreiter & Schmidhuber, 1997)."""

    ports = ("input", "h_0", "c_0")
    optional_ports = 2
    output_names = ("output", "h", "c")
    rule = (
        "(L, N, input_size) -> (L, N, D*hidden_size), (D*num_layers, N, hidden_size)"
        " and (D*num_layers, N, hidden_size)"
    )
    example = "{op: LSTM, hidden_size: 64, num_layers: 2, batch_first: true}"
    gates = 4

    proj_size: NonNegative = 0
    """Project the hidden state to so many features; 0 does not."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The output at each step, and state and cell after the last one."""
        if self.proj_size >= self.hidden_size:
            message = f"projects {self.hidden_size} features to {self.proj_size}"
            rules.fail(codes.BAD_PARAMETER, message, at="proj_size", help="make it less")
        return super().infer(ins, rules)

    def _states(self, x: TensorType) -> Types:
        return (self._state(x, self._projected()), self._state(x, self.hidden_size))

    def _projected(self) -> int:
        return self.proj_size or self.hidden_size

    def _call(self, ins: Types) -> Called | None:
        return Called((Input(0), Group((Input(1), Input(2))))) if len(ins) == 3 else None

    def _gives(self) -> "Gives":
        return (0, (1, 2))

    def _layer(self, name: str, width: int) -> list[Tensor]:
        found = super()._layer(name, width)
        if self.proj_size:
            found.append(Tensor(f"weight_hr_{name}", (self.proj_size, self.hidden_size)))
        return found


class GRU(_Recurrent):
    """A recurrent network with two gates (Cho et al., 2014)."""

    example = "{op: GRU, hidden_size: 64, bidirectional: true}"
    gates = 3
