"""What the upsamplings share."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.windows import per_axis
from tricorn.layers.reshaping._base_spatial import SpatialLayer


class UpSampling(SpatialLayer):
    """Repeats each element along the spatial axes."""

    def __init__(self, size, data_format="channels_last", **kwargs):
        super().__init__(data_format, **kwargs)
        self._repeats = per_axis(size, self.rank, "size", self._where())
        self.size = self._repeats[0] if self.rank == 1 else self._repeats

    def _new_size(self, position, size):
        return size * self._repeats[position]

    def call(self, inputs):
        for position, count in enumerate(self._repeats):
            if count > 1:
                inputs = ops.repeat(inputs, count, axis=self._first_axis + position)
        return inputs

    def get_config(self):
        config = {**super().get_config(), "size": self.size}
        return config if self.rank == 1 else {**config, "data_format": self.data_format}
