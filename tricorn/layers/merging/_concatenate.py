"""`Concatenate`: several tensors side by side."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.merging._base_merge import Merge


class Concatenate(Merge):
    """Joins the inputs along an axis; on all other axes their sizes are equal.

    Args:
        axis: The axis, not the batch axis.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: Sizes differ on another axis, or there is no such axis.
    """

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        if isinstance(axis, bool) or not isinstance(axis, int):
            raise bad_argument(
                self._where(), "`axis` must be an int.", given=f"axis={axis!r}", error=TypeError
            )
        self.axis = axis

    def call(self, inputs):
        return ops.concatenate(inputs, axis=self.axis)

    def _merged_shape(self, shapes):
        rank = len(shapes[0])
        if any(len(shape) != rank for shape in shapes):
            raise bad_argument(self._where(), "the inputs must have one rank.", given=f"shapes {shapes}")
        if not -rank <= self.axis < rank:
            raise bad_argument(self._where(), "`axis` is outside the inputs.", expected=f"in [{-rank}, {rank})",
                               given=f"axis={self.axis}, shapes {shapes}")  # fmt: skip
        axis = self.axis % rank
        merged = list(shapes[0])
        for position in range(rank):
            sizes = [shape[position] for shape in shapes]
            if position == axis:
                merged[position] = None if None in sizes else sum(sizes)
                continue
            known = {size for size in sizes if size is not None}
            if len(known) > 1:
                raise bad_argument(self._where(), f"the inputs differ on axis {position}.",
                                   expected=f"equal sizes on all axes but {axis}",
                                   given=f"shapes {shapes}")  # fmt: skip
            merged[position] = known.pop() if known else None
        return tuple(merged)

    def _joined_masks(self, inputs, masks):
        if all(one is None for one in masks):
            return None
        rank = len(inputs[0].shape)
        parts = []
        for x, one in zip(inputs, masks, strict=True):
            whole = ops.ones_like(x, dtype="bool")
            if one is not None:
                one = ops.cast(one, "bool")
                while len(one.shape) < rank:
                    one = ops.expand_dims(one, -1)
                whole = ops.logical_and(whole, one)
            parts.append(whole)
        return ops.any(ops.concatenate(parts, axis=self.axis), axis=-1)

    def get_config(self):
        return {**super().get_config(), "axis": self.axis}


def concatenate(inputs, axis=-1, **kwargs):
    """`Concatenate(axis, **kwargs)(inputs)`: the tensors in a list, joined along an axis."""
    return Concatenate(axis=axis, **kwargs)(inputs)
