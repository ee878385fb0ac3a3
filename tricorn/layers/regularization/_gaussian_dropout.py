"""`GaussianDropout`: multiplies by noise in training."""

from __future__ import annotations

import math

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers._arguments import checked_rate
from tricorn.layers.regularization._base_noise import NoiseLayer
from tricorn.random._draw import normal


class GaussianDropout(NoiseLayer):
    """In training, multiplies by draws from a normal distribution of mean 1 and variance `rate / (1 - rate)`, the
    variance of `Dropout(rate)`. Without training, the input as it is.

    Args:
        rate: As for `Dropout`, in [0, 1).
        seed: Seed of the draws, an int.
        **kwargs: Of `Layer`.

    Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
    """

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(seed, bool(rate), **kwargs)
        self.rate = checked_rate(self, "rate", rate)
        if rate == 1:
            raise bad_argument(self._where(), "`rate` must be below 1: the noise would be without bounds.",
                               given="rate=1")  # fmt: skip
        self._stddev = math.sqrt(rate / (1 - rate))

    def call(self, inputs, training=False):
        if training and self._is_active:
            shape, dtype = ops.shape(inputs), self.compute_dtype
            return inputs * normal(shape, 1.0, self._stddev, dtype=dtype, seed=self.seed_generator)
        return inputs

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
