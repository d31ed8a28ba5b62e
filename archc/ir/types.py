"""What flows along an edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from archc.ir.dim import Size


class TensorType(Struct, frozen=True):
    """A tensor's shape and element type.

    Sizes are integers, or `Dim`s over the symbols of the input. `dtype` is torch's name without the
    prefix: `float32`, `int64`, `bool`. `float32` stands for the model's own floating type.
    """

    shape: tuple[Size, ...]
    dtype: str = "float32"

    @property
    def rank(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    @property
    def channels(self) -> Size:
        """Dimension 1, as in `[N, C, H, W]`."""
        return self.shape[1]

    @property
    def features(self) -> Size:
        """The last dimension."""
        return self.shape[-1]

    def with_shape(self, *shape: Size) -> TensorType:
        """The same element type in another shape."""
        return TensorType(shape, self.dtype)

    def __str__(self) -> str:
        """The shape as people write it, with the element type unless it is floating."""
        text = f"[{', '.join(map(str, self.shape))}]"
        return text if self.dtype == "float32" else f"{self.dtype}{text}"
