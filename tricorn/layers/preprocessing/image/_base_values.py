"""What layers share that change the values of pixels by a factor drawn from a range."""

from __future__ import annotations

from tricorn.layers.preprocessing.image._base_image import BaseRandomImage
from tricorn.layers.preprocessing.image._factors import factor_range, value_range_of
from tricorn.layers.preprocessing.image._photometric import check_colours


class RandomValues(BaseRandomImage):
    """A layer with a range of factors and the range of values that images have.

    Args:
        factor: A pair (lower, upper), or a number, as for `factor_range`.
        value_range: Lowest and highest value of images.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.
    """

    #: Least and greatest bound of `factor`.
    _factor_bounds = (0, 1)
    #: Whether images must be gray or RGB.
    _needs_colours = False
    #: As what the reference writes `value_range` into configurations.
    _value_range_type = tuple

    def __init__(self, factor, value_range, seed, **kwargs):
        super().__init__(seed, **kwargs)
        self.factor = factor_range(self, "factor", factor, *self._factor_bounds)
        self.value_range = value_range_of(self, value_range)

    def _check(self, parts):
        super()._check(parts)
        if self._needs_colours:
            check_colours(self, parts)

    def get_config(self):
        return {**super().get_config(), "factor": self.factor,
                "value_range": self._value_range_type(self.value_range), "seed": self.seed}  # fmt: skip
