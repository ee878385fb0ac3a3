"""`PReLU`: a leaky rectified linear unit whose slopes are learnt."""

from __future__ import annotations

from typing import Any

from tricorn import activations
from tricorn.core.errors import bad_argument
from tricorn.layers._arguments import keep, known_size, make_weight, written
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._like_input import LikeInput


class PReLU(LikeInput):
    """`x` for `x >= 0`, `alpha * x` below, with `alpha` learnt for each position.

    Args:
        alpha_initializer: Initializer of the slopes, of the input's shape without the batch axis.
        alpha_regularizer: Penalty on the slopes.
        alpha_constraint: Projection of the slopes after each update.
        shared_axes: Axes (from 1, the batch axis being 0) along which one slope serves all positions.
        **kwargs: Of `Layer`.

    Source: He et al., "Delving Deep into Rectifiers", 2015.
    """

    def __init__(self, alpha_initializer: Any = "Zeros", alpha_regularizer=None, alpha_constraint=None, shared_axes=None,
                 **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        keep(self, alpha_initializer=alpha_initializer, alpha_regularizer=alpha_regularizer,
             alpha_constraint=alpha_constraint)  # fmt: skip
        if shared_axes is not None and not isinstance(shared_axes, (list, tuple)):
            shared_axes = [shared_axes]
        for axis in shared_axes or ():
            if not isinstance(axis, int) or axis < 1:
                raise bad_argument(self._where(), "`shared_axes` must be axes from 1 on.",
                                   given=f"shared_axes={shared_axes!r}")  # fmt: skip
        self.shared_axes = None if shared_axes is None else list(shared_axes)
        self.alpha = None

    def build(self, input_shape):
        shared = self.shared_axes or ()
        if any(axis >= len(input_shape) for axis in shared):
            raise bad_argument(self._where(), "a shared axis is outside the input.",
                               expected=f"axes from 1 to {len(input_shape) - 1}",
                               given=f"shared_axes={list(shared)}")  # fmt: skip
        sizes = [
            1 if axis in shared else known_size(self, input_shape, axis)
            for axis in range(1, len(input_shape))
        ]
        self.alpha = make_weight(self, "alpha", sizes)
        axes = {axis: input_shape[axis] for axis in range(1, len(input_shape)) if axis not in shared}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=axes)

    def call(self, inputs):
        return activations.relu(inputs) - self.alpha * activations.relu(-inputs)

    def get_config(self):
        return {**super().get_config(), "shared_axes": self.shared_axes,
                **written(self, "alpha_initializer", "alpha_regularizer", "alpha_constraint")}  # fmt: skip
