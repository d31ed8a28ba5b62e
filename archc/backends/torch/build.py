"""A network as a live module of torch: the very source that the emitter prints, run."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import torch

from archc.backends.python.emit import emitted
from archc.backends.torch.source import module_of

if TYPE_CHECKING:
    from torch import nn

    from archc.ir.graph import Network


def build(
    network: Network,
    *,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
    seed: int | None = None,
) -> nn.Module:
    """The network as a `torch.nn.Module` on a device (torch's default one if None).

    `dtype` converts the floating parameters and buffers once they are initialised. `seed` is that
    of the initial weights, and leaves torch's own random state alone; None draws from that one.
    """
    text = emitted(network)
    made = getattr(module_of(network.name, text.source), text.root)
    place = torch.device(device) if device is not None else nullcontext()
    with torch.random.fork_rng(enabled=seed is not None), place:
        if seed is not None:
            torch.manual_seed(seed)
        model: nn.Module = made()
    return model if dtype is None else model.to(dtype=dtype)
