"""Norms of vectors and matrices."""

from __future__ import annotations

import math
import numbers

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops import _reduce as reduce
from tricorn.ops._arith import absolute, power, square
from tricorn.ops._cast import cast, dtype
from tricorn.ops._compare import equal, not_equal
from tricorn.ops._explog import sqrt
from tricorn.ops._index import where
from tricorn.ops._linalg import svd
from tricorn.ops._reshape import expand_dims, moveaxis

_OF_MATRICES = ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf)


def _axes(shape, ord, axis):
    """The axes, one or two, over which a norm of order `ord` is taken; None: all, as one vector.

    Raises:
        ValueError: There is no such norm.
    """
    rank = len(shape)
    if axis is None:
        if ord is None:
            return None
        axes = tuple(range(rank))
        if rank not in (1, 2):
            raise bad_argument("ops.norm", "name the axes of an `ord` where there are not one or two.",
                               expected="`axis`, or a tensor of rank 1 or 2", given=f"x {tuple(shape)}, ord={ord!r}",
                               )  # fmt: skip
    else:
        axes = rules.canonical_axes(axis, rank, "ops.norm")
        if len(axes) not in (1, 2):
            raise bad_argument("ops.norm", "`axis` must name one axis or two.", given=f"axis={axis!r}")
    _check_order(ord, len(axes))
    if isinstance(ord, numbers.Real) and ord < 0 and 0 in [shape[one] for one in _compared(ord, axes)]:
        raise bad_argument("ops.norm", "no elements have no smallest.",
                           given=f"x {tuple(shape)}, ord={ord!r}, axis={axis!r}")  # fmt: skip
    return axes


def _compared(ord, axes):
    """The axes of which the largest or smallest is taken."""
    if len(axes) == 1:
        return axes if abs(ord) == math.inf else ()
    return {2: axes, 1: axes[1:], math.inf: axes[:1]}[abs(ord)]


def _check_order(ord, count):
    if ord is None:
        return
    is_number = isinstance(ord, numbers.Real) and not isinstance(ord, bool) and not math.isnan(ord)
    if count == 1 and not is_number:
        raise bad_argument("ops.norm", "vectors have no such norm.", expected="`ord` a number, inf, -inf or None",
                           given=f"ord={ord!r}")  # fmt: skip
    if count == 2 and ((not is_number and not isinstance(ord, str)) or ord not in _OF_MATRICES):
        raise bad_argument("ops.norm", "matrices have no such norm.",
                           expected="`ord` one of None, 'fro', 'nuc', inf, -inf, 1, -1, 2, -2", given=f"ord={ord!r}",
                           )  # fmt: skip


def _norm_rule(x, ord=None, axis=None, keepdims=False):
    return spec(rules.reduce_shape(x.shape, _axes(x.shape, ord, axis), keepdims), x.dtype)


@op(rule=_norm_rule, dtype=rules.FLOAT)
def norm(x: Tensor, ord=None, axis=None, keepdims=False):
    """The norm of vectors or matrices.

    ======  ==========================  ==============================
    ord     vectors                     matrices
    ======  ==========================  ==============================
    None    sqrt(sum(x^2))              sqrt(sum(x^2))
    "fro"                               sqrt(sum(x^2))
    "nuc"                               sum of the singular values
    inf     max(abs(x))                 largest sum(abs(x)) of a row
    -inf    min(abs(x))                 smallest sum(abs(x)) of a row
    0       how many are not 0
    1, -1   as below                    largest, smallest sum of a column
    2, -2   as below                    largest, smallest singular value
    p       sum(abs(x)^p)^(1/p)
    ======  ==========================  ==============================

    The largest of no elements is 0. The gradient at 0, where there is none, is finite. Half precision is computed in
    float32.

    Args:
        x: Any shape.
        ord: See the table.
        axis: One axis: vectors. Two: matrices. None: `x` as one vector if `ord` is None too, else it has rank 1 or 2.
        keepdims: Whether the axes stay, with size 1.

    Returns:
        `x` without the axes; dtype of `x`, floating.

    Raises:
        ValueError: There is no such norm; or the smallest of no elements is asked for.

    Example:
        >>> x = [[3.0, 4.0], [0.0, 0.0]]
        >>> ops.norm(x, axis=-1)
        array([5., 0.], dtype=float32)
        >>> print(ops.norm(x, ord="nuc"), ops.norm(x, ord=1), ops.norm(x, ord=np.inf))
        5.0 4.0 7.0
    """
    axes = _axes(tuple(x.shape), ord, axis)
    name = dtype(x)
    if name in ("float16", "bfloat16"):
        return cast(norm(cast(x, "float32"), ord, axis, keepdims), name)
    if axes is None or len(axes) == 1 or ord in (None, "fro"):
        return _of_vectors(x, 2 if ord in (None, "fro") else ord, axes, keepdims)
    return _of_matrices(x, ord, axes, keepdims)


def _of_vectors(x, ord, axes, keepdims):
    if ord == math.inf:
        return reduce.max(absolute(x), axes, keepdims, _least(x, axes))
    if ord == -math.inf:
        return reduce.min(absolute(x), axes, keepdims)
    if ord == 0:
        return reduce.sum(cast(not_equal(x, 0), dtype(x)), axes, keepdims)
    if ord == 1:
        return reduce.sum(absolute(x), axes, keepdims)
    # Where a root or a power has no derivative, another number stands in for the 0, so that the gradient is 0, not NaN.
    if ord == 2:
        return _without_zero(reduce.sum(square(x), axes, keepdims), sqrt, 0.0)
    powers = _without_zero(absolute(x), lambda size: power(size, ord), 0.0 if ord > 0 else math.inf)
    return _without_zero(
        reduce.sum(powers, axes, keepdims),
        lambda total: power(total, 1 / ord),
        0.0 if ord > 0 else math.inf,
    )


def _least(x, axes):
    """The largest of no elements, where there may be none."""
    return None if all(x.shape[one] for one in axes) else 0.0


def _extreme(sizes, axis, ord):
    """The largest for a positive order, else the smallest."""
    return reduce.max(sizes, axis, initial=_least(sizes, (axis,))) if ord > 0 else reduce.min(sizes, axis)


def _without_zero(x, function, at_zero):
    is_zero = equal(x, 0)
    return where(is_zero, at_zero, function(where(is_zero, 1.0, x)))


def _of_matrices(x, ord, axes, keepdims):
    rows, columns = axes
    if ord in ("nuc", 2, -2):
        values = svd(moveaxis(x, axes, (-2, -1)), compute_uv=False)
        if ord == "nuc":
            found = reduce.sum(values, -1)
        else:
            found = _extreme(values, -1, ord)
    else:
        summed, other = (rows, columns) if abs(ord) == 1 else (columns, rows)
        sums = reduce.sum(absolute(x), summed)
        found = _extreme(sums, other - (summed < other), ord)
    if not keepdims:
        return found
    return expand_dims(found, tuple(sorted(axes)))
