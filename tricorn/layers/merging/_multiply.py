"""`Multiply`: the product of several tensors."""

from __future__ import annotations

from tricorn.layers.merging._base_merge import Merge
from tricorn.ops._arith import multiply as multiply_two


class Multiply(Merge):
    """Multiplies the inputs.

    They broadcast to one shape; see `Merge` about ranks.

    Args:
        **kwargs: Of `Layer`.
    """

    def _merge(self, inputs):
        output = inputs[0]
        for other in inputs[1:]:
            output = multiply_two(output, other)
        return output


def multiply(inputs, **kwargs):
    """`Multiply(**kwargs)(inputs)`: the product of the tensors in a list."""
    return Multiply(**kwargs)(inputs)
