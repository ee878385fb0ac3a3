"""`Dropout`: sets random elements to zero in training."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.layers._arguments import checked_rate
from tricorn.layers.regularization._base_noise import NoiseLayer
from tricorn.random._draw import dropout


class Dropout(NoiseLayer):
    """In training, each element is zero with probability `rate`, and divided by `1 - rate` else; the mean stays.

    Without training, the input as it is.

    Args:
        rate: Share of elements to drop, from 0 to 1.
        noise_shape: Shape of the drawn mask, which broadcasts to the input's: 1 where elements share a draw, None for
            the input's size. By default the input's shape.
        seed: Seed of the draws, an int.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: `rate` is outside [0, 1], or `noise_shape` is no shape.

    Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
    """

    def __init__(self, rate, noise_shape=None, seed=None, **kwargs):
        super().__init__(seed, bool(rate), **kwargs)
        self.rate = checked_rate(self, "rate", rate)
        if noise_shape is not None:
            if isinstance(noise_shape, (str, int)) or any(
                size is not None and (not isinstance(size, int) or size < 1) for size in noise_shape
            ):
                raise bad_argument(self._where(), "`noise_shape` must be sizes.", expected="e.g. (None, 1, 32)",
                                   given=f"noise_shape={noise_shape!r}")  # fmt: skip
            noise_shape = tuple(noise_shape)
        self.noise_shape = noise_shape

    def build(self, input_shape):
        noise = self.noise_shape
        if noise is None:
            return
        fits = len(noise) == len(input_shape) and all(
            one in (None, 1) or size is None or one == size
            for one, size in zip(noise, input_shape, strict=True)
        )
        if not fits:
            raise bad_argument(self._where(), "`noise_shape` does not broadcast to the input.",
                               expected=f"1, None or the size on each axis of {tuple(input_shape)}",
                               given=f"noise_shape={noise}")  # fmt: skip

    def call(self, inputs, training=False):
        if training and self._is_active:
            return dropout(inputs, self.rate, self.noise_shape, self.seed_generator)
        return inputs

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "seed": self.seed, "noise_shape": self.noise_shape}
