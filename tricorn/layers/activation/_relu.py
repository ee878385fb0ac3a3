"""`ReLU`: the rectified linear unit."""

from __future__ import annotations

from tricorn import activations
from tricorn.core.errors import bad_argument
from tricorn.layers._like_input import Pointwise


class ReLU(Pointwise):
    """`min(x, max_value)` for `x >= threshold`, `negative_slope * (x - threshold)` below it.

    Args:
        max_value: Largest output, >= 0; None for no bound.
        negative_slope: Slope below the threshold, >= 0.
        threshold: Where the slope changes, >= 0.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: A number is missing or negative.
    """

    def __init__(self, max_value=None, negative_slope=0.0, threshold=0.0, **kwargs):
        super().__init__(**kwargs)
        for name, value in (
            ("max_value", max_value),
            ("negative_slope", negative_slope),
            ("threshold", threshold),
        ):
            if value is None and name == "max_value":
                continue
            if not isinstance(value, (int, float)) or not value >= 0:
                raise bad_argument(
                    self._where(), f"`{name}` must be a number >= 0.", given=f"{name}={value!r}"
                )
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold

    def call(self, inputs):
        return activations.relu(inputs, negative_slope=self.negative_slope, max_value=self.max_value,
                                threshold=self.threshold)  # fmt: skip

    def get_config(self):
        return {**super().get_config(), "max_value": self.max_value, "negative_slope": self.negative_slope,
                "threshold": self.threshold}  # fmt: skip
