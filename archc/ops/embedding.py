"""Tables of learned vectors."""

from archc.diag import codes
from archc.ir.op import Op, Rules, Tensor, Types
from archc.ir.target import New
from archc.ir.types import TensorType
from archc.ops.fields import Integer, Number, Positive
from archc.ops.modules import as_module


class Embedding(Op):
    """Look up a learned vector for each number."""

    family = "linear"
    numbers_below = "num_embeddings"
    rule = "int64 (*) -> (*, embedding_dim)"
    example = "{op: Embedding, num_embeddings: 1000, embedding_dim: 64}"
    example_inputs = ((2, 16),)

    num_embeddings: Positive
    """Vectors in the table; every number of the input is below."""
    embedding_dim: Positive
    """Size of a vector."""
    padding_idx: Integer | None = None
    """The vector that training leaves at zero; negative ones count from the end."""
    max_norm: Number | None = None
    """Vectors longer than this are shortened when they are looked up."""
    norm_type: Number = 2.0
    """The power of the norm that `max_norm` means."""
    scale_grad_by_freq: bool = False
    """Divide gradients by how often a number occurs in the batch."""
    sparse: bool = False
    """Make the gradient of the table a sparse tensor."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """One dimension more, the vectors."""
        x, count = ins[0], self.num_embeddings
        if x.dtype not in {"int64", "int32"}:
            rules.fail(
                codes.WRONG_DTYPE,
                f"expects whole numbers to look up (int64), but gets {x.dtype}",
                at="input",
                help="declare the input with `dtype: int64`",
            )
        if self.padding_idx is not None and not -count <= self.padding_idx < count:
            message = f"has no vector {self.padding_idx} for `padding_idx`: there are {count}"
            rules.fail(codes.BAD_PARAMETER, message, at="padding_idx")
        return (TensorType((*x.shape, self.embedding_dim)),)

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        del ins
        return as_module(self, "num_embeddings", "embedding_dim")

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """The table."""
        del ins
        return (Tensor("weight", (self.num_embeddings, self.embedding_dim)),)

    def label(self) -> tuple[str, ...]:
        """Vectors and their size."""
        return (f"{self.num_embeddings}x{self.embedding_dim}",)
