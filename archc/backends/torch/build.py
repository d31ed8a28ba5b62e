"""A network as a live module of torch: the very source that the emitter prints, run."""

from __future__ import annotations

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
) -> nn.Module:
    """The network as a `torch.nn.Module` on a device (torch's default one if None).

    `dtype` converts the floating parameters and buffers once they are initialised.
    """
    text = emitted(network)
    made = getattr(module_of(network.name, text.source), text.root)
    if device is None:
        model: nn.Module = made()
    else:
        with torch.device(device):
            model = made()
    return model if dtype is None else model.to(dtype=dtype)
