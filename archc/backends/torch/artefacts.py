"""What a build leaves on disk. Every file is written beside its place and moved there whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archc.backends.files import replacing

if TYPE_CHECKING:
    from torch import Tensor, nn


def write_state_dict(model: nn.Module, path: Path) -> None:
    """The parameters and persistent buffers as safetensors, the same bytes for the same values.

    Of tensors that share memory only the first is written. Raises ModuleNotFoundError without the
    package `safetensors`, OSError when the file cannot be written.
    """
    from safetensors.torch import save_file

    kept: dict[str, Tensor] = {}
    seen: set[tuple[int, int]] = set()
    for name, tensor in model.state_dict().items():
        key = (tensor.untyped_storage().data_ptr(), tensor.storage_offset())
        if tensor.numel() and tensor.device.type != "meta" and key in seen:
            continue
        seen.add(key)
        kept[name] = tensor.detach().to("cpu").contiguous()
    with replacing(path) as beside:
        # one key only: several are written in an order that differs from process to process
        save_file(kept, beside, metadata={"format": "pt"})
