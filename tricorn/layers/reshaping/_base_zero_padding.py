"""What the zero paddings share."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.reshaping._base_spatial import SpatialLayer


class ZeroPadding(SpatialLayer):
    """Adds zeros before and after the spatial axes."""

    def __init__(self, padding, data_format=None, **kwargs):
        super().__init__(data_format, **kwargs)
        pairs = self._pairs("padding", padding)
        self.padding = pairs[0] if self.rank == 1 else pairs
        self._sizes = pairs
        rest = (self.rank + 2 - self._first_axis - self.rank) * ((0, 0),)
        self._pad_width = (*((0, 0),) * self._first_axis, *pairs, *rest)

    def _new_size(self, position, size):
        return size + sum(self._sizes[position])

    def call(self, inputs):
        return ops.pad(inputs, self._pad_width)

    def get_config(self):
        return {**super().get_config(), "padding": self.padding, "data_format": self.data_format}
