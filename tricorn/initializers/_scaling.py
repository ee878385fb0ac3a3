"""Initializers that keep the variance of activations or gradients: spread from the number of inputs and outputs."""

from __future__ import annotations

import math

from tricorn.core.errors import bad_argument
from tricorn.initializers._random import RandomInitializer, _finite, _scaled, uniform_between
from tricorn.initializers._streams import TRUNCATED_STDDEV, random_values

_MODES = ("fan_in", "fan_out", "fan_avg")
_DISTRIBUTIONS = ("uniform", "truncated_normal", "untruncated_normal")


class VarianceScaling(RandomInitializer):
    """Values of variance `scale / fan`, where `fan` is the number of inputs, of outputs, or their average.

    Inputs and outputs are those of the last two axes, times the sizes of all axes before (the receptive field of a
    convolution), unless axes are given.

    Args:
        scale: Positive factor.
        mode: `"fan_in"`, `"fan_out"` or `"fan_avg"`.
        distribution: `"truncated_normal"` (its variance after truncation is the one asked for), `"untruncated_normal"`,
            or `"uniform"` in +-sqrt(3 scale / fan).
        seed: None, an integer, or a `SeedGenerator` (see `RandomInitializer`).
        input_axes: Axes whose sizes multiply to the inputs; both or neither.
        output_axes: Axes whose sizes multiply to the outputs.
    """

    def __init__(self, scale=1.0, mode="fan_in", distribution="truncated_normal", seed=None, input_axes=None,
                 output_axes=None):  # fmt: skip
        where = type(self).__name__
        _finite(where, "scale", scale)
        if scale <= 0:
            raise bad_argument(where, "`scale` must be positive.", given=scale)
        if mode not in _MODES:
            raise bad_argument(
                where, "unknown `mode`.", expected=f"one of {', '.join(_MODES)}", given=repr(mode)
            )
        if distribution == "normal":
            distribution = "truncated_normal"
        if distribution not in _DISTRIBUTIONS:
            raise bad_argument(where, "unknown `distribution`.", expected=f"one of {', '.join(_DISTRIBUTIONS)}",
                               given=repr(distribution))  # fmt: skip
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.input_axes = _axes(where, "input_axes", input_axes)
        self.output_axes = _axes(where, "output_axes", output_axes)
        super().__init__(seed)

    def values(self, place, shape, index, dtype):
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, fan)
        key = self.key(place)
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return uniform_between(random_values("uniform", key, shape, index), -limit, limit)
        if self.distribution == "truncated_normal":
            return _scaled(
                random_values("truncated", key, shape, index), math.sqrt(variance) / TRUNCATED_STDDEV
            )
        return _scaled(random_values("normal", key, shape, index), math.sqrt(variance))

    def get_config(self):
        return {
            **super().get_config(),
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            "input_axes": self.input_axes,
            "output_axes": self.output_axes,
        }


def _axes(where, name, axes):
    if axes is None:
        return None
    axes = [axes] if isinstance(axes, int) and not isinstance(axes, bool) else axes
    if not isinstance(axes, (list, tuple)) or not all(type(axis) is int for axis in axes):
        raise bad_argument(where, f"`{name}` must be a sequence of axes.", given=repr(axes))
    return list(axes)


def compute_fans(shape, input_axes=None, output_axes=None):
    """The numbers of inputs and of outputs of a weight of that shape.

    Raises:
        ValueError: An axis is out of range.
    """
    if input_axes is not None and output_axes is not None:
        for axis in (*input_axes, *output_axes):
            if not -len(shape) <= axis < len(shape):
                raise bad_argument("VarianceScaling", "an axis is out of range.", expected=f"a shape with axis {axis}",
                                   given=f"shape {shape}")  # fmt: skip
        return math.prod(shape[axis] for axis in input_axes), math.prod(shape[axis] for axis in output_axes)
    if len(shape) < 2:
        size = shape[0] if shape else 1
        return size, size
    field = math.prod(shape[:-2])
    return field * shape[-2], field * shape[-1]


class _Preset(VarianceScaling):
    _arguments: tuple = ()

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        scale, mode, distribution = self._arguments
        super().__init__(scale, mode, distribution, seed, input_axes, output_axes)

    def get_config(self):
        config = super().get_config()
        return {key: config[key] for key in ("seed", "input_axes", "output_axes")}


class GlorotUniform(_Preset):
    """Uniform in +-sqrt(6 / (fan_in + fan_out)): variance 2 / (fan_in + fan_out).

    Args: as of `VarianceScaling`.

    Source: Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """

    _arguments = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Preset):
    """Truncated normal of variance 2 / (fan_in + fan_out).

    Args: as of `VarianceScaling`.

    Source: Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """

    _arguments = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_Preset):
    """Uniform in +-sqrt(6 / fan_in): variance 2 / fan_in, for ReLU.

    Args: as of `VarianceScaling`.

    Source: He et al., "Delving Deep into Rectifiers", 2015.
    """

    _arguments = (2.0, "fan_in", "uniform")


class HeNormal(_Preset):
    """Truncated normal of variance 2 / fan_in, for ReLU.

    Args: as of `VarianceScaling`.

    Source: He et al., "Delving Deep into Rectifiers", 2015.
    """

    _arguments = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_Preset):
    """Uniform in +-sqrt(3 / fan_in): variance 1 / fan_in.

    Args: as of `VarianceScaling`.

    Source: LeCun et al., "Efficient BackProp", 1998.
    """

    _arguments = (1.0, "fan_in", "uniform")


class LecunNormal(_Preset):
    """Truncated normal of variance 1 / fan_in, for SELU.

    Args: as of `VarianceScaling`.

    Source: LeCun et al., "Efficient BackProp", 1998; Klambauer et al., "Self-Normalizing Neural Networks", 2017.
    """

    _arguments = (1.0, "fan_in", "truncated_normal")


variance_scaling = VarianceScaling
glorot_uniform = GlorotUniform
glorot_normal = GlorotNormal
he_uniform = HeUniform
he_normal = HeNormal
lecun_uniform = LecunUniform
lecun_normal = LecunNormal
