"""What the poolings share."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.windows import per_axis, pooling, resolve_data_format
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._layer import Layer
from tricorn.layers._like_input import spec_inside


class Pooling(Layer):
    """One number for each window of each channel. A subclass sets `rank` and `_pool`, the op.

    Args:
        pool_size: Size of the window: an int, or one an axis.
        strides: Step of the window: an int, or one an axis; by default the window's size.
        padding: "valid" for none; "same" for as much as makes the output `ceil(size / stride)` long.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        name: Name; automatic if None.
        **kwargs: Of `Layer`.
    """

    rank = 1

    def __init__(self, pool_size, strides=None, padding="valid", data_format=None, name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        where = self._where()
        self.pool_size = per_axis(pool_size, self.rank, "pool_size", where)
        self.strides = self.pool_size if strides is None else per_axis(strides, self.rank, "strides", where)
        self.padding = str(padding).lower()
        if self.padding not in ("valid", "same"):
            raise bad_argument(
                where, "unknown `padding`.", expected='"valid" or "same"', given=f"padding={padding!r}"
            )
        self.data_format = resolve_data_format(data_format, where)
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self._geometry = (self.pool_size, self.strides, self.padding, self.data_format)

    @staticmethod
    def _pool(inputs, pool_size, strides, padding, data_format):
        raise NotImplementedError

    def build(self, input_shape):
        self.compute_output_shape(input_shape)  # an input smaller than the window is found here

    def call(self, inputs):
        return self._pool(inputs, *self._geometry)

    def compute_output_shape(self, input_shape):
        return pooling(input_shape, *self._geometry, where=self._where()).output_shape(input_shape[0])

    def compute_output_spec(self, inputs):
        return spec_inside(self, inputs, self.compute_output_shape(inputs.shape))

    def get_config(self):
        return {**super().get_config(), "pool_size": self.pool_size, "padding": self.padding, "strides": self.strides,
                "data_format": self.data_format}  # fmt: skip
