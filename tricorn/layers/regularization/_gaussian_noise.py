"""`GaussianNoise`: adds noise in training."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.regularization._base_noise import NoiseLayer
from tricorn.random._draw import normal


class GaussianNoise(NoiseLayer):
    """In training, adds draws from a normal distribution of mean 0. Without training, the input as it is.

    Args:
        stddev: Standard deviation of the noise, >= 0.
        seed: Seed of the draws, an int.
        **kwargs: Of `Layer`.
    """

    def __init__(self, stddev, seed=None, **kwargs):
        super().__init__(seed, bool(stddev), **kwargs)
        if isinstance(stddev, bool) or not isinstance(stddev, (int, float)) or not stddev >= 0:
            raise bad_argument(self._where(), "`stddev` must be a number >= 0.", given=f"stddev={stddev!r}")
        self.stddev = stddev

    def call(self, inputs, training=False):
        if training and self._is_active:
            noise = normal(
                ops.shape(inputs), 0.0, self.stddev, dtype=self.compute_dtype, seed=self.seed_generator
            )
            return inputs + noise
        return inputs

    def get_config(self):
        return {**super().get_config(), "stddev": self.stddev, "seed": self.seed}
