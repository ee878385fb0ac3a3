"""Quantiles: which elements of a sorted axis a quantile lies between, and how much each counts.

Where the size of the axis and `q` are known, the positions are found on the host, in float64.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from tricorn.core import rules
from tricorn.core.quantiles import check_method, fractions, neighbours
from tricorn.core.shapes import rank_of, spec
from tricorn.ops._arith import add, divide, maximum, minimum, multiply
from tricorn.ops._cast import cast, convert_to_tensor, dtype, is_on_host, shape
from tricorn.ops._compare import equal, isnan, logical_not, logical_or
from tricorn.ops._create import full_like
from tricorn.ops._index import get_item, sort, take, take_along_axis, where
from tricorn.ops._reduce import sum as reduce_sum
from tricorn.ops._reshape import expand_dims, moveaxis, reshape, transpose
from tricorn.ops._round import floor

_TENSORS = SimpleNamespace(floor=floor, where=where, minimum=minimum, maximum=maximum)


def checked(name, q, method, top):
    """`q` as a fraction: a float64 array on the host, or a tensor.

    Raises:
        ValueError: An unknown method, or a `q` that is known to lie outside [0, top].
    """
    check_method(name, method)
    if not is_on_host(q):
        return q if top == 1 else divide(q, top)
    return fractions(name, q, top)


def rule_of(name, top):
    """The rule of the op `name`, whose `q` goes up to `top`."""

    def rule(x, q, axis=None, method="linear", keepdims=False):
        rules.canonical_axes(axis, len(x.shape), f"ops.{name}")
        sizes = tuple(np.shape(q)) if is_on_host(q) else tuple(q.shape)
        if is_on_host(q):
            checked(name, q, method, top)
        else:
            checked(name, 0, method, top)
        return spec((*sizes, *rules.reduce_shape(x.shape, axis, keepdims)), x.dtype)

    return rule


def quantiles(x, q, axis, method, keepdims, skips_nan):
    """The quantiles `q` (fractions, from `checked`) of floats over axes."""
    kept = dtype(x)
    if kept in ("float16", "bfloat16"):
        x = cast(x, "float32")
    axes = rules.canonical_axes(axis, rank_of(x))
    ordered = sort(_with_axes_last(x, axes), -1)
    size = shape(ordered)[-1]
    is_static = isinstance(q, np.ndarray)
    if isinstance(size, int) and size == 0:
        sizes = q.shape if is_static else tuple(shape(q))
        empty = reduce_sum(ordered, -1)
        result = full_like(expand_dims(empty, tuple(range(len(sizes)))) if sizes else empty, float("nan"))
        for place, count in enumerate(sizes):
            result = take(result, np.zeros(count, np.int32), place)
    elif is_static and isinstance(size, int) and not skips_nan:
        result = _at_known_places(ordered, q, size, method)
    else:
        result = _at_computed_places(ordered, q, size, method, skips_nan)
    if keepdims and axes:
        rank = len(q.shape)
        result = expand_dims(result, tuple(rank + one for one in axes))
    return cast(result, kept) if dtype(result) != kept else result


def _with_axes_last(x, axes):
    """The reduced axes as one, in the last place."""
    rank = rank_of(x)
    if len(axes) == 1:
        return x if axes[0] == rank - 1 else moveaxis(x, axes[0], -1)
    if len(axes) == rank:
        return reshape(x, (-1,))
    if not axes:
        return expand_dims(x, -1)
    rest = [axis for axis in range(rank) if axis not in axes]
    sizes = shape(x)
    merged = 1
    for one in axes:
        merged = merged * sizes[one]
    return reshape(transpose(x, (*rest, *axes)), (*(sizes[axis] for axis in rest), merged))


def _at_known_places(ordered, q, size, method):
    below, above, weight = neighbours(q.reshape(-1), size, method, np)
    below, above = below.astype(np.int32), above.astype(np.int32)
    if q.ndim == 0:
        first, second = get_item(ordered, (..., int(below[0]))), get_item(ordered, (..., int(above[0])))
        last, weight = get_item(ordered, (..., -1)), float(weight[0])
        result = _between(first, second, weight)
    else:
        weight = weight.astype(np.dtype(dtype(ordered)))
        result = _between(take(ordered, below, -1), take(ordered, above, -1), weight)
        last = get_item(ordered, (..., slice(-1, None)))
    result = where(isnan(last), last, result)  # NaNs stand at the end
    return result if q.ndim == 0 else _with_quantiles_first(result, q.shape)


def _at_computed_places(ordered, q, size, method, skips_nan):
    number = dtype(ordered)
    q_shape = tuple(shape(q))
    q = cast(convert_to_tensor(q), number)
    flat = reshape(q, (-1,))
    if skips_nan:
        count = reduce_sum(cast(logical_not(isnan(ordered)), number), -1, True)
    else:
        count = cast(convert_to_tensor(size), number)
    below, above, weight = neighbours(flat, count, method, _TENSORS)
    below, above = cast(below, "int32"), cast(above, "int32")
    if skips_nan:
        first, second = take_along_axis(ordered, below, -1), take_along_axis(ordered, above, -1)
        result = _between(first, second, weight)
    else:
        last = get_item(ordered, (..., slice(-1, None)))
        result = _between(take(ordered, below, -1), take(ordered, above, -1), weight)
        result = where(isnan(last), last, result)
    # A `q` outside of its range is a mistake that is seen only here.
    result = where(logical_or(flat < 0, flat > 1), float("nan"), result)
    return _with_quantiles_first(result, q_shape)


def _between(first, second, weight):
    """(1 - weight) first + weight second. Equal neighbours give themselves, also where they are infinite."""
    if isinstance(weight, float) and weight in (0.0, 1.0):
        return second if weight else first
    mixed = add(multiply(first, 1 - weight), multiply(second, weight))
    if isinstance(weight, float):
        return where(equal(first, second), first, mixed)
    mixed = where(equal(weight, 1), second, mixed)
    return where(logical_or(equal(weight, 0), equal(first, second)), first, mixed)


def _with_quantiles_first(result, q_shape):
    result = moveaxis(result, -1, 0)
    return result if len(q_shape) == 1 else reshape(result, (*q_shape, *shape(result)[1:]))
