"""What the global poolings share."""

from __future__ import annotations

from tricorn.core.windows import resolve_data_format
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._layer import Layer
from tricorn.layers._like_input import spec_inside


class GlobalPooling(Layer):
    """One number for each channel, over all positions. A subclass sets `rank` and defines `call`.

    Args:
        data_format: "channels_last" or "channels_first"; None for the configured one.
        keepdims: Whether the spatial axes stay, with size 1.
        **kwargs: Of `Layer`.
    """

    rank = 1

    def __init__(self, data_format=None, keepdims=False, **kwargs):
        super().__init__(**kwargs)
        self.data_format = resolve_data_format(data_format, self._where())
        self.keepdims = bool(keepdims)
        self.input_spec = InputSpec(ndim=self.rank + 2)
        first = 2 if self.data_format == "channels_first" else 1
        self._axes = tuple(range(first, first + self.rank))

    def compute_output_shape(self, input_shape):
        if self.keepdims:
            return tuple(1 if axis in self._axes else size for axis, size in enumerate(input_shape))
        return tuple(size for axis, size in enumerate(input_shape) if axis not in self._axes)

    def compute_output_spec(self, inputs, mask=None):
        return spec_inside(self, inputs, self.compute_output_shape(inputs.shape))

    def get_config(self):
        return {**super().get_config(), "data_format": self.data_format, "keepdims": self.keepdims}
