"""`Minimum`: the smallest of several tensors."""

from __future__ import annotations

from tricorn.layers.merging._base_merge import Merge
from tricorn.ops._arith import minimum as minimum_two


class Minimum(Merge):
    """The smallest of the inputs, element by element.

    They broadcast to one shape; see `Merge` about ranks.

    Args:
        **kwargs: Of `Layer`.
    """

    def _merge(self, inputs):
        output = inputs[0]
        for other in inputs[1:]:
            output = minimum_two(output, other)
        return output


def minimum(inputs, **kwargs):
    """`Minimum(**kwargs)(inputs)`: the smallest of the tensors in a list."""
    return Minimum(**kwargs)(inputs)
