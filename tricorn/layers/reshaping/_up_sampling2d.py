"""`UpSampling2D`: an enlarged image."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.layers.reshaping._base_up_sampling import UpSampling


class UpSampling2D(UpSampling):
    """Enlarges `(batch, rows, columns, channels)` by whole factors.

    Args:
        size: Factor, an int or one an axis.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        interpolation: "nearest" repeats pixels. Others need `ops.image.resize`, which is not available yet.
        **kwargs: Of `Layer`.
    """

    rank = 2

    def __init__(self, size=(2, 2), data_format=None, interpolation="nearest", **kwargs):
        super().__init__(size, data_format, **kwargs)
        interpolation = str(interpolation).lower()
        if interpolation not in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"):
            raise bad_argument(self._where(), "unknown `interpolation`.", expected='"nearest" or "bilinear"',
                               given=repr(interpolation))  # fmt: skip
        if interpolation != "nearest":
            raise bad_argument(self._where(), "this `interpolation` is not available yet.", expected='"nearest"',
                               given=repr(interpolation), error=NotImplementedError)  # fmt: skip
        self.interpolation = interpolation

    def get_config(self):
        return {**super().get_config(), "interpolation": self.interpolation}
