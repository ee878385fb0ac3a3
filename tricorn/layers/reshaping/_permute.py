"""`Permute`: the axes of each example in another order."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._layer import Layer
from tricorn.layers._like_input import spec_inside


class Permute(Layer):
    """Axis `i` of the output is axis `dims[i - 1]` of the input, counted from 1 (the batch axis is 0 and stays).

    Args:
        dims: A permutation of 1, 2, ...
        **kwargs: Of `Layer`.

    Raises:
        ValueError: `dims` is not one.
    """

    def __init__(self, dims, **kwargs):
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise bad_argument(self._where(), "`dims` must be a permutation of 1, 2, ...", given=f"dims={dims!r}",
                               hint="the batch axis, 0, is left out")  # fmt: skip
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)
        self._axes = (0, *self.dims)

    def call(self, inputs):
        return ops.transpose(inputs, self._axes)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape[axis] for axis in self._axes)

    def compute_output_spec(self, inputs):
        return spec_inside(self, inputs, self.compute_output_shape(inputs.shape))

    def get_config(self):
        return {**super().get_config(), "dims": self.dims}
