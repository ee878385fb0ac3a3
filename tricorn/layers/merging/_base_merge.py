"""What layers that merge several inputs element by element share."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.dtypes import result_type
from tricorn.core.errors import bad_argument
from tricorn.core.rules import broadcast_shapes
from tricorn.core.symbolic import KerasTensor
from tricorn.layers._layer import Layer
from tricorn.layers._like_input import spec_inside


class Merge(Layer):
    """Merges a list of tensors that broadcast to one shape.

    An input of lower rank than the others gets axes of size 1 after its batch axis. A subclass defines `_merge`.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def _merge(self, inputs):
        raise NotImplementedError

    def build(self, input_shape):
        self._merged_shape(self._checked(input_shape))

    def _checked(self, shapes):
        """The shapes of a list of inputs.

        Raises:
            ValueError: There is no list of them.
        """
        if not isinstance(shapes, (list, tuple)) or not shapes or not isinstance(shapes[0], (list, tuple)):
            raise bad_argument(self._where(), "takes a list of tensors.", expected="[x1, x2, ...]",
                               given=f"input shape {shapes}")  # fmt: skip
        return [tuple(shape) for shape in shapes]

    def _merged_shape(self, shapes):
        rank = max(len(shape) for shape in shapes)
        aligned = [(*shape[:1], *(1,) * (rank - len(shape)), *shape[1:]) for shape in shapes]
        batches = {shape[0] for shape in shapes if shape and shape[0] is not None}
        if len(batches) > 1:
            raise bad_argument(self._where(), "the inputs have different batch sizes.", expected="one size",
                               given=shapes)  # fmt: skip
        try:
            return broadcast_shapes(*aligned)
        except ValueError as error:
            raise bad_argument(self._where(), "the inputs' shapes cannot be merged.",
                               expected="equal sizes, or 1, on each axis", given=shapes) from error  # fmt: skip

    def call(self, inputs):
        ranks = [len(x.shape) for x in inputs]
        if min(ranks) != max(ranks):
            inputs = [_raised(x, max(ranks)) for x in inputs]
        return self._merge(inputs)

    def compute_output_shape(self, input_shape):
        return self._merged_shape(self._checked(input_shape))

    def compute_output_spec(self, inputs):
        if not isinstance(inputs, (list, tuple)):
            self._checked(getattr(inputs, "shape", inputs))
        dtype = result_type(*(spec_inside(self, x).dtype for x in inputs))
        shape = self.compute_output_shape([x.shape for x in inputs])
        return KerasTensor(shape, dtype, record_history=False)

    def compute_mask(self, inputs, mask=None):
        """True where any input has something; None if one has no mask, which means that it has something everywhere."""
        if mask is None or not isinstance(mask, (list, tuple)):
            return None
        if len(mask) != len(inputs):
            raise bad_argument(self._where(), "`mask` must be a list of one mask an input.",
                               expected=f"{len(inputs)} masks", given=f"{len(mask)} masks")  # fmt: skip
        return self._joined_masks(inputs, mask)

    def _joined_masks(self, inputs, masks):
        rank = max((len(one.shape) for one in masks if one is not None), default=0)
        joined = None
        for one in masks:
            if one is None:
                return None
            one = _raised(one, rank)
            joined = one if joined is None else ops.logical_or(joined, one)
        return joined


def _raised(x, rank):
    """`x` with axes of size 1 after the first, up to this rank."""
    while len(x.shape) < rank:
        x = ops.expand_dims(x, 1)
    return x
