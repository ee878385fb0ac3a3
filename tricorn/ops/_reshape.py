"""Shapes and layouts: the elements stay what they are.

In symbolic calls sizes that follow from the arguments are exact, and the others are None.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import pad_pairs, spec
from tricorn.core.symbolic import Dim, KerasTensor, standardize_shape
from tricorn.ops._cast import convert_to_tensor, dtype as dtype_of, shape as shape_of


def _product(sizes):
    sizes = tuple(sizes)
    return None if None in sizes else math.prod(sizes)


def _as_sizes(shape):
    if isinstance(shape, (str, bytes)):
        raise bad_argument(
            "sizes", "text is not a size.", expected="integers", given=repr(shape), error=TypeError
        )
    return (shape,) if shape is None or isinstance(shape, (int, np.integer)) else tuple(shape)


def _factors(sizes, tensor=None):
    """Of a product of sizes its known number and a count of the unknown ones; those of `tensor` are None in `sizes`."""
    number, others = 1, Counter()
    for axis, size in enumerate(sizes):
        if size is None:
            others[id(tensor), axis if tensor is not None else object()] += 1
        elif isinstance(size, Dim):
            one, more = size.factors()
            number *= one
            others.update(more)
        else:
            number *= size
    return number, others


def _reshape_rule(x, newshape):
    shape = tuple(x.shape) if hasattr(x, "shape") else np.shape(x)
    sizes = [size if size is None or isinstance(size, Dim) else int(size) for size in _as_sizes(newshape)]
    places = [place for place, size in enumerate(sizes) if isinstance(size, int) and size == -1]
    if len(places) > 1 or any(isinstance(size, int) and size < -1 for size in sizes):
        raise bad_argument(
            "ops.reshape", "at most one size may be -1, and none below.", given=f"newshape={newshape}"
        )
    total, unknown = _factors(shape, x)
    known, given = _factors([size for place, size in enumerate(sizes) if place not in places])
    if unknown == given:  # unknown sizes that stand on both sides cancel
        if (known == 0 or total % known) if places else total != known:
            raise bad_argument("ops.reshape", "the sizes do not fit the number of elements.", given=f"newshape={newshape}",
                               expected=f"{total} elements, the product of {shape}")  # fmt: skip
        if places:
            sizes[places[0]] = total // known
    sizes = [size if isinstance(size, int) and size != -1 else None for size in sizes]
    return spec(sizes, dtype_of(x))


_reshape_rule.takes_arguments = True


@op(rule=_reshape_rule)
def reshape(x: Tensor, newshape):
    """The same elements, in the same (row-major) order, in another shape.

    Args:
        x: Tensor of any shape.
        newshape: An int or a sequence of sizes; one may be -1, and follows from the others.

    Returns:
        A tensor of the dtype of `x`.

    Raises:
        ValueError: The sizes do not fit the number of elements, or more than one is -1.

    Example:
        >>> ops.reshape(np.array([1, 2, 3, 4], "int32"), (2, -1))
        array([[1, 2],
               [3, 4]], dtype=int32)
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
    """The axes in another order.

    Args:
        x: Tensor of any shape.
        axes: Axis i of the result is axis `axes[i]` of `x`; by default the order is reversed.

    Returns:
        A tensor of the dtype of `x`.

    Raises:
        ValueError: `axes` does not name every axis once.

    Example:
        >>> ops.transpose(np.array([[1, 2], [3, 4]], "int32"))
        array([[1, 3],
               [2, 4]], dtype=int32)
    """


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
    """Without axes of size 1.

    Args:
        x: Tensor of any shape.
        axis: Which: an int or a tuple; None: all that have size 1.

    Returns:
        A tensor of the dtype of `x`.

    Raises:
        ValueError: A named axis has another size, or is out of range.

    Example:
        >>> ops.squeeze(np.array([[1, 2]], "int32"))
        array([1, 2], dtype=int32)
    """


def _expand_dims_rule(x, axis):
    count = 1 if isinstance(axis, (int, np.integer)) else len(axis)
    rank = len(x.shape) + count
    axes = rules.canonical_axes(axis, rank, "ops.expand_dims")
    rest = iter(x.shape)
    return spec((1 if one in axes else next(rest) for one in range(rank)), x.dtype)


@op(rule=_expand_dims_rule)
def expand_dims(x: Tensor, axis):
    """With new axes of size 1.

    Args:
        x: Tensor of any shape.
        axis: Where they stand in the result: an int or a sequence of ints.

    Returns:
        A tensor of the dtype of `x`.

    Raises:
        ValueError: A place is out of range, or named twice.

    Example:
        >>> ops.expand_dims(np.array([1, 2], "int32"), 0)
        array([[1, 2]], dtype=int32)
    """


@op(rule=lambda x: spec((_product(x.shape),), x.dtype))
def ravel(x: Tensor):
    """All elements in one axis, in row-major order.

    Args:
        x: Tensor of any shape.

    Returns:
        A vector of the dtype of `x`.

    Example:
        >>> ops.ravel(np.array([[1, 2], [3, 4]], "int32"))
        array([1, 2, 3, 4], dtype=int32)
    """


def _flip_rule(x, axis=None):
    rules.canonical_axes(axis, len(x.shape), "ops.flip")
    return spec(x.shape, x.dtype)


@op(rule=_flip_rule)
def flip(x: Tensor, axis=None):
    """In reverse order along axes.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all.

    Returns:
        A tensor like `x`.

    Raises:
        ValueError: An axis is out of range, or named twice.

    Example:
        >>> ops.flip(np.array([[1, 2], [3, 4]], "int32"), axis=1)
        array([[2, 1],
               [4, 3]], dtype=int32)
    """


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
    """With some axes moved to other places; the others keep their order.

    Args:
        x: Tensor of any shape.
        source: Axes: an int or a sequence of ints.
        destination: Where each stands in the result.

    Returns:
        A tensor of the dtype of `x`.

    Raises:
        ValueError: Not as many places as axes, one out of range, or one named twice.

    Example:
        >>> ops.moveaxis(np.zeros((2, 3, 4)), 0, -1).shape
        (3, 4, 2)
    """


def _swapaxes_rule(x, axis1, axis2):
    sizes = list(x.shape)
    one = rules.canonical_axis(axis1, len(sizes), "ops.swapaxes")
    two = rules.canonical_axis(axis2, len(sizes), "ops.swapaxes")
    sizes[one], sizes[two] = sizes[two], sizes[one]
    return spec(sizes, x.dtype)


@op(rule=_swapaxes_rule)
def swapaxes(x: Tensor, axis1, axis2):
    """With two axes exchanged.

    Args:
        x: Tensor of any shape.
        axis1, axis2: The axes.

    Returns:
        A tensor of the dtype of `x`.

    Raises:
        ValueError: An axis is out of range.

    Example:
        >>> ops.swapaxes(np.zeros((2, 3, 4)), 0, 2).shape
        (4, 3, 2)
    """


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
    """Repeated along new leading axes, and along those of size 1.

    Args:
        x: Tensor of any shape.
        shape: Sizes of the result: an int or a sequence of ints.

    Returns:
        A tensor of that shape and the dtype of `x`.

    Raises:
        ValueError: `x` does not broadcast to this shape.

    Example:
        >>> ops.broadcast_to(np.array([1, 2], "int32"), (2, 2))
        array([[1, 2],
               [1, 2]], dtype=int32)
    """


def _tile_rule(x, repeats):
    repeats = _as_sizes(repeats)
    rank = max(len(repeats), len(x.shape))
    repeats = (1,) * (rank - len(repeats)) + tuple(repeats)
    if any(isinstance(one, (int, np.integer)) and one < 0 for one in repeats):
        raise bad_argument("ops.tile", "a number of copies cannot be negative.", given=f"repeats={repeats}")
    sizes = (1,) * (rank - len(x.shape)) + x.shape
    return spec(
        (None if None in pair else math.prod(pair) for pair in zip(sizes, repeats, strict=True)), x.dtype
    )


@op(rule=_tile_rule, checked=True)
def tile(x: Tensor, repeats):
    """Copies side by side.

    Args:
        x: Tensor of any shape.
        repeats: How many along each axis, counted from the last; an int or a sequence of ints. The shorter of `repeats` and
            the shape is filled up with leading ones.

    Returns:
        A tensor of the dtype of `x`.

    Raises:
        ValueError: A negative number.

    Example:
        >>> ops.tile(np.array([1, 2], "int32"), 2)
        array([1, 2, 1, 2], dtype=int32)
    """


def _repeat_rule(x, repeats, axis=None):
    sizes = [_product(x.shape)] if axis is None else list(x.shape)
    axis = 0 if axis is None else rules.canonical_axis(axis, len(sizes), "ops.repeat")
    size = sizes[axis]
    if isinstance(repeats, (int, np.integer, list, tuple, np.ndarray)) and np.any(np.asarray(repeats) < 0):
        raise bad_argument("ops.repeat", "a number of repetitions cannot be negative.", given=repr(repeats))
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
    """Each element, or each slice along an axis, several times in a row.

    Args:
        x: Tensor of any shape.
        repeats: How often: one number, or one for each place on the axis.
        axis: The axis; None flattens `x` first.

    Returns:
        A tensor of the dtype of `x`.

    Raises:
        ValueError: A negative number, not one for each place, or the axis is out of range.

    Example:
        >>> ops.repeat(np.array([1, 2], "int32"), [1, 3])
        array([1, 2, 2, 2], dtype=int32)
    """


def _roll_rule(x, shift, axis=None):
    axes = (axis,) if axis is None or isinstance(axis, (int, np.integer)) else tuple(axis)
    for one in axes:
        if one is not None:
            rules.canonical_axis(one, len(x.shape), "ops.roll")
    if isinstance(shift, (list, tuple)) and len(shift) != len(axes) and 1 not in (len(shift), len(axes)):
        raise bad_argument(
            "ops.roll", "`shift` and `axis` must be equally long.", given=f"shift={shift}, axis={axis}"
        )
    return spec(x.shape, x.dtype)


@op(rule=_roll_rule)
def roll(x: Tensor, shift, axis=None):
    """Moved on along axes; what leaves at the end enters at the beginning.

    Args:
        x: Tensor of any shape.
        shift: By how many places; may be negative. One number, or one for each axis.
        axis: An axis or several; None moves elements through the flattened tensor.

    Returns:
        A tensor like `x`.

    Raises:
        ValueError: An axis is out of range, or not as many shifts as axes.

    Example:
        >>> ops.roll(np.array([1, 2, 3], "int32"), 1)
        array([3, 1, 2], dtype=int32)
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

    Returns:
        A tensor of the dtype of `x`.

    Raises:
        ValueError: Widths that do not fit or are negative, an unknown mode, or a constant for another mode.

    Example:
        >>> ops.pad(np.array([1, 2], "int32"), (1, 2))
        array([0, 1, 2, 0, 0], dtype=int32)
    """


def _least_rank(x, least, where):
    if len(x.shape) < least:
        raise bad_argument(where, "the input has too few axes.", expected=f"at least {least}",
                           given=f"shape {tuple(x.shape)}")  # fmt: skip


def _fliplr_rule(x):
    _least_rank(x, 2, "ops.fliplr")
    return spec(x.shape, x.dtype)


@op(rule=_fliplr_rule)
def fliplr(x: Tensor):
    """The columns (second axis) in reverse order.

    Args:
        x: Tensor of at least two axes.

    Returns:
        A tensor like `x`.

    Raises:
        ValueError: `x` has less than two axes.

    Example:
        >>> ops.fliplr(np.array([[1, 2], [3, 4]], "int32"))
        array([[2, 1],
               [4, 3]], dtype=int32)
    """
    _least_rank(x, 2, "ops.fliplr")
    return flip(x, 1)


def _flipud_rule(x):
    _least_rank(x, 1, "ops.flipud")
    return spec(x.shape, x.dtype)


@op(rule=_flipud_rule)
def flipud(x: Tensor):
    """The rows (first axis) in reverse order.

    Args:
        x: Tensor of at least one axis.

    Returns:
        A tensor like `x`.

    Raises:
        ValueError: `x` has no axis.

    Example:
        >>> ops.flipud(np.array([[1, 2], [3, 4]], "int32"))
        array([[3, 4],
               [1, 2]], dtype=int32)
    """
    _least_rank(x, 1, "ops.flipud")
    return flip(x, 0)


def _rot90_rule(array, k=1, axes=(0, 1)):
    if len(axes) != 2:
        raise bad_argument("ops.rot90", "`axes` must name two axes.", given=axes)
    first, second = rules.canonical_axes(tuple(axes), len(array.shape), "ops.rot90")
    sizes = list(array.shape)
    if k % 2:
        sizes[first], sizes[second] = sizes[second], sizes[first]
    return spec(sizes, array.dtype)


@op(rule=_rot90_rule)
def rot90(array: Tensor, k=1, axes=(0, 1)):
    """Turned by 90 degrees, `k` times, in the plane of two axes.

    Args:
        array: Tensor of at least two axes.
        k: How many quarter turns; negative ones turn back.
        axes: Two axes; the turn goes from the first towards the second.

    Returns:
        A tensor of the dtype of `array`, with the sizes of the two axes exchanged if `k` is odd.

    Raises:
        ValueError: `axes` are not two different axes of `array`.

    Example:
        >>> ops.rot90(np.array([[1, 2], [3, 4]], "int32"))
        array([[2, 4],
               [1, 3]], dtype=int32)
    """
    _rot90_rule(spec(array.shape, dtype_of(array)), k, axes)
    first, second = axes
    turns = k % 4
    if turns == 0:
        return array
    if turns == 2:
        return flip(array, (first, second))
    if turns == 1:
        return swapaxes(flip(array, second), first, second)
    return flip(swapaxes(array, first, second), second)


@op(rule=lambda x: spec((), "int32"), keras_class="Size")
def size_of(x: Tensor):
    """The number of elements as an int32 scalar."""
    return convert_to_tensor(_counted(x), "int32")


def size(x):
    """The number of elements.

    Args:
        x: Tensor of any shape.

    Returns:
        An int; an int32 scalar tensor where a size is known only when the program runs.

    Example:
        >>> ops.size(np.zeros((2, 3)))
        6
    """
    if isinstance(x, KerasTensor) and None in x.shape:
        return size_of(x)
    return _counted(x)


def _counted(x):
    return math.prod(shape_of(x))
