"""`Average`: the mean of several tensors."""

from __future__ import annotations

from tricorn.layers.merging._base_merge import Merge
from tricorn.ops._arith import add


class Average(Merge):
    """The mean of the inputs, element by element.

    They broadcast to one shape; see `Merge` about ranks.

    Args:
        **kwargs: Of `Layer`.
    """

    def _merge(self, inputs):
        output = inputs[0]
        for other in inputs[1:]:
            output = add(output, other)
        return output / len(inputs)

    def compute_output_spec(self, inputs):
        return super().compute_output_spec(inputs) / 1


def average(inputs, **kwargs):
    """`Average(**kwargs)(inputs)`: the mean of the tensors in a list."""
    return Average(**kwargs)(inputs)
