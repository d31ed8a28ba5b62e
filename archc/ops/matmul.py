"""Matrix products of two inputs."""

from archc.diag import codes
from archc.ir.dim import Size, product
from archc.ir.op import Op, Rules, Types
from archc.ir.target import Infix, Input, Lowered
from archc.ir.types import TensorType
from archc.ops.broadcast import broadcast
from archc.ops.dtypes import NUMBERS, require


class MatMul(Op):
    """Matrix product over the last two dimensions; those before them broadcast.

    An input with one dimension is a row on the left, a column on the right, as in `torch.matmul`.
    """

    family = "merge"
    ports = ("input", "other")
    rule = "(*, n, k), (*, k, m) -> (*, n, m)"
    example = "{op: MatMul, from: [weights, values]}"
    example_inputs = ((2, 8, 16, 16), (2, 8, 16, 4))

    def infer(self, ins: Types, rules: Rules) -> Types:
        """Rows of the first by columns of the second."""
        for port, x in zip(self.ports, ins, strict=True):
            require(x, NUMBERS, rules, at=port)
            if x.rank == 0:
                rules.stop(codes.RANK, f"expects at least 1 dimension, but gets {x}", at=port)
        a, b = ins
        if a.dtype != b.dtype:
            message = f"expects one element type, but gets {a.dtype} and {b.dtype}"
            rules.stop(codes.WRONG_DTYPE, message, at="other")
        left, right = _matrices(ins)
        turned = b.rank > 1 and left.shape[-1] == right.shape[-1]
        help = "the last size of the first must be the last but one of the second"
        rules.equal(
            left.shape[-1],
            right.shape[-2],
            codes.SHAPES_DIFFER,
            f"multiplies rows of {a.shape[-1]} in {a} with columns of {right.shape[-2]} in {b}",
            at="other",
            help="turn the second: `{op: Transpose, dim0: -2, dim1: -1}`" if turned else help,
            doubt=codes.LINED_UP if turned else None,
        )
        batch = broadcast((left, right), self.ports, rules, ignore=2)
        rows = left.shape[-2:-1] if a.rank > 1 else ()
        columns = right.shape[-1:] if b.rank > 1 else ()
        return (a.with_shape(*batch, *rows, *columns),)

    def keeps_positions(self, ins: Types) -> bool:
        """Each sees a whole row and a whole column."""
        del ins
        return False

    def lowered(self, ins: Types) -> Lowered:
        """`x @ y`."""
        del ins
        return Infix("@", (Input(0), Input(1)))

    def macs(self, ins: Types, outs: Types) -> Size:
        """A row for each entry of the output."""
        return product((*outs[0].shape, ins[0].shape[-1]))

    def receptive(self) -> tuple[tuple[int, int], ...]:
        """Every place meets every other."""
        return ()

    def label(self) -> tuple[str, ...]:
        """Python's sign."""
        return ("@",)


def _matrices(ins: Types) -> tuple[TensorType, TensorType]:
    """Both inputs with at least two dimensions."""
    a, b = ins
    left = a if a.rank > 1 else a.with_shape(1, *a.shape)
    right = b if b.rank > 1 else b.with_shape(*b.shape, 1)
    return left, right
