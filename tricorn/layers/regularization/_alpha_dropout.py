"""`AlphaDropout`: dropout that keeps mean and variance, for SELU networks."""

from __future__ import annotations

import math

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers._arguments import checked_rate
from tricorn.layers.regularization._base_noise import NoiseLayer
from tricorn.random._draw import uniform

# The value that SELU tends to for large negative input: -scale * alpha.
_LIMIT = -1.0507009873554804934193349852946 * 1.6732632423543772848170429916717


class AlphaDropout(NoiseLayer):
    """In training, sets elements to SELU's negative limit with probability `rate`, then scales and shifts all so that
    an input of mean 0 and variance 1 keeps both. Without training, the input as it is.

    Args:
        rate: Share of elements to drop, in [0, 1).
        noise_shape: As for `Dropout`.
        seed: Seed of the draws, an int.
        **kwargs: Of `Layer`.

    Source: Klambauer et al., "Self-Normalizing Neural Networks", 2017.
    """

    def __init__(self, rate, noise_shape=None, seed=None, **kwargs):
        super().__init__(seed, bool(rate), **kwargs)
        self.rate = checked_rate(self, "rate", rate)
        if rate == 1:
            raise bad_argument(self._where(), "`rate` must be below 1.", given="rate=1")
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)
        self._scale = 1 / math.sqrt((1 - rate) * (1 + rate * _LIMIT**2))
        self._shift = -self._scale * _LIMIT * rate

    def call(self, inputs, training=False):
        if not (training and self._is_active):
            return inputs
        shape = ops.shape(inputs)
        if self.noise_shape is not None:
            shape = tuple(
                size if noise is None else noise for size, noise in zip(shape, self.noise_shape, strict=True)
            )
        kept = uniform(shape, seed=self.seed_generator) >= self.rate
        return ops.where(kept, inputs, _LIMIT) * self._scale + self._shift

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}
