"""`UpSampling2D`: an enlarged image."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.reshaping._base_up_sampling import UpSampling

_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


class UpSampling2D(UpSampling):
    """Enlarges `(batch, rows, columns, channels)` by whole factors.

    Args:
        size: Factor, an int or one an axis.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        interpolation: "nearest" repeats pixels; "bilinear", "bicubic", "lanczos3" and "lanczos5" are those of
            `ops.image.resize`, by which integers are rounded.
        **kwargs: Of `Layer`.
    """

    rank = 2

    def __init__(self, size=(2, 2), data_format=None, interpolation="nearest", **kwargs):
        super().__init__(size, data_format, **kwargs)
        interpolation = str(interpolation).lower()
        if interpolation not in _INTERPOLATIONS:
            raise bad_argument(self._where(), "unknown `interpolation`.", expected=", ".join(_INTERPOLATIONS),
                               given=repr(interpolation))  # fmt: skip
        self.interpolation = interpolation

    def call(self, inputs):
        if self.interpolation == "nearest":
            return super().call(inputs)
        sizes = inputs.shape[self._first_axis : self._first_axis + 2]
        if None in sizes:
            sizes = ops.shape(inputs)[self._first_axis : self._first_axis + 2]
        size = tuple(count * old for count, old in zip(self.size, sizes, strict=True))
        return ops.image.resize(inputs, size, self.interpolation, data_format=self.data_format)

    def get_config(self):
        return {**super().get_config(), "interpolation": self.interpolation}
