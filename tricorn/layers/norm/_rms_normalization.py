"""`RMSNormalization`: each example divided by the root of its mean square."""

from __future__ import annotations

from tricorn.layers._arguments import keep, make_weight
from tricorn.layers._like_input import Pointwise
from tricorn.layers.norm._layer_normalization import axes_sizes, normalised_axes
from tricorn.ops._norm import rms_norm


class RMSNormalization(Pointwise):
    """`scale * x / sqrt(mean(x^2) + epsilon)`, the mean being each example's own over `axis`.

    Args:
        axis: Axis, or several, that are normalised together.
        epsilon: Added to the mean square.
        **kwargs: Of `Layer`.

    Source: Zhang & Sennrich, "Root Mean Square Layer Normalization", 2019.
    """

    def __init__(self, axis=-1, epsilon=1e-06, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = False
        self.axis = normalised_axes(self, axis)
        self.epsilon = epsilon
        self._axis = self.axis[0] if len(self.axis) == 1 else tuple(self.axis)
        keep(self, scale_initializer="ones")
        self.scale = None

    def build(self, input_shape):
        self.scale = make_weight(self, "scale", axes_sizes(self, input_shape), autocast=False)

    def call(self, x):
        return rms_norm(x, self.scale, self._axis, self.epsilon)

    def compute_output_spec(self, x):
        return super().compute_output_spec(x)

    def get_config(self):
        return {**super().get_config(), "axis": list(self.axis), "epsilon": self.epsilon}
