"""`LayerNormalization`: each example normalised over its features."""

from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers._arguments import keep, known_size, make_weight, written
from tricorn.layers._like_input import Pointwise
from tricorn.ops._norm import layer_norm


class LayerNormalization(Pointwise):
    """`gamma * (x - mean) / sqrt(variance + epsilon) + beta`, mean and variance being each example's own over `axis`.

    Args:
        axis: Axis, or several, that are normalised together.
        epsilon: Added to the variance.
        center: Whether to add `beta`.
        scale: Whether to multiply by `gamma`.
        beta_initializer: Initializer of `beta`, of the sizes of `axis`.
        gamma_initializer: Initializer of `gamma`, of the sizes of `axis`.
        beta_regularizer: Penalty on `beta`.
        gamma_regularizer: Penalty on `gamma`.
        beta_constraint: Projection of `beta` after each update.
        gamma_constraint: Projection of `gamma` after each update.
        **kwargs: Of `Layer`; and `rms_scaling`, the deprecated way to divide by the standard deviation without
            subtracting the mean (use `RMSNormalization`).

    Source: Ba et al., "Layer Normalization", 2016.
    """

    def __init__(self, axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer: Any = "zeros",
                 gamma_initializer: Any = "ones", beta_regularizer=None, gamma_regularizer=None, beta_constraint=None,
                 gamma_constraint=None, **kwargs):  # fmt: skip
        rms_scaling = kwargs.pop("rms_scaling", False)
        super().__init__(**kwargs)
        self.axis = normalised_axes(self, axis)
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.rms_scaling = bool(rms_scaling)
        keep(self, beta_initializer=beta_initializer, gamma_initializer=gamma_initializer,
             beta_regularizer=beta_regularizer, gamma_regularizer=gamma_regularizer, beta_constraint=beta_constraint,
             gamma_constraint=gamma_constraint)  # fmt: skip
        self.gamma = self.beta = None
        self._axis = self.axis[0] if len(self.axis) == 1 else tuple(self.axis)

    def build(self, input_shape):
        sizes = axes_sizes(self, input_shape)
        if self.scale or self.rms_scaling:
            self.gamma = make_weight(self, "gamma", sizes, autocast=False)
        if self.center and not self.rms_scaling:
            self.beta = make_weight(self, "beta", sizes, autocast=False)

    def call(self, inputs):
        if self.rms_scaling:
            scaled = inputs * ops.rsqrt(ops.var(inputs, axis=self._axis, keepdims=True) + self.epsilon)
            return ops.cast(ops.multiply(scaled, spread(self, self.gamma)), self.compute_dtype)
        return layer_norm(inputs, self.gamma, self.beta, self._axis, self.epsilon)

    def get_config(self):
        return {
            **super().get_config(),
            "axis": list(self.axis),
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "rms_scaling": self.rms_scaling,
            **written(self, "beta_initializer", "gamma_initializer", "beta_regularizer", "gamma_regularizer",
                      "beta_constraint", "gamma_constraint"),
        }  # fmt: skip


def normalised_axes(layer, axis):
    """`axis` as a list.

    Raises:
        TypeError: It is not an int or ints.
    """
    axes = list(axis) if isinstance(axis, (list, tuple)) else [axis]
    if not axes or any(isinstance(one, bool) or not isinstance(one, int) for one in axes):
        raise bad_argument(layer._where(), "`axis` must be an int or a list of them.", given=f"axis={axis!r}",
                           error=TypeError)  # fmt: skip
    return axes


def axes_sizes(layer, input_shape):
    """The sizes of `layer.axis`, in the order of the axes."""
    sizes = {}
    for axis in layer.axis:
        size = known_size(layer, input_shape, axis)
        position = axis % len(input_shape)
        if position in sizes:
            raise bad_argument(layer._where(), "an axis is named twice.", given=f"axis={list(layer.axis)}")
        sizes[position] = size
    return tuple(sizes[position] for position in sorted(sizes))


def spread(layer, weight):
    """A weight of the sizes of `layer.axis`, shaped to broadcast to the input."""
    rank = len(layer._build_shapes)
    axes = sorted(axis % rank for axis in layer.axis)
    shape = [1] * rank
    for axis, size in zip(axes, weight.shape, strict=True):
        shape[axis] = size
    return ops.reshape(weight, tuple(shape))
