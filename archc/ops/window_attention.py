"""Attention inside windows (Liu et al., 2021), by a module that torch does not have."""

from archc.diag import codes
from archc.ir.dim import Size, ceil_div, product
from archc.ir.op import Op, Rules, Tensor, Types
from archc.ir.target import New
from archc.ops.checks import inferred, settled
from archc.ops.dtypes import MODEL, require
from archc.ops.fields import Padding2, Positive, Probability, Size2, per_axis
from archc.ops.modules import as_module
from archc.ops.tensors import weight_and_bias

SOURCE = '''\
class ShiftedWindowAttention(nn.Module):
    """Attention inside windows that may be shifted, with a learned bias for relative positions."""

    def __init__(
        self,
        dim: int,
        window_size: tuple[int, int],
        shift_size: tuple[int, int],
        num_heads: int,
        qkv_bias: bool = True,
        proj_bias: bool = True,
        attention_dropout: float = 0.0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.window_size = window_size
        self.shift_size = shift_size
        self.num_heads = num_heads
        self.attention_dropout = attention_dropout
        self.dropout = dropout
        self.qkv = nn.Linear(dim, 3 * dim, bias=qkv_bias)
        self.proj = nn.Linear(dim, dim, bias=proj_bias)
        rows, columns = window_size
        table = torch.empty((2 * rows - 1) * (2 * columns - 1), num_heads)
        self.relative_position_bias_table = nn.Parameter(nn.init.trunc_normal_(table, std=0.02))
        y = torch.arange(rows).repeat_interleave(columns)
        x = torch.arange(columns).repeat(rows)
        down, right = y[:, None] - y + rows - 1, x[:, None] - x + columns - 1
        index = down * (2 * columns - 1) + right
        self.register_buffer("relative_position_index", index.flatten())

    def forward(self, x: Tensor) -> Tensor:
        rows, columns = self.window_size
        height, width = x.shape[1], x.shape[2]
        x = nn.functional.pad(x, (0, 0, 0, -width % columns, 0, -height % rows))
        high, wide = x.shape[1], x.shape[2]
        bias = self.relative_position_bias_table[self.relative_position_index]
        bias = bias.unflatten(0, (rows * columns, -1)).permute(2, 0, 1)
        # a window that is the whole map is not shifted
        down = self.shift_size[0] * (1 - rows // high)
        right = self.shift_size[1] * (1 - columns // wide)
        if any(self.shift_size):
            x = x.roll((-down, -right), (1, 2))
        qkv = self.qkv(self.windows(x)).unflatten(3, (3, self.num_heads, -1))
        q, k, v = qkv.permute(3, 0, 1, 4, 2, 5).unbind()
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1) + bias
        if any(self.shift_size):
            scores = scores - 100 * self.apart(x, down, right).to(scores.dtype)
        scores = nn.functional.dropout(scores.softmax(-1), self.attention_dropout, self.training)
        x = self.proj((scores @ v).transpose(2, 3).flatten(3))
        x = nn.functional.dropout(x, self.dropout, self.training)
        x = x.unflatten(2, (rows, columns)).unflatten(1, (high // rows, -1))
        x = x.transpose(2, 3).flatten(3, 4).flatten(1, 2)
        if any(self.shift_size):
            x = x.roll((down, right), (1, 2))
        return x[:, :height, :width]

    def windows(self, x: Tensor) -> Tensor:
        """The places of each window in a row: [N, H, W, C] -> [N, windows, places, C]."""
        rows, columns = self.window_size
        x = x.unflatten(2, (-1, columns)).unflatten(1, (-1, rows))
        return x.transpose(2, 3).flatten(3, 4).flatten(1, 2)

    def apart(self, x: Tensor, down: int, right: int) -> Tensor:
        """Which places of a window met only by the shift: [windows, 1, places, places]."""
        rows, columns = self.window_size
        high, wide = x.shape[1], x.shape[2]
        y = torch.arange(high, device=x.device)
        x = torch.arange(wide, device=x.device)
        y = (y >= high - rows).long() + (y >= high - down).long()
        x = (x >= wide - columns).long() + (x >= wide - right).long()
        area = self.windows((3 * y[:, None] + x)[None, :, :, None])
        area = area.squeeze(0).transpose(1, 2).unsqueeze(1)
        return area != area.transpose(2, 3)
'''


class ShiftedWindowAttention(Op):
    """Attention inside windows of a feature map, shifted ones in every other layer.

    A map in `[N, H, W, C]`, the channels last, as torchvision's module of this name has it: the map
    is padded to whole windows, and a learned table biases each pair of places by how they lie.
    """

    family = "attention"
    rule = "(N, H, W, C) -> (N, H, W, C)"
    example = "{op: ShiftedWindowAttention, window_size: 4, shift_size: 2, num_heads: 4}"
    example_inputs = ((2, 14, 14, 32),)

    dim: Positive | None = None
    """Features of the input and of the output; inferred."""
    window_size: Size2
    """Height and width of a window."""
    shift_size: Padding2 = 0
    """How far windows are shifted, usually by 0 or by half a window."""
    num_heads: Positive
    """Heads that the features are split among."""
    qkv_bias: bool = True
    """Add learned numbers to queries, keys and values."""
    proj_bias: bool = True
    """Add learned numbers to the output."""
    attention_dropout: Probability = 0.0
    """The probability that a weight is zeroed in training."""
    dropout: Probability = 0.0
    """The probability that a number of the output is zeroed in training."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type."""
        x = ins[0]
        rules.rank(x, 4)
        require(x, MODEL, rules)
        dim = inferred(rules, self.dim, x.features, "input features", at="dim", axis=-1)
        message = f"cannot split {dim} features among {self.num_heads} heads"
        rules.divides(dim, self.num_heads, codes.INDIVISIBLE, message, at="num_heads")
        pairs = zip(per_axis(self.shift_size, 2), per_axis(self.window_size, 2), strict=True)
        if any(shift >= window for shift, window in pairs):
            message = f"shifts windows of {self.window_size} by {self.shift_size}"
            rules.fail(codes.BAD_PARAMETER, message, at="shift_size", help="make it less")
        return ins

    def _dim(self, ins: Types) -> int:
        return settled(self.dim, ins[0].features)

    def lowered(self, ins: Types) -> New:
        """A module of the emitted file."""
        names = ("dim", "window_size", "shift_size", "num_heads")
        sizes = {name: per_axis(getattr(self, name), 2) for name in names[1:3]}
        module = as_module(self, *names, dim=self._dim(ins), **sizes)
        return New(type(self).__name__, module.args, source=SOURCE)

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """The table of biases with its index, and the two projections."""
        rows, columns = per_axis(self.window_size, 2)
        dim, places = self._dim(ins), rows * columns
        table = ((2 * rows - 1) * (2 * columns - 1), self.num_heads)
        parts = {
            "qkv": weight_and_bias((3 * dim, dim), 3 * dim, bias=self.qkv_bias),
            "proj": weight_and_bias((dim, dim), dim, bias=self.proj_bias),
        }
        return (
            Tensor("relative_position_bias_table", table),
            Tensor("relative_position_index", (places * places,), "buffer", "int64"),
            *(t.inside(name) for name, found in parts.items() for t in found),
        )

    def macs(self, ins: Types, outs: Types) -> Size:
        """The projections of all places, padded ones too, and each place with its window's."""
        del outs
        rows, columns = per_axis(self.window_size, 2)
        batch, height, width, _ = ins[0].shape
        places = product((batch, ceil_div(height, rows) * rows, ceil_div(width, columns) * columns))
        dim = self._dim(ins)
        return places * dim * (4 * dim + 2 * rows * columns)

    def label(self) -> tuple[str, ...]:
        """The window, the shift and the heads."""
        window = "x".join(map(str, per_axis(self.window_size, 2)))
        shifted = ("shifted",) if any(per_axis(self.shift_size, 2)) else ()
        return (window, *shifted, f"{self.num_heads} heads")
