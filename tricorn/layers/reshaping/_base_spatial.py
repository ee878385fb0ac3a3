"""What paddings, croppings and upsamplings share: one rule on the size of each spatial axis."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.windows import resolve_data_format
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._layer import Layer
from tricorn.layers._like_input import spec_inside


class SpatialLayer(Layer):
    """A layer that changes the sizes of the spatial axes and no others.

    A subclass sets `rank` and defines `_new_size(position, size)`.
    """

    rank = 1

    def __init__(self, data_format="channels_last", **kwargs):
        super().__init__(**kwargs)
        self.data_format = resolve_data_format(data_format, self._where())
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self._first_axis = 2 if self.data_format == "channels_first" else 1

    def _new_size(self, position, size):
        """The size of the spatial axis `position`, whose known size was `size`."""
        raise NotImplementedError

    def compute_output_shape(self, input_shape):
        shape = list(input_shape)
        for position in range(self.rank):
            size = shape[self._first_axis + position]
            shape[self._first_axis + position] = None if size is None else self._new_size(position, size)
        return tuple(shape)

    def compute_output_spec(self, inputs):
        return spec_inside(self, inputs, self.compute_output_shape(inputs.shape))

    def _pairs(self, name, value):
        """`(before, after)` for each axis from an int, an int an axis, or a pair an axis."""
        pairs = None
        if _is_size(value):
            pairs = ((value, value),) * self.rank
        elif isinstance(value, (list, tuple)):
            if self.rank == 1 and len(value) == 2 and all(map(_is_size, value)):
                pairs = (tuple(value),)
            elif len(value) == self.rank and all(map(_is_size, value)):
                pairs = tuple((one, one) for one in value)
            elif len(value) == self.rank and all(
                isinstance(one, (list, tuple)) and len(one) == 2 and all(map(_is_size, one)) for one in value
            ):
                pairs = tuple(tuple(one) for one in value)
        if pairs is None:
            raise bad_argument(self._where(), f"`{name}` must be sizes >= 0.",
                               expected=f"an int, {self.rank} ints, or {self.rank} pairs (before, after)",
                               given=f"{name}={value!r}")  # fmt: skip
        return pairs


def _is_size(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
