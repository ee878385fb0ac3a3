"""What the adaptive poolings share."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.windows import adaptive_pooling, resolve_data_format
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._layer import Layer
from tricorn.layers._like_input import spec_inside


class AdaptivePooling(Layer):
    """One number for each of a given number of windows of each channel. A subclass sets `rank` and `_pool`, the op.

    Args:
        output_size: Sizes of the result: an int, or one an axis; None keeps the size of an axis.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: A size is not a positive integer, or their number is not that of the spatial axes.
    """

    rank = 1

    def __init__(self, output_size, data_format=None, **kwargs):
        super().__init__(**kwargs)
        where = self._where()
        sizes = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * self.rank
        if len(sizes) != self.rank or not all(
            size is None or (type(size) is int and size > 0) for size in sizes
        ):
            raise bad_argument(where, "`output_size` must be one integer, or one for each spatial axis.",
                               expected=f"{self.rank} positive integer(s), or None to keep a size",
                               given=f"output_size={output_size!r}")  # fmt: skip
        self.output_size = sizes
        self.data_format = resolve_data_format(data_format, where)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @staticmethod
    def _pool(inputs, output_size, data_format):
        raise NotImplementedError

    def call(self, inputs):
        return self._pool(inputs, self.output_size, self.data_format)

    def compute_output_shape(self, input_shape):
        axes, sizes = adaptive_pooling(tuple(input_shape), self.output_size, self.data_format, self._where())
        shape = list(input_shape)
        for axis, size in zip(axes, sizes, strict=True):
            shape[axis] = size
        return tuple(shape)

    def compute_output_spec(self, inputs):
        return spec_inside(self, inputs, self.compute_output_shape(inputs.shape))

    def get_config(self):
        return {**super().get_config(), "output_size": self.output_size, "data_format": self.data_format}
