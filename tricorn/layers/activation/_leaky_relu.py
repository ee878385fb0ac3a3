"""`LeakyReLU`: a rectified linear unit with a slope below zero."""

from __future__ import annotations

import warnings

from tricorn import activations
from tricorn.core.errors import bad_argument
from tricorn.layers._like_input import Pointwise


class LeakyReLU(Pointwise):
    """`x` for `x >= 0`, `negative_slope * x` below.

    Args:
        negative_slope: Slope below zero, >= 0.
        **kwargs: Of `Layer`.

    Source: Maas et al., "Rectifier Nonlinearities Improve Neural Network Acoustic Models", 2013.
    """

    def __init__(self, negative_slope=0.3, **kwargs):
        if "alpha" in kwargs:
            negative_slope = kwargs.pop("alpha")
            warnings.warn("LeakyReLU: `alpha` is called `negative_slope` now.", stacklevel=2)
        super().__init__(**kwargs)
        if not isinstance(negative_slope, (int, float)) or not negative_slope >= 0:
            raise bad_argument(self._where(), "`negative_slope` must be a number >= 0.",
                               given=f"negative_slope={negative_slope!r}")  # fmt: skip
        self.negative_slope = negative_slope

    def call(self, inputs):
        return activations.leaky_relu(inputs, self.negative_slope)

    def get_config(self):
        return {**super().get_config(), "negative_slope": self.negative_slope}
