"""`Maximum`: the largest of several tensors."""

from __future__ import annotations

from tricorn.layers.merging._base_merge import Merge
from tricorn.ops._arith import maximum as maximum_two


class Maximum(Merge):
    """The largest of the inputs, element by element.

    They broadcast to one shape; see `Merge` about ranks.

    Args:
        **kwargs: Of `Layer`.
    """

    def _merge(self, inputs):
        output = inputs[0]
        for other in inputs[1:]:
            output = maximum_two(output, other)
        return output


def maximum(inputs, **kwargs):
    """`Maximum(**kwargs)(inputs)`: the largest of the tensors in a list."""
    return Maximum(**kwargs)(inputs)
