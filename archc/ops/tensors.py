"""The tensors that several ops own alike."""

from __future__ import annotations

from archc.ir.op import Tensor


def weight_and_bias(shape: tuple[int, ...], out: int, *, bias: bool) -> tuple[Tensor, ...]:
    """A weight of this shape, and one number for each of the outputs.

    >>> [t.shape for t in weight_and_bias((8, 3), 8, bias=True)]
    [(8, 3), (8,)]
    """
    weight = Tensor("weight", shape)
    return (weight, Tensor("bias", (out,))) if bias else (weight,)


def affine(shape: tuple[int, ...], *, weight: bool, bias: bool) -> tuple[Tensor, ...]:
    """A norm's learned scale and offset, those that there are; no offset without a scale."""
    names = ("weight", "bias") if bias else ("weight",)
    return tuple(Tensor(name, shape) for name in names) if weight else ()


def statistics(features: int) -> tuple[Tensor, ...]:
    """What the batches that a norm has seen came to."""
    return (
        Tensor("running_mean", (features,), "buffer"),
        Tensor("running_var", (features,), "buffer"),
        Tensor("num_batches_tracked", (), "buffer", "int64"),
    )
