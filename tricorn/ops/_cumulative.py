"""Running sums and products along an axis."""

from __future__ import annotations

import math

import numpy as np

from tricorn.core import rules
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import rank_of, spec
from tricorn.ops._arith import NUMBER, subtract
from tricorn.ops._cast import dtype as dtype_of
from tricorn.ops._compare import not_equal
from tricorn.ops._index import get_item


def _cumulative_rule(x, axis=None, dtype=None):
    if axis is None:
        shape = (None if None in x.shape else math.prod(x.shape),)
    else:
        rules.canonical_axis(axis, len(x.shape))
        shape = x.shape
    return spec(shape, x.dtype if dtype is None else standardize_dtype(dtype))


@op(rule=_cumulative_rule, dtype=NUMBER)
def cumsum(x: Tensor, axis=None, dtype=None):
    """The sum of each element and all before it along `axis`.

    Args:
        x: Tensor of any shape.
        axis: The axis; None flattens `x`.
        dtype: Of the sums; by default that of `x`, int32 for booleans. Small integers may overflow.

    Returns:
        That dtype and the shape of `x`, or flat.

    Raises:
        ValueError: The axis is out of range.

    Example:
        >>> ops.cumsum(np.array([[1, 2], [3, 4]], "int32"), axis=0)
        array([[1, 2],
               [4, 6]], dtype=int32)
    """


@op(rule=_cumulative_rule, dtype=NUMBER)
def cumprod(x: Tensor, axis=None, dtype=None):
    """The product of each element and all before it along `axis`.

    Args:
        x: Tensor of any shape.
        axis: The axis; None flattens `x`.
        dtype: Of the products; by default that of `x`, int32 for booleans. Small integers may overflow.

    Returns:
        That dtype and the shape of `x`, or flat.

    Raises:
        ValueError: The axis is out of range.

    Example:
        >>> ops.cumprod(np.array([1, 2, 3], "int32"))
        array([1, 2, 6], dtype=int32)
    """


def _diff_rule(a, n=1, axis=-1):
    axis = rules.canonical_axis(axis, len(a.shape), "ops.diff")
    if not isinstance(n, (int, np.integer)) or n < 0:
        raise bad_argument("ops.diff", "`n` must be a non-negative integer.", given=repr(n))
    size = None if a.shape[axis] is None else max(0, a.shape[axis] - n)
    return spec((*a.shape[:axis], size, *a.shape[axis + 1 :]), a.dtype)


@op(rule=_diff_rule, checked=True)
def diff(a: Tensor, n=1, axis=-1):
    """The difference of each element and the one before it; of booleans whether they differ.

    Args:
        a: Tensor of any shape but (). Differences of unsigned integers wrap around.
        n: How many times to take differences; 0 gives `a`.
        axis: The axis.

    Returns:
        The dtype of `a`, its shape with `axis` shorter by `n` (not below 0).

    Raises:
        ValueError: A negative `n`, or the axis is out of range.

    Example:
        >>> ops.diff(np.array([1, 2, 4, 7], "int32"))
        array([1, 2, 3], dtype=int32)
    """
    _diff_rule(spec(a.shape, dtype_of(a)), n, axis)
    leading = (slice(None),) * rules.canonical_axis(axis, rank_of(a))
    after, before = (*leading, slice(1, None)), (*leading, slice(None, -1))
    subtracted = not_equal if dtype_of(a) == "bool" else subtract
    for _ in range(n):
        a = subtracted(get_item(a, after), get_item(a, before))
    return a
