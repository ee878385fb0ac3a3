"""`RepeatVector`: a vector as each step of a sequence."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers._arguments import positive_integer
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._layer import Layer
from tricorn.layers._like_input import spec_inside


class RepeatVector(Layer):
    """`(batch, features)` to `(batch, n, features)`.

    Args:
        n: How many times.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: `n` is not a positive integer.
    """

    def __init__(self, n, **kwargs):
        super().__init__(**kwargs)
        self.n = positive_integer(self, "n", n)
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs):
        return ops.repeat(ops.expand_dims(inputs, 1), self.n, axis=1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.n, input_shape[1])

    def compute_output_spec(self, inputs):
        return spec_inside(self, inputs, self.compute_output_shape(inputs.shape))

    def get_config(self):
        return {**super().get_config(), "n": self.n}
