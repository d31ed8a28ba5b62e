"""Tables of learned vectors that are looked up and put together at once."""

from typing import Literal

from archc.diag import codes
from archc.ir.op import Op, Rules, Tensor, Types
from archc.ir.target import New
from archc.ir.types import TensorType
from archc.ops.fields import Integer, Number, Positive
from archc.ops.modules import as_module


class EmbeddingBag(Op):
    """The mean, sum or maximum of the learned vectors for each row of numbers."""

    family = "linear"
    numbers_below = "num_embeddings"
    rule = "int64 (B, L) -> (B, embedding_dim)"
    example = "{op: EmbeddingBag, num_embeddings: 1000, embedding_dim: 64}"
    example_inputs = ((2, 16),)
    example_dtypes = ("int64",)

    num_embeddings: Positive
    """Vectors in the table; every number of the input is below."""
    embedding_dim: Positive
    """Size of a vector."""
    max_norm: Number | None = None
    """Vectors longer than this are shortened when they are looked up."""
    norm_type: Number = 2.0
    """The power of the norm that `max_norm` means."""
    scale_grad_by_freq: bool = False
    """Divide gradients by how often a number occurs in the batch; not with `max`."""
    mode: Literal["sum", "mean", "max"] = "mean"
    """How the vectors of a row become one."""
    sparse: bool = False
    """Make the gradient of the table a sparse tensor; not with `max`."""
    padding_idx: Integer | None = None
    """The number that counts for nothing; negative ones count from the end."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """A vector for each row."""
        x, count = ins[0], self.num_embeddings
        if x.dtype not in {"int64", "int32"}:
            message = f"expects whole numbers to look up (int64), but gets {x.dtype}"
            help_ = "declare the input with `dtype: int64`"
            rules.fail(codes.WRONG_DTYPE, message, at="input", help=help_)
        rules.rank(x, 2)
        if self.padding_idx is not None and not -count <= self.padding_idx < count:
            message = f"has no vector {self.padding_idx} for `padding_idx`: there are {count}"
            rules.fail(codes.BAD_PARAMETER, message, at="padding_idx")
        if self.mode == "max" and self.scale_grad_by_freq:
            message = "does not scale gradients in mode `max`"
            rules.fail(codes.BAD_PARAMETER, message, at="scale_grad_by_freq")
        if self.mode == "max" and self.sparse:
            rules.fail(codes.BAD_PARAMETER, "has no sparse gradient in mode `max`", at="sparse")
        return (TensorType((x.shape[0], self.embedding_dim)),)

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        del ins
        return as_module(self, "num_embeddings", "embedding_dim")

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """The table."""
        del ins
        return (Tensor("weight", (self.num_embeddings, self.embedding_dim)),)

    def label(self) -> tuple[str, ...]:
        """Vectors, their size, and how they are put together."""
        return (f"{self.num_embeddings}x{self.embedding_dim}", self.mode)
