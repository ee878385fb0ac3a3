"""What the croppings share."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.layers.reshaping._base_spatial import SpatialLayer


class Cropping(SpatialLayer):
    """Cuts elements off before and after on the spatial axes."""

    def __init__(self, cropping, data_format="channels_last", **kwargs):
        super().__init__(data_format, **kwargs)
        pairs = self._pairs("cropping", cropping)
        self.cropping = pairs[0] if self.rank == 1 else pairs
        self._sizes = pairs
        parts = [slice(before or None, -after or None) for before, after in pairs]
        self._parts = (*[slice(None)] * self._first_axis, *parts)

    def _new_size(self, position, size):
        left = size - sum(self._sizes[position])
        if left <= 0:
            raise bad_argument(self._where(), "`cropping` leaves nothing of the input.",
                               expected=f"less than {size} on spatial axis {position}",
                               given=f"cropping={self.cropping}")  # fmt: skip
        return left

    def build(self, input_shape):
        self.compute_output_shape(input_shape)  # what does not fit is found here

    def call(self, inputs):
        return inputs[self._parts]

    def get_config(self):
        config = {**super().get_config(), "cropping": self.cropping}
        return config if self.rank == 1 else {**config, "data_format": self.data_format}
