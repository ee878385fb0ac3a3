"""`Reshape`: the same elements of each example in another shape."""

from __future__ import annotations

import math

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers._layer import Layer
from tricorn.layers._like_input import spec_inside


class Reshape(Layer):
    """Gives each example another shape.

    Args:
        target_shape: Sizes without the batch axis; one may be -1 and follows from the others.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: More than one size is -1, or the sizes do not fit the input.
    """

    def __init__(self, target_shape, **kwargs):
        super().__init__(**kwargs)
        sizes = (target_shape,) if isinstance(target_shape, int) else tuple(target_shape)
        fits = all(
            hasattr(size, "__index__") and not isinstance(size, bool) and int(size) >= -1 for size in sizes
        )
        if not fits or sizes.count(-1) > 1:
            raise bad_argument(self._where(), "`target_shape` must be sizes, of which one may be -1.",
                               given=f"target_shape={target_shape!r}")  # fmt: skip
        self.target_shape = tuple(int(size) for size in sizes)
        self._has_free = -1 in self.target_shape

    def build(self, input_shape):
        self._resolve(input_shape)

    def _resolve(self, input_shape):
        """The target sizes with -1 resolved to an int, or None where it depends on an unknown size."""
        rest = tuple(input_shape[1:])
        known = math.prod(size for size in self.target_shape if size != -1)
        total = None if None in rest else math.prod(rest)
        if (
            total is not None and (total % known if known else total)
            if self._has_free
            else (total is not None and total != known)
        ):
            raise bad_argument(self._where(), "`target_shape` does not hold the input's elements.",
                               expected=f"{total} elements, of input shape {tuple(input_shape)}",
                               given=f"target_shape={self.target_shape}")  # fmt: skip
        free = None if total is None else (total // known if known else 0)
        return tuple(free if size == -1 else size for size in self.target_shape)

    def call(self, inputs):
        shape = inputs.shape
        batch = ops.shape(inputs)[0] if shape[0] is None else shape[0]
        # An engine cannot find a size by division where there are no elements.
        target = self._resolve(shape) if self._has_free and None not in shape else self.target_shape
        return ops.reshape(inputs, (batch, *target))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self._resolve(input_shape))

    def compute_output_spec(self, inputs):
        return spec_inside(self, inputs, self.compute_output_shape(inputs.shape))

    def get_config(self):
        return {**super().get_config(), "target_shape": self.target_shape}
