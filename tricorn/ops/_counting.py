"""Histograms, counts and sets: how often values occur, and which."""

from __future__ import annotations

import math

import numpy as np

from tricorn.core import rules
from tricorn.core.dtypes import result_type
from tricorn.core.errors import NotSupportedError, bad_argument
from tricorn.core.op import Index, Tensor, op
from tricorn.core.shapes import rank_of, spec
from tricorn.core.symbolic import KerasTensor
from tricorn.ops._arith import NUMBER, add, maximum, multiply, subtract
from tricorn.ops._cast import cast, convert_to_tensor, dtype, shape
from tricorn.ops._compare import equal, greater, isnan, less, logical_and, logical_not, logical_or, not_equal
from tricorn.ops._create import arange, full_like, linspace, ones_like, zeros
from tricorn.ops._cumulative import cumsum
from tricorn.ops._index import argsort, get_item, scatter, searchsorted, sort, take, where
from tricorn.ops._join import concatenate
from tricorn.ops._reduce import any as reduce_any, max as reduce_max, min as reduce_min, sum as reduce_sum
from tricorn.ops._reshape import expand_dims, flip, moveaxis, pad, ravel, reshape
from tricorn.ops._sparse import to_sparse


def _edges(bins):
    """Explicit edges as a float64 array; None if `bins` is a number of bins."""
    if isinstance(bins, (int, np.integer)) and not isinstance(bins, bool):
        if bins < 1:
            raise bad_argument("ops.histogram", "there must be at least one bin.", given=f"bins={bins}")
        return None
    try:
        edges = np.asarray(bins, np.float64)
    except (TypeError, ValueError):
        edges = np.empty(())
    if edges.ndim != 1 or edges.size < 2 or np.any(np.diff(edges) < 0):
        raise bad_argument("ops.histogram", "`bins` is a number of bins, or their edges in ascending order.",
                           expected="an integer, or a vector of at least two edges", given=repr(bins))  # fmt: skip
    return edges


def _limits(range):
    if range is None:
        return None
    low, high = (float(limit) for limit in range)
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise bad_argument("ops.histogram", "`range` must be two finite numbers in ascending order.",
                           given=repr(range))  # fmt: skip
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _histogram_rule(x, bins=10, range=None):
    edges = _edges(bins)
    _limits(range)
    count = int(bins) if edges is None else edges.size - 1
    return spec((count,), x.dtype), spec((count + 1,), x.dtype)


@op(rule=_histogram_rule, dtype=rules.FLOAT)
def histogram(x: Tensor, bins=10, range=None):
    """How many elements lie in each bin: `(counts, edges)`.

    A bin holds its left edge and not its right one, but the last bin holds both. Elements outside all bins, and NaNs,
    are not counted.

    Args:
        x: Tensor of any shape; integers are cast to floatx.
        bins: A number of bins of equal width, or the edges in ascending order.
        range: The first and the last edge; by default the smallest and the largest element (both moved by 0.5 if they
            are equal; 0 and 1 without elements). Not used with given edges.

    Returns:
        Counts (bins,) and edges (bins + 1,), both floats of the dtype of `x`.

    Raises:
        ValueError: No bin, edges that descend, or a range that is not finite or descends.

    Example:
        >>> ops.histogram(np.array([1.0, 2.0, 2.5, 3.0], "float32"), bins=2)
        (array([1., 3.], dtype=float32), array([1., 2., 3.], dtype=float32))
    """
    kept = dtype(x)
    flat = ravel(cast(x, "float32") if kept in ("float16", "bfloat16") else x)
    edges, limits = _edges(bins), _limits(range)
    if edges is None and limits is None:
        limits = (0.0, 1.0) if flat.shape[0] == 0 else _found_limits(flat)
    if edges is None:
        edges = linspace(*(convert_to_tensor(limit, dtype(flat)) for limit in limits), int(bins) + 1)
    edges = convert_to_tensor(edges, dtype(flat))
    count = edges.shape[0] - 1
    # Bin k + 1 of these is the k-th; the first and the last hold what is outside. NaN sorts behind all edges.
    place = searchsorted(edges, flat, "right")
    place = where(equal(flat, get_item(edges, -1)), count, place)
    counts = scatter(expand_dims(place, -1), ones_like(place), (count + 2,))
    return cast(get_item(counts, slice(1, -1)), kept), cast(edges, kept)


def _found_limits(flat):
    low, high = reduce_min(flat), reduce_max(flat)
    is_none = greater(low, high)  # of no elements, where the engine knows their number only now
    low, high = where(is_none, 0.0, low), where(is_none, 1.0, high)
    half = where(equal(low, high), 0.5, 0.0)
    return subtract(low, half), add(high, half)


def _bincount_rule(x, weights=None, minlength=0, sparse=False):
    if len(x.shape) not in (1, 2):
        raise bad_argument(
            "ops.bincount", "the input must be a vector or a matrix.", given=f"shape {x.shape}"
        )
    if "float" in x.dtype or "complex" in x.dtype:
        raise bad_argument(
            "ops.bincount", "only integers can be counted.", given=f"dtype {x.dtype}", error=TypeError
        )
    if not isinstance(minlength, (int, np.integer)) or minlength < 0:
        raise bad_argument(
            "ops.bincount", "`minlength` must be a non-negative integer.", given=repr(minlength)
        )
    counted = (*x.shape[:-1], None)
    if weights is None:
        return KerasTensor(counted, "int32", sparse=bool(sparse), record_history=False)
    if len(weights.shape) != len(x.shape) or any(
        one != other and None not in (one, other) for one, other in zip(x.shape, weights.shape, strict=True)
    ):
        raise bad_argument("ops.bincount", "`weights` must have the shape of `x`.", expected=f"{x.shape}",
                           given=f"{weights.shape}")  # fmt: skip
    return KerasTensor(counted, weight_dtype(weights.dtype), sparse=bool(sparse), record_history=False)


def weight_dtype(name):
    """In which dtype weights are added up."""
    return result_type(name, "int32") if "float" not in name else name


@op(rule=_bincount_rule)
def bincount(x: Index, weights: Index | None = None, minlength=0, sparse=False):
    """How often each of the numbers 0, 1, 2 ... occurs, or the sum of the weights that stand with it.

    The length of the result depends on the values, so JAX cannot compile it; there `ops.segment_sum` with a number of
    segments does the same.

    Args:
        x: Integers (n,), or (batch, n), counted row by row. None may be negative.
        weights: Numbers of the shape of `x`.
        minlength: Least length of the result.
        sparse: Whether the result is a sparse tensor (JAX and TensorFlow).

    Returns:
        (length,) or (batch, length), where the length is max(x) + 1 or `minlength`, whichever is larger. Counts are
        int32; sums have the dtype of `weights`, small integers are added up in 32 bits.

    Raises:
        ValueError: A negative number, another rank, weights of another shape, or a negative `minlength`.
        TypeError: `x` has floats.

    Example:
        >>> ops.bincount(np.array([1, 2, 2, 4], "int32"), minlength=6)
        array([0, 1, 2, 0, 1, 0], dtype=int32)
    """
    _bincount_rule(_like(x), None if weights is None else _like(weights), minlength, sparse)
    x = cast(x, "int32") if dtype(x) != "int64" else x
    lowest = _as_size(reduce_min(x, initial=0))
    if isinstance(lowest, int) and lowest < 0:
        raise bad_argument("ops.bincount", "a negative number cannot be counted.", given=lowest)
    size = _as_size(maximum(add(reduce_max(x, initial=-1), 1), int(minlength)))
    counted = ones_like(x, "int32") if weights is None else cast(weights, weight_dtype(dtype(weights)))
    rows = 1
    if rank_of(x) == 2:
        rows = shape(x)[0]
        x = add(x, expand_dims(multiply(arange(rows, dtype=dtype(x)), size), 1))
    sums = scatter(reshape(x, (-1, 1)), reshape(counted, (-1,)), (rows * size,))
    sums = reshape(sums, (rows, size)) if rank_of(x) == 2 else sums
    return to_sparse(sums) if sparse else sums


def _like(x):
    return spec(x.shape, dtype(x))


#: Compared in the common dtype; the result is int32.
_POSITION = rules.DTypeRule("POSITION", NUMBER.compute, rules.INT32.result)


def _digitize_rule(x, bins):
    if len(bins.shape) != 1:
        raise bad_argument("ops.digitize", "`bins` must be a vector.", given=f"shape {bins.shape}")
    return spec(x.shape, "int32")


@op(rule=_digitize_rule, dtype=_POSITION)
def digitize(x: Tensor, bins: Tensor):
    """In which bin each element lies: the number i for which bins[i - 1] <= x < bins[i].

    0 below all edges, len(bins) above them and for NaN. For edges that descend: bins[i - 1] > x >= bins[i], and 0 for
    NaN.

    Args:
        x: Tensor of any shape.
        bins: Edges (n,), in ascending or descending order.

    Returns:
        int32 of the shape of `x`.

    Raises:
        ValueError: `bins` is no vector.

    Example:
        >>> ops.digitize(np.array([0.2, 6.4, 3.0], "float32"), np.array([0.0, 1.0, 3.0, 10.0], "float32"))
        array([1, 3, 3], dtype=int32)
    """
    size = shape(bins)[0]
    if isinstance(size, int) and size < 2:
        return searchsorted(bins, x, "right")
    descends = less(get_item(bins, -1), get_item(bins, 0))
    found = searchsorted(where(descends, flip(bins), bins), x, "right")
    return where(descends, subtract(size, found), found)


def _unique_rule(x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, size=None,
                 fill_value=None):  # fmt: skip
    if size is not None and (not isinstance(size, (int, np.integer)) or size < 0):
        raise bad_argument("ops.unique", "`size` must be a non-negative integer.", given=repr(size))
    size = None if size is None else int(size)
    if axis is None:
        values, inverse = (size,), x.shape
    else:
        axis = rules.canonical_axis(axis, len(x.shape), "ops.unique")
        values, inverse = (*x.shape[:axis], size, *x.shape[axis + 1 :]), (x.shape[axis],)
    wanted = [spec(values, x.dtype)]
    wanted += [spec((size,), "int32")] * return_index
    wanted += [spec(inverse, "int32")] * return_inverse
    wanted += [spec((size,), "int32")] * return_counts
    return wanted[0] if len(wanted) == 1 else tuple(wanted)


@op(rule=_unique_rule, checked=True)
def unique(x: Tensor, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, size=None,
           fill_value=None):  # fmt: skip
    """The distinct elements, in ascending order. All NaNs count as one.

    Their number depends on the values, so JAX compiles it only with `size`.

    Args:
        x: Tensor of any shape.
        sorted: Accepted; the result is always sorted.
        return_index: Whether to return where each was found first, in the flattened `x` or along `axis`.
        return_inverse: Whether to return for each element of `x` its place in the result.
        return_counts: Whether to return how often each occurs.
        axis: An axis whose slices are compared as a whole, in lexicographic order; None compares elements.
        size: Makes the number of values fixed: more are cut off (`inverse` still refers to all of them), fewer are
            filled up.
        fill_value: With what; by default with the first value.

    Returns:
        The values, (n,) or as `x` with n on `axis`; if more is asked for the tuple `(values, index, inverse, counts)`
        of what is wanted, int32: (n,), the shape of `x` (with an axis its size), (n,).

    Raises:
        ValueError: A negative `size`, or the axis is out of range.

    Example:
        >>> ops.unique(np.array([3, 1, 3, 2], "int32"), return_counts=True)
        (array([1, 2, 3], dtype=int32), array([1, 1, 2], dtype=int32))
    """
    _unique_rule(_like(x), sorted, return_index, return_inverse, return_counts, axis, size, fill_value)
    rows = ravel(x) if axis is None else moveaxis(x, axis, 0)
    length = shape(rows)[0]
    if isinstance(length, int) and length == 0:
        return _unique_of_nothing(
            x, rows, return_index, return_inverse, return_counts, axis, size, fill_value
        )
    order = argsort(rows) if axis is None else _lexicographic_order(rows)
    ordered = take(rows, order, 0)
    is_new = _differ_from_the_one_before(ordered)
    group = subtract(cumsum(cast(is_new, "int32"), 0), 1)
    found = reduce_sum(cast(is_new, "int32"))
    slots = arange(_as_size(found) if size is None else int(size), dtype="int32")
    is_used = less(slots, found)
    # The slots beyond the last value show the first one.
    start = where(is_used, searchsorted(group, slots, "left"), 0)
    values = take(ordered, start, 0)
    if fill_value is not None and size is not None:
        used = reshape(is_used, (-1,) + (1,) * (rank_of(rows) - 1))
        values = where(used, values, cast(convert_to_tensor(fill_value), dtype(x)))
    results = [values if axis is None else moveaxis(values, 0, axis)]
    if return_index:
        results.append(take(order, start, 0))
    if return_inverse:
        inverse = scatter(expand_dims(order, -1), group, (length,))
        results.append(reshape(inverse, shape(x)) if axis is None else inverse)
    if return_counts:
        results.append(where(is_used, subtract(searchsorted(group, slots, "right"), start), 0))
    return results[0] if len(results) == 1 else tuple(results)


def _as_size(found):
    try:
        return int(found)
    except TypeError:
        return found  # inside a traced function


def _lexicographic_order(rows):
    """The order that sorts rows by their first element, then by the second ..."""
    columns = reshape(rows, (shape(rows)[0], -1)) if 0 not in rows.shape[1:] else rows[:, :0]
    if columns.shape[1] is None:
        raise NotSupportedError(
            "ops.unique(axis=...) in a traced function needs to know the sizes of the slices."
        )
    order = arange(shape(rows)[0], dtype="int32")
    for column in reversed(range(columns.shape[1])):
        order = take(order, argsort(take(get_item(columns, (slice(None), column)), order, 0)), 0)
    return order


def _differ_from_the_one_before(ordered):
    one, other = get_item(ordered, slice(1, None)), get_item(ordered, slice(None, -1))
    differ = not_equal(one, other)
    if "float" in dtype(ordered):
        differ = logical_and(differ, logical_not(logical_and(isnan(one), isnan(other))))
    first = equal(get_item(ordered, slice(None, 1)), 0)
    is_new = concatenate([logical_or(first, True), differ], 0)
    rank = rank_of(ordered)
    return is_new if rank == 1 else reduce_any(is_new, tuple(range(1, rank)))


def _unique_of_nothing(x, rows, return_index, return_inverse, return_counts, axis, size, fill_value):
    size = 0 if size is None else int(size)
    values = zeros((size, *rows.shape[1:]), dtype(x))
    if fill_value is not None:
        values = full_like(values, fill_value)
    results = [values if axis is None else moveaxis(values, 0, axis)]
    if return_index:
        results.append(zeros((size,), "int32"))
    if return_inverse:
        results.append(zeros(x.shape if axis is None else (0,), "int32"))
    if return_counts:
        results.append(zeros((size,), "int32"))
    return results[0] if len(results) == 1 else tuple(results)


@op(
    rule=lambda x1, x2, assume_unique=False, invert=False: spec(x1.shape, "bool"),
    dtype=NUMBER,
    keras_class="IsIn",
)
def isin(x1: Tensor, x2: Tensor, assume_unique=False, invert=False):
    """Whether each element of `x1` is one of the elements of `x2`. NaN is in nothing.

    Args:
        x1: Tensor of any shape.
        x2: Tensor of any shape. Both are compared in their common dtype.
        assume_unique: Accepted; it makes no difference.
        invert: Whether to tell instead which are not in `x2`.

    Returns:
        bool of the shape of `x1`.

    Example:
        >>> ops.isin(np.array([[1, 2], [3, 4]], "int32"), [2, 4, 6])
        array([[False,  True],
               [False,  True]])
    """
    pool = sort(ravel(x2))
    place = searchsorted(pool, x1, "left")
    # One place more, so that there is something to look at behind the last element.
    found = logical_and(equal(take(pad(pool, (0, 1)), place, 0), x1), less(place, shape(pool)[0]))
    return logical_not(found) if invert else found
