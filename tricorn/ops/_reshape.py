"""Shapes and layouts: the elements stay what they are.

In symbolic calls sizes that follow from the arguments are exact, and the others are None.
"""

from __future__ import annotations

import math

import numpy as np

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import pad_pairs, spec
from tricorn.core.symbolic import standardize_shape


def _product(sizes):
    sizes = tuple(sizes)
    return None if None in sizes else math.prod(sizes)


def _as_sizes(shape):
    return (shape,) if shape is None or isinstance(shape, (int, np.integer)) else tuple(shape)


def _reshape_rule(x, newshape):
    sizes = [None if size is None else int(size) for size in _as_sizes(newshape)]
    free = sizes.count(-1)
    if free > 1 or any(size is not None and size < -1 for size in sizes):
        raise bad_argument(
            "ops.reshape", "at most one size may be -1, and none below.", given=f"newshape={newshape}"
        )
    total, known = _product(x.shape), _product(size for size in sizes if size != -1)
    if total is not None and known is not None:
        fits = (known and total % known == 0) if free else total == known
        if not fits:
            raise bad_argument(
                "ops.reshape",
                "the sizes do not fit the number of elements.",
                expected=f"{total} elements, the product of {x.shape}",
                given=f"newshape={newshape}",
            )
    if free:
        sizes[sizes.index(-1)] = None if total is None or known is None else total // known
    return spec(sizes, x.dtype)


@op(rule=_reshape_rule)
def reshape(x: Tensor, newshape):
    """The same elements, in the same (row-major) order, in another shape.

    Args:
        x: Tensor of any shape.
        newshape: An int or a sequence of sizes; one may be -1, and follows from the others.
    """


def _transpose_rule(x, axes=None):
    rank = len(x.shape)
    order = (
        range(rank - 1, -1, -1) if axes is None else rules.canonical_axes(tuple(axes), rank, "ops.transpose")
    )
    if len(order) != rank:
        raise bad_argument(
            "ops.transpose",
            "`axes` must name every axis once.",
            expected=f"a permutation of {rank} axes",
            given=axes,
        )
    return spec((x.shape[axis] for axis in order), x.dtype)


@op(rule=_transpose_rule)
def transpose(x: Tensor, axes=None):
    """The axes in another order: axis i of the result is axis `axes[i]` of `x`. By default in reverse order."""


def _squeeze_rule(x, axis=None):
    if axis is None:
        return spec((size for size in x.shape if size != 1), x.dtype)
    axes = rules.canonical_axes(axis, len(x.shape), "ops.squeeze")
    if any(x.shape[one] not in (1, None) for one in axes):
        raise bad_argument(
            "ops.squeeze", "only an axis of size 1 can be removed.", given=f"axis={axis}, shape {x.shape}"
        )
    return spec((size for one, size in enumerate(x.shape) if one not in axes), x.dtype)


@op(rule=_squeeze_rule)
def squeeze(x: Tensor, axis=None):
    """Without the axes of size 1, or without those of them that `axis` (an int or a tuple) names."""


def _expand_dims_rule(x, axis):
    count = 1 if isinstance(axis, (int, np.integer)) else len(axis)
    rank = len(x.shape) + count
    axes = rules.canonical_axes(axis, rank, "ops.expand_dims")
    rest = iter(x.shape)
    return spec((1 if one in axes else next(rest) for one in range(rank)), x.dtype)


@op(rule=_expand_dims_rule)
def expand_dims(x: Tensor, axis):
    """With a new axis of size 1 at the position(s) `axis` of the result."""


@op(rule=lambda x: spec((_product(x.shape),), x.dtype))
def ravel(x: Tensor):
    """All elements in one axis, in row-major order."""


def _flip_rule(x, axis=None):
    rules.canonical_axes(axis, len(x.shape), "ops.flip")
    return spec(x.shape, x.dtype)


@op(rule=_flip_rule)
def flip(x: Tensor, axis=None):
    """In reverse order along the axes `axis`; along all of them by default."""


def _moveaxis_rule(x, source, destination):
    rank = len(x.shape)
    sources = rules.canonical_axes(source, rank, "ops.moveaxis")
    destinations = rules.canonical_axes(destination, rank, "ops.moveaxis")
    if len(sources) != len(destinations):
        raise bad_argument("ops.moveaxis", "`source` and `destination` must be equally long.",
                           given=f"{source} and {destination}")  # fmt: skip
    order = [axis for axis in range(rank) if axis not in sources]
    for position, axis in sorted(zip(destinations, sources, strict=True)):
        order.insert(position, axis)
    return spec((x.shape[axis] for axis in order), x.dtype)


@op(rule=_moveaxis_rule)
def moveaxis(x: Tensor, source, destination):
    """With the axes `source` moved to the positions `destination`; the others keep their order."""


def _swapaxes_rule(x, axis1, axis2):
    sizes = list(x.shape)
    one = rules.canonical_axis(axis1, len(sizes), "ops.swapaxes")
    two = rules.canonical_axis(axis2, len(sizes), "ops.swapaxes")
    sizes[one], sizes[two] = sizes[two], sizes[one]
    return spec(sizes, x.dtype)


@op(rule=_swapaxes_rule)
def swapaxes(x: Tensor, axis1, axis2):
    """With two axes exchanged."""


def _broadcast_to_rule(x, shape):
    sizes = standardize_shape(_as_sizes(shape))
    if len(x.shape) > len(sizes) or any(
        old not in (1, None) and new is not None and old != new
        for old, new in zip(reversed(x.shape), reversed(sizes), strict=False)
    ):
        raise bad_argument("ops.broadcast_to", "the input does not broadcast to this shape.",
                           given=f"{x.shape} to {sizes}")  # fmt: skip
    return spec(sizes, x.dtype)


@op(rule=_broadcast_to_rule)
def broadcast_to(x: Tensor, shape):
    """`x` repeated along new axes, and along those of size 1, to the given shape."""


def _tile_rule(x, repeats):
    repeats = _as_sizes(repeats)
    rank = max(len(repeats), len(x.shape))
    repeats = (1,) * (rank - len(repeats)) + tuple(repeats)
    sizes = (1,) * (rank - len(x.shape)) + x.shape
    return spec(
        (None if None in pair else math.prod(pair) for pair in zip(sizes, repeats, strict=True)), x.dtype
    )


@op(rule=_tile_rule)
def tile(x: Tensor, repeats):
    """Copies of `x` side by side: `repeats[i]` of them along axis i, counted from the last."""


def _repeat_rule(x, repeats, axis=None):
    sizes = [_product(x.shape)] if axis is None else list(x.shape)
    axis = 0 if axis is None else rules.canonical_axis(axis, len(sizes), "ops.repeat")
    size = sizes[axis]
    if isinstance(repeats, (list, tuple, np.ndarray)) and np.size(repeats) > 1:
        counts = np.asarray(repeats)
        if size is not None and counts.size != size:
            raise bad_argument("ops.repeat", "give one count, or one for each place on the axis.",
                               expected=f"{size} counts", given=counts.size)  # fmt: skip
        sizes[axis] = int(counts.sum())
    elif isinstance(repeats, (int, np.integer, list, tuple, np.ndarray)):
        sizes[axis] = None if size is None else size * int(np.reshape(repeats, ()))
    else:
        sizes[axis] = None
    return spec(sizes, x.dtype)


@op(rule=_repeat_rule)
def repeat(x: Tensor, repeats, axis=None):
    """Each place along `axis` several times in a row: `repeats` is one count, or one for each place.

    With `axis=None` the input is flattened first.
    """


def _roll_rule(x, shift, axis=None):
    rules.canonical_axes(axis, len(x.shape), "ops.roll")
    return spec(x.shape, x.dtype)


@op(rule=_roll_rule)
def roll(x: Tensor, shift, axis=None):
    """Elements moved on by `shift` places along `axis`; those that leave at the end enter at the beginning.

    With `axis=None` the elements move through the flattened tensor.
    """


def _pad_rule(x, pad_width, mode="constant", constant_values=None):
    if mode not in ("constant", "reflect", "symmetric", "edge", "wrap"):
        raise bad_argument("ops.pad", "unknown mode.", expected="constant, reflect, symmetric, edge or wrap",
                           given=repr(mode))  # fmt: skip
    if constant_values is not None and mode != "constant":
        raise bad_argument(
            "ops.pad", "`constant_values` belongs to mode='constant' only.", given=f"mode={mode!r}"
        )
    pairs = pad_pairs(pad_width, len(x.shape))
    return spec(
        (None if n is None else n + sum(pair) for n, pair in zip(x.shape, pairs, strict=True)), x.dtype
    )


@op(rule=_pad_rule)
def pad(x: Tensor, pad_width, mode="constant", constant_values=None):
    """With a border.

    Args:
        x: Tensor of any shape.
        pad_width: Widths: an int, a pair `(before, after)`, or one pair per axis.
        mode: `"constant"`; `"reflect"` (mirrored, without the border element), `"symmetric"` (mirrored, with it),
            `"edge"` (the border element repeated), `"wrap"` (from the other end).
        constant_values: A number, 0 by default; for mode `"constant"` only.
    """
