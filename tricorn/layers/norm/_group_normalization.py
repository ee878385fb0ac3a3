"""`GroupNormalization`: groups of channels normalised together."""

from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor
from tricorn.layers._arguments import keep, known_size, make_weight, written
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._like_input import LikeInput
from tricorn.ops._norm import group_normalization


class GroupNormalization(LikeInput):
    """`gamma * (x - mean) / sqrt(variance + epsilon) + beta`, mean and variance being each example's own over a group
    of channels and all positions.

    Args:
        groups: Number of groups, a divisor of the channels; -1 for one group a channel.
        axis: The axis of the channels.
        epsilon: Added to the variance.
        center: Whether to add `beta`.
        scale: Whether to multiply by `gamma`.
        beta_initializer: Initializer of `beta`, of the size of the channels.
        gamma_initializer: Initializer of `gamma`, of the size of the channels.
        beta_regularizer: Penalty on `beta`.
        gamma_regularizer: Penalty on `gamma`.
        beta_constraint: Projection of `beta` after each update.
        gamma_constraint: Projection of `gamma` after each update.
        **kwargs: Of `Layer`.

    Source: Wu & He, "Group Normalization", 2018.
    """

    def __init__(self, groups=32, axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer: Any = "zeros",
                 gamma_initializer: Any = "ones", beta_regularizer=None, gamma_regularizer=None, beta_constraint=None,
                 gamma_constraint=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        if isinstance(groups, bool) or not isinstance(groups, int) or (groups < 1 and groups != -1):
            raise bad_argument(
                self._where(), "`groups` must be a positive integer, or -1.", given=f"groups={groups!r}"
            )
        self.groups = groups
        self.axis = axis
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        keep(self, beta_initializer=beta_initializer, gamma_initializer=gamma_initializer,
             beta_regularizer=beta_regularizer, gamma_regularizer=gamma_regularizer, beta_constraint=beta_constraint,
             gamma_constraint=gamma_constraint)  # fmt: skip
        self.gamma = self.beta = None

    def build(self, input_shape):
        size = known_size(self, input_shape, self.axis)
        if self.axis % len(input_shape) == 0:
            raise bad_argument(self._where(), "`axis` must not be the batch axis.", given=f"axis={self.axis}")
        if self.groups == -1:
            self.groups = size
        if size % self.groups:
            raise bad_argument(self._where(), "`groups` must divide the channels.", expected=f"a divisor of {size}",
                               given=f"groups={self.groups}, input shape {tuple(input_shape)}")  # fmt: skip
        if self.scale:
            self.gamma = make_weight(self, "gamma", (size,), autocast=False)
        if self.center:
            self.beta = make_weight(self, "beta", (size,), autocast=False)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: size})
        self._channel_axis = self.axis % len(input_shape)

    def call(self, inputs):
        normalised = group_normalization(
            inputs, self.gamma, self.beta, self.groups, self._channel_axis, self.epsilon
        )
        return ops.cast(normalised, self.compute_dtype)

    def compute_output_spec(self, inputs):
        return KerasTensor(inputs.shape, self.compute_dtype, record_history=False)

    def get_config(self):
        return {
            **super().get_config(),
            "groups": self.groups,
            "axis": self.axis,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            **written(self, "beta_initializer", "gamma_initializer", "beta_regularizer", "gamma_regularizer",
                      "beta_constraint", "gamma_constraint"),
        }  # fmt: skip
