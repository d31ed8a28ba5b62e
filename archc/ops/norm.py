"""Normalisation."""

from typing import ClassVar

from archc.diag import codes
from archc.ir.dim import Size, product
from archc.ir.op import Op, Rules, Tensor, Types
from archc.ir.target import New
from archc.ops.checks import check_spatial_rank, inferred, rank_from, settled, split_evenly
from archc.ops.dtypes import FLOATS, MODEL, require
from archc.ops.fields import NonNegativeNumber, Number, Positive
from archc.ops.modules import as_module
from archc.ops.tensors import affine, statistics


def check_several(rules: Rules, values: Size, what: str, help_: str) -> None:
    """There is more than one value to take a variance of."""
    message = f"needs more than one value per {what} to normalise, and there is {values}"
    rules.at_least(values, 2, codes.EMPTY_OUTPUT, message, at="input", help=help_)


class _BatchNorm(Op):
    """What the batch norms of all ranks share."""

    family = "norm"
    ranks: ClassVar[tuple[int, ...]]

    num_features: Positive | None = None
    """Channels of the input; inferred."""
    eps: NonNegativeNumber = 1e-5
    """Added to the variance."""
    momentum: Number | None = 0.1
    """Weight of the newest batch in the running statistics; null for a plain average."""
    affine: bool = True
    """Scale and shift by learned numbers, one each for a channel."""
    track_running_stats: bool = True
    """Keep running statistics, to normalise by outside training."""
    bias: bool = True
    """Shift too, where `affine` is on."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type.

        Without running statistics a channel needs more than one value; with them torch asks for
        that in training only.
        """
        x = ins[0]
        check_spatial_rank(rules, x, self, *self.ranks)
        require(x, MODEL if self.affine or self.track_running_stats else FLOATS, rules)
        inferred(rules, self.num_features, x.channels, "channels", at="num_features")
        if not self.track_running_stats:
            self._check_eps(rules)
            values = product((x.shape[0], *x.shape[2:]))
            check_several(rules, values, "channel", "keep `track_running_stats`, or use LayerNorm")
        return ins

    def _check_eps(self, rules: Rules) -> None:
        if self.eps == 0:
            message = "needs an `eps` above 0 where there are no running statistics"
            rules.fail(codes.BAD_PARAMETER, message, at="eps", help="the usual eps is 1e-5")

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        return as_module(self, "num_features", num_features=self._features(ins))

    def _features(self, ins: Types) -> int:
        return settled(self.num_features, ins[0].channels)

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """Scale and offset, then the running statistics."""
        features = self._features(ins)
        learned = affine((features,), weight=self.affine, bias=self.bias)
        return learned + statistics(features) if self.track_running_stats else learned


class BatchNorm1d(_BatchNorm):
    """Normalise each channel over the batch and the sequence."""

    ranks = (2, 3)
    rule = "(N, C) or (N, C, L) -> the same"
    example = "BatchNorm1d"
    example_inputs = ((2, 8, 64),)


class BatchNorm2d(_BatchNorm):
    """Normalise each channel over the batch and the image."""

    ranks = (4,)
    rule = "(N, C, H, W) -> (N, C, H, W)"
    example = "BatchNorm2d"


class BatchNorm3d(_BatchNorm):
    """Normalise each channel over the batch and the volume."""

    ranks = (5,)
    rule = "(N, C, D, H, W) -> (N, C, D, H, W)"
    example = "BatchNorm3d"
    example_inputs = ((2, 8, 4, 16, 16),)


class _InstanceNorm(Op):
    """What the instance norms of all ranks share."""

    family = "norm"
    spatial: ClassVar[int]

    num_features: Positive | None = None
    """Channels of the input; inferred."""
    eps: NonNegativeNumber = 1e-5
    """Added to the variance."""
    momentum: Number = 0.1
    """Weight of the newest batch in the running statistics."""
    affine: bool = False
    """Scale and shift by learned numbers, one each for a channel."""
    track_running_stats: bool = False
    """Keep running statistics, to normalise by outside training."""
    bias: bool = True
    """Shift too, where `affine` is on."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type.

        Without running statistics a channel needs more than one place; with them torch asks for
        that in training only.
        """
        x = ins[0]
        check_spatial_rank(rules, x, self, self.spatial + 1, self.spatial + 2)
        require(x, MODEL if self.affine else FLOATS, rules)
        channels = x.shape[-self.spatial - 1]
        inferred(rules, self.num_features, channels, "channels", at="num_features")
        if not self.track_running_stats:
            places = product(x.shape[-self.spatial :])
            check_several(rules, places, "channel", "normalise earlier, or use LayerNorm")
        return ins

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        return as_module(self, "num_features", num_features=self._features(ins))

    def _features(self, ins: Types) -> int:
        return settled(self.num_features, ins[0].shape[-self.spatial - 1])

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """Scale and offset, then the running statistics."""
        features = self._features(ins)
        learned = affine((features,), weight=self.affine, bias=self.bias)
        return learned + statistics(features) if self.track_running_stats else learned


class InstanceNorm1d(_InstanceNorm):
    """Normalise each channel of each sample over its sequence."""

    spatial = 1
    rule = "(N, C, L) -> (N, C, L)"
    example = "InstanceNorm1d"
    example_inputs = ((2, 8, 64),)


class InstanceNorm2d(_InstanceNorm):
    """Normalise each channel of each sample over its image."""

    spatial = 2
    rule = "(N, C, H, W) -> (N, C, H, W)"
    example = "{op: InstanceNorm2d, affine: true}"


class InstanceNorm3d(_InstanceNorm):
    """Normalise each channel of each sample over its volume."""

    spatial = 3
    rule = "(N, C, D, H, W) -> (N, C, D, H, W)"
    example = "InstanceNorm3d"
    example_inputs = ((2, 8, 4, 16, 16),)


class GroupNorm(Op):
    """Normalise each sample over groups of channels."""

    family = "norm"
    rule = "(N, C, *) -> (N, C, *)"
    example = "{op: GroupNorm, num_groups: 4}"

    num_groups: Positive
    """Groups that the channels are split into."""
    num_channels: Positive | None = None
    """Channels of the input; inferred."""
    eps: NonNegativeNumber = 1e-5
    """Added to the variance."""
    affine: bool = True
    """Scale and shift by learned numbers, one each for a channel."""
    bias: bool = True
    """Shift too, where `affine` is on."""

    def infer(self, ins: Types, rules: Rules) -> Types:
        """The input's own type; as in torch, the batch may not hold one value a group in all."""
        x = ins[0]
        rank_from(rules, x, 2)
        require(x, MODEL if self.affine else FLOATS, rules)
        channels = inferred(rules, self.num_channels, x.channels, "channels", at="num_channels")
        split_evenly(rules, {"channels": channels}, self.num_groups, at="num_groups")
        if rules.broken:
            return ins
        values = product((x.shape[0], channels // self.num_groups, *x.shape[2:]))
        check_several(rules, values, "group", "use fewer groups")
        return ins

    def lowered(self, ins: Types) -> New:
        """The module of the same name."""
        return as_module(self, "num_groups", "num_channels", num_channels=self._channels(ins))

    def _channels(self, ins: Types) -> int:
        return settled(self.num_channels, ins[0].channels)

    def tensors(self, ins: Types) -> tuple[Tensor, ...]:
        """Scale and offset."""
        return affine((self._channels(ins),), weight=self.affine, bias=self.bias)

    def label(self) -> tuple[str, ...]:
        """The groups."""
        return (f"groups {self.num_groups}",)
