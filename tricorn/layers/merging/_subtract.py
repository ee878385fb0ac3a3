"""`Subtract`: the difference of two tensors."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.layers.merging._base_merge import Merge
from tricorn.ops._arith import subtract as subtract_two


class Subtract(Merge):
    """The first input minus the second.

    Args:
        **kwargs: Of `Layer`.

    Raises:
        ValueError: There are not two inputs.
    """

    def _checked(self, shapes):
        shapes = super()._checked(shapes)
        if len(shapes) != 2:
            raise bad_argument(
                self._where(), "takes two inputs.", given=f"{len(shapes)} inputs, of shapes {shapes}"
            )
        return shapes

    def _merge(self, inputs):
        return subtract_two(inputs[0], inputs[1])


def subtract(inputs, **kwargs):
    """`Subtract(**kwargs)(inputs)`: the difference of the two tensors in a list."""
    return Subtract(**kwargs)(inputs)
