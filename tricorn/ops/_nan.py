"""Reductions, running sums and products that leave NaN out, and its replacement.

`axis` is an int, a tuple of ints or None for all axes, and may count from the end; `keepdims` leaves reduced axes in
place with size 1. Integers and booleans hold no NaN: for them these are the plain functions. The gradient at a NaN that
was left out is 0.
"""

from __future__ import annotations

import numpy as np

from tricorn.core import rules
from tricorn.core.arrays import numpy_dtype
from tricorn.core.dtypes import COMPLEX, is_float, standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._arith import (
    NUMBER,
    absolute,
    divide,
    maximum,
    own_dtype,
    part_dtype,
    real_only,
    square,
    subtract,
)
from tricorn.ops._cast import cast, dtype as dtype_of
from tricorn.ops._compare import equal, isnan, logical_not
from tricorn.ops._complex import imag, real, view_as_complex
from tricorn.ops._cumulative import cumprod, cumsum
from tricorn.ops._explog import sqrt
from tricorn.ops._index import where
from tricorn.ops._join import stack
from tricorn.ops._reduce import ACCUMULATE, all, any, argmax, argmin, max, min, prod, sum
from tricorn.ops._reshape import reshape, squeeze

_NAN = float("nan")

#: The input's dtype, which must have an order.
ORDERED = real_only(rules.SAME, own_dtype)
#: Ordered; the result is a position.
POSITION = real_only(rules.INT32, own_dtype)
#: Floats; the result is real.
SPREAD = rules.DTypeRule("SPREAD", rules.FLOAT.compute, part_dtype)


def _holds_nan(x):
    dtype = dtype_of(x)
    return is_float(dtype) or dtype in COMPLEX


def _without_nan(x, value):
    return where(isnan(x), value, x) if _holds_nan(x) else x


def _not_empty(where_, shape, axis):
    """Refuse to look for the largest of no elements."""
    axes = rules.canonical_axes(axis, len(shape), where_)
    if 0 in [shape[one] for one in axes]:
        raise bad_argument(where_, "there is no element to take.", expected="axes to reduce that are not empty",
                           given=f"shape {tuple(shape)}, axis={axis}")  # fmt: skip


def _extreme_rule(x, axis=None, keepdims=False):
    _not_empty("ops.nanmax and ops.nanmin", x.shape, axis)
    return spec(rules.reduce_shape(x.shape, axis, keepdims), x.dtype)


@op(rule=_extreme_rule, dtype=ORDERED)
def nanmax(x: Tensor, axis=None, keepdims=False):
    """The largest element that is not NaN; NaN where all are.

    Args:
        x: Tensor of real numbers, of any shape.
        axis: Axes to reduce.
        keepdims: Whether they stay, with size 1.

    Returns:
        A tensor of the dtype of `x`, of its shape without the reduced axes. The gradient goes to the element found;
        equal ones share it or the first has it, by engine, as for `max`.

    Raises:
        TypeError: `x` is complex.
        ValueError: An axis is out of range, or there is nothing to reduce.

    Example:
        >>> ops.nanmax(np.array([[1.0, np.nan], [np.nan, np.nan]], "float32"), axis=1)
        array([ 1., nan], dtype=float32)
    """
    if not _holds_nan(x):
        return max(x, axis, keepdims)
    _not_empty("ops.nanmax", x.shape, axis)
    missing = isnan(x)
    found = max(where(missing, -np.inf, x), axis, keepdims)
    return where(all(missing, axis, keepdims), _NAN, found)


@op(rule=_extreme_rule, dtype=ORDERED)
def nanmin(x: Tensor, axis=None, keepdims=False):
    """The smallest element that is not NaN; NaN where all are.

    Args:
        x: Tensor of real numbers, of any shape.
        axis: Axes to reduce.
        keepdims: Whether they stay, with size 1.

    Returns:
        A tensor of the dtype of `x`, of its shape without the reduced axes. The gradient is as for `nanmax`.

    Raises:
        TypeError: `x` is complex.
        ValueError: An axis is out of range, or there is nothing to reduce.

    Example:
        >>> ops.nanmin(np.array([[1.0, np.nan, -2.0]], "float32"), axis=1)
        array([-2.], dtype=float32)
    """
    if not _holds_nan(x):
        return min(x, axis, keepdims)
    _not_empty("ops.nanmin", x.shape, axis)
    missing = isnan(x)
    found = min(where(missing, np.inf, x), axis, keepdims)
    return where(all(missing, axis, keepdims), _NAN, found)


def _position_rule(x, axis=None, keepdims=False):
    _not_empty("ops.nanargmax and ops.nanargmin", x.shape, axis)
    if axis is not None:
        axis = rules.canonical_axis(axis, len(x.shape))
    return spec(rules.reduce_shape(x.shape, axis, keepdims), "int32")


def _place_of(x, extreme, axis, keepdims):
    """The first place where `x` equals `extreme` along `axis`; -1 where that is NaN, which equals nothing."""
    place = where(isnan(extreme), -1, argmax(equal(x, extreme), axis, True))
    if keepdims:
        return place
    return reshape(place, ()) if axis is None else squeeze(place, axis)


@op(rule=_position_rule, dtype=POSITION)
def nanargmax(x: Tensor, axis=None, keepdims=False):
    """The position of the largest element that is not NaN, the first of equals; -1 where all are NaN.

    NumPy raises an error where all are NaN, which compiled code cannot; and it may point to NaN where all other elements
    are infinite, which this does not.

    Args:
        x: Tensor of real numbers, of any shape.
        axis: The one axis; None for the position in the flattened `x`.
        keepdims: Whether the axis (or all axes) stay, with size 1.

    Returns:
        An int32 tensor of the shape of `x` without the axis.

    Raises:
        TypeError: `x` is complex, or `axis` is no integer.
        ValueError: The axis is out of range or empty.

    Example:
        >>> ops.nanargmax(np.array([[np.nan, 2.0, 3.0], [np.nan, np.nan, np.nan]]), axis=1)
        array([ 2, -1], dtype=int32)
    """
    if not _holds_nan(x):
        return argmax(x, axis, keepdims)
    return _place_of(x, nanmax(x, axis, True), axis, keepdims)


@op(rule=_position_rule, dtype=POSITION)
def nanargmin(x: Tensor, axis=None, keepdims=False):
    """The position of the smallest element that is not NaN, the first of equals; -1 where all are NaN.

    See `nanargmax` for how this differs from NumPy.

    Args:
        x: Tensor of real numbers, of any shape.
        axis: The one axis; None for the position in the flattened `x`.
        keepdims: Whether the axis (or all axes) stay, with size 1.

    Returns:
        An int32 tensor of the shape of `x` without the axis.

    Raises:
        TypeError: `x` is complex, or `axis` is no integer.
        ValueError: The axis is out of range or empty.

    Example:
        >>> ops.nanargmin(np.array([np.nan, 2.0, 3.0])).item()
        1
    """
    if not _holds_nan(x):
        return argmin(x, axis, keepdims)
    return _place_of(x, nanmin(x, axis, True), axis, keepdims)


@op(rule=rules.reduced(ACCUMULATE))
def nansum(x: Tensor, axis=None, keepdims=False):
    """The sum, with 0 in place of NaN. Booleans are counted; small integers are added up in 32 bits.

    Args:
        x: Tensor of any shape; complex numbers are NaN if a part is.
        axis: Axes to reduce.
        keepdims: Whether they stay, with size 1.

    Returns:
        A tensor of the dtype of `x` (int32 or uint32 for small integers), of its shape without the reduced axes.

    Raises:
        ValueError: An axis is out of range.

    Example:
        >>> ops.nansum(np.array([[1.0, np.nan, 2.0], [np.nan, np.nan, np.nan]], "float32"), axis=1)
        array([3., 0.], dtype=float32)
    """
    return sum(_without_nan(x, 0), axis, keepdims)


@op(rule=rules.reduced(ACCUMULATE))
def nanprod(x: Tensor, axis=None, keepdims=False):
    """The product, with 1 in place of NaN. Small integers are multiplied up in 32 bits.

    Args:
        x: Tensor of any shape; complex numbers are NaN if a part is.
        axis: Axes to reduce.
        keepdims: Whether they stay, with size 1.

    Returns:
        A tensor of the dtype of `x` (int32 or uint32 for small integers), of its shape without the reduced axes.

    Raises:
        ValueError: An axis is out of range.

    Example:
        >>> ops.nanprod(np.array([3.0, np.nan, 2.0])).item()
        6.0
    """
    return prod(_without_nan(x, 1), axis, keepdims)


def _mean(x, present, axis, keepdims):
    """The mean of those elements of `x` that are `present`, where the others are 0.

    Over none it is 0 / 1 made NaN: a division by 0 would make NaN of the gradient too.
    """
    keepdims = bool(keepdims)
    count = cast(maximum(sum(present, axis, keepdims), 1), part_dtype(dtype_of(x)))
    return where(any(present, axis, keepdims), divide(sum(x, axis, keepdims), count), _NAN)


def _widened(x):
    """Half precision is added up in float32."""
    return cast(x, "float32") if dtype_of(x) in ("float16", "bfloat16") else x


def _variance(x, axis, keepdims):
    present = logical_not(isnan(x))
    mean = _mean(where(present, x, 0), present, axis, True)
    deviation = where(present, subtract(x, mean), 0)
    deviation = absolute(deviation) if dtype_of(x) in COMPLEX else deviation
    return _mean(square(deviation), present, axis, keepdims)


@op(rule=rules.reduced(rules.FLOAT))
def nanmean(x: Tensor, axis=None, keepdims=False):
    """The mean of the elements that are not NaN, in floats; NaN where none is left. Half precision is added in float32.

    Args:
        x: Tensor of any shape.
        axis: Axes to reduce.
        keepdims: Whether they stay, with size 1.

    Returns:
        A tensor of the dtype of `x` (floatx for integers), of its shape without the reduced axes.

    Raises:
        ValueError: An axis is out of range.

    Example:
        >>> ops.nanmean(np.array([[1.0, np.nan, 2.0], [np.nan, np.nan, np.nan]], "float32"), axis=1)
        array([1.5, nan], dtype=float32)
    """
    present = logical_not(isnan(x))
    return cast(_mean(where(present, _widened(x), 0), present, axis, keepdims), dtype_of(x))


@op(rule=rules.reduced(SPREAD))
def nanvar(x: Tensor, axis=None, keepdims=False):
    """The population variance mean(|x - mean(x)|^2) of the elements that are not NaN; NaN where none is left.

    Args:
        x: Tensor of any shape.
        axis: Axes to reduce.
        keepdims: Whether they stay, with size 1.

    Returns:
        A real tensor of the dtype of `x` (floatx for integers), of its shape without the reduced axes. Half precision is
        computed in float32.

    Raises:
        ValueError: An axis is out of range.

    Example:
        >>> ops.nanvar(np.array([1.0, np.nan, 3.0])).item()
        1.0
    """
    return cast(_variance(_widened(x), axis, keepdims), part_dtype(dtype_of(x)))


@op(rule=rules.reduced(SPREAD))
def nanstd(x: Tensor, axis=None, keepdims=False):
    """The square root of `nanvar`. Its gradient where all elements are equal is 0.

    Args:
        x: Tensor of any shape.
        axis: Axes to reduce.
        keepdims: Whether they stay, with size 1.

    Returns:
        A real tensor of the dtype of `x` (floatx for integers), of its shape without the reduced axes.

    Raises:
        ValueError: An axis is out of range.

    Example:
        >>> ops.nanstd(np.array([1.0, np.nan, 5.0])).item()
        2.0
    """
    variance = _variance(_widened(x), axis, keepdims)
    is_zero = equal(variance, 0)
    return cast(where(is_zero, 0, sqrt(where(is_zero, 1, variance))), part_dtype(dtype_of(x)))


@op(rule=lambda x, axis=None, dtype=None: cumsum(x, axis, dtype), dtype=NUMBER)
def nancumsum(x: Tensor, axis=None, dtype=None):
    """The running sum along an axis, with 0 in place of NaN.

    Args:
        x: Tensor of any shape.
        axis: The axis; None flattens `x`.
        dtype: Of the sums; by default that of `x`, int32 for booleans. Small integers may overflow.

    Returns:
        A tensor of the shape of `x`, flattened without an axis.

    Raises:
        ValueError: The axis is out of range.

    Example:
        >>> ops.nancumsum(np.array([1.0, np.nan, 2.0], "float32"))
        array([1., 1., 3.], dtype=float32)
    """
    return cumsum(_without_nan(x, 0), axis, dtype if dtype is None else standardize_dtype(dtype))


@op(rule=lambda x, axis=None, dtype=None: cumprod(x, axis, dtype), dtype=NUMBER)
def nancumprod(x: Tensor, axis=None, dtype=None):
    """The running product along an axis, with 1 in place of NaN.

    Args:
        x: Tensor of any shape.
        axis: The axis; None flattens `x`.
        dtype: Of the products; by default that of `x`, int32 for booleans. Small integers may overflow.

    Returns:
        A tensor of the shape of `x`, flattened without an axis.

    Raises:
        ValueError: The axis is out of range.

    Example:
        >>> ops.nancumprod(np.array([3.0, np.nan, 2.0], "float32"))
        array([3., 3., 6.], dtype=float32)
    """
    return cumprod(_without_nan(x, 1), axis, dtype if dtype is None else standardize_dtype(dtype))


def _largest(dtype):
    if dtype == "bfloat16":
        import ml_dtypes

        return float(ml_dtypes.finfo(ml_dtypes.bfloat16).max)
    return float(np.finfo(numpy_dtype(dtype)).max)


@op(rule=rules.like_input(rules.SAME))
def nan_to_num(x: Tensor, nan=0.0, posinf=None, neginf=None):
    """`x` with numbers in place of NaN and infinities; the gradient there is 0. Of complex numbers each part by itself.

    Args:
        x: Tensor of any shape and dtype; integers and booleans stay as they are.
        nan: For NaN.
        posinf: For +inf; None is the largest finite number of the dtype.
        neginf: For -inf; None is the lowest.

    Returns:
        A tensor of the shape and dtype of `x`.

    Example:
        >>> ops.nan_to_num(np.array([np.nan, 1.5, np.inf], "float32"), posinf=9.0)
        array([0. , 1.5, 9. ], dtype=float32)
    """
    dtype = dtype_of(x)
    if dtype in COMPLEX:
        parts = [nan_to_num(part(x), nan, posinf, neginf) for part in (real, imag)]
        return view_as_complex(stack(parts, -1))
    if not is_float(dtype):
        return x
    posinf = _largest(dtype) if posinf is None else posinf
    neginf = -_largest(dtype) if neginf is None else neginf
    finite = where(equal(x, np.inf), posinf, where(equal(x, -np.inf), neginf, x))
    return where(isnan(x), nan, finite)
