"""`Dot`: the products of two batches of tensors, example by example."""

from __future__ import annotations

import string

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.merging._base_merge import Merge


class Dot(Merge):
    """Sums the products of two inputs over one axis of each, for every example.

    The output has the remaining axes of the first input, then those of the second without its batch axis; with none
    left, one of size 1.

    Args:
        axes: The axis summed over, or one for each input; not the batch axis.
        normalize: Whether the inputs are scaled to length 1 along it before, so that the output is their cosine.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: There are not two inputs, or their sizes on the axes differ.

    Examples:
        >>> Dot(axes=(2, 1))([Input((10, 4)), Input((4, 3))]).shape
        (None, 10, 3)
    """

    def __init__(self, axes, normalize=False, **kwargs):
        super().__init__(**kwargs)
        pair = axes if isinstance(axes, (list, tuple)) else (axes, axes)
        if len(pair) != 2 or not all(isinstance(one, int) and not isinstance(one, bool) for one in pair):
            raise bad_argument(
                self._where(), "`axes` must be an int or two.", given=f"axes={axes!r}", error=TypeError
            )
        self.axes = axes
        self.normalize = normalize
        self._pair = tuple(pair)

    def _checked(self, shapes):
        shapes = super()._checked(shapes)
        if len(shapes) != 2:
            raise bad_argument(
                self._where(), "takes two inputs.", given=f"{len(shapes)} inputs, of shapes {shapes}"
            )
        return shapes

    def _axes_of(self, shapes):
        axes = []
        for axis, shape in zip(self._pair, shapes, strict=True):
            if not -len(shape) < axis < len(shape) or axis == 0:
                raise bad_argument(self._where(), "an axis is the batch axis or outside its input.",
                                   expected=f"in [1, {len(shape)}) or [{1 - len(shape)}, 0)",
                                   given=f"axes={self.axes}, shapes {shapes}")  # fmt: skip
            axes.append(axis % len(shape))
        return axes

    def _merged_shape(self, shapes):
        (first, second), (axis1, axis2) = shapes, self._axes_of(shapes)
        if first[axis1] != second[axis2] and None not in (first[axis1], second[axis2]):
            raise bad_argument(self._where(), "the sizes to be multiplied differ.", expected="equal sizes",
                               given=f"{first[axis1]} and {second[axis2]}, axes {self.axes} of {shapes}")  # fmt: skip
        batch = second[0] if first[0] is None else first[0]
        rest = (*first[1:axis1], *first[axis1 + 1 :], *second[1:axis2], *second[axis2 + 1 :])
        return (batch, *(rest or (1,)))

    def call(self, inputs):
        x1, x2 = inputs
        axis1, axis2 = self._axes_of([x1.shape, x2.shape])
        if self.normalize:
            x1, x2 = _unit(x1, axis1), _unit(x2, axis2)
        letters = iter(string.ascii_letters[2:])
        left = ["a", *(next(letters) for _ in x1.shape[1:])]
        right = ["a", *(next(letters) for _ in x2.shape[1:])]
        left[axis1] = right[axis2] = "b"
        rest = [one for one in (*left[1:], *right[1:]) if one != "b"]
        output = ops.einsum(f"{''.join(left)},{''.join(right)}->a{''.join(rest)}", x1, x2)
        return output if rest else ops.expand_dims(output, -1)

    def compute_mask(self, inputs, mask=None):
        return None

    def get_config(self):
        return {**super().get_config(), "axes": self.axes, "normalize": self.normalize}


def _unit(x, axis):
    """`x` divided by its length along `axis`; zero stays zero."""
    square = ops.sum(x * x, axis=axis, keepdims=True)
    return x * ops.rsqrt(ops.maximum(square, 1e-12))


def dot(inputs, axes=-1, **kwargs):
    """`Dot(axes, **kwargs)(inputs)`: the products of the two tensors in a list, example by example."""
    return Dot(axes=axes, **kwargs)(inputs)
