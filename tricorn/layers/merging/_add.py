"""`Add`: the sum of several tensors."""

from __future__ import annotations

from tricorn.layers.merging._base_merge import Merge
from tricorn.ops._arith import add as add_two


class Add(Merge):
    """Adds the inputs.

    They broadcast to one shape; see `Merge` about ranks.

    Args:
        **kwargs: Of `Layer`.
    """

    def _merge(self, inputs):
        output = inputs[0]
        for other in inputs[1:]:
            output = add_two(output, other)
        return output


def add(inputs, **kwargs):
    """`Add(**kwargs)(inputs)`: the sum of the tensors in a list."""
    return Add(**kwargs)(inputs)
