"""Sequences of powers: at equal ratios, and those of given numbers."""

from __future__ import annotations

import math

import numpy as np

from tricorn.core import rules
from tricorn.core.arrays import host_array, numpy_dtype
from tricorn.core.dtypes import result_type, standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._arith import NUMBER, absolute, add, maximum, multiply, power, sign
from tricorn.ops._cast import cast, convert_to_tensor, dtype as dtype_of, is_on_host, shape
from tricorn.ops._compare import equal
from tricorn.ops._create import arange, linspace, linspace_rule, zeros_like
from tricorn.ops._explog import exp, log
from tricorn.ops._index import get_item, where
from tricorn.ops._join import concatenate
from tricorn.ops._remembered import remembered_tensor
from tricorn.ops._reshape import expand_dims, flip, moveaxis

_NUMBERS = (int, float)


def _spaced_rule(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    return linspace_rule(start, stop, num, endpoint, False, dtype, axis)


@op(rule=lambda start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0: _spaced_rule(
    start, stop, num, endpoint, dtype, axis), dtype=rules.COMMON_FLOAT, keras_class="Logspace")  # fmt: skip
def logspace_of(start: Tensor, stop: Tensor, num=50, endpoint=True, base=10, dtype=None, axis=0):
    """`logspace` of tensors."""
    values = power(base, linspace(start, stop, num, endpoint, False, None, axis))
    return values if dtype is None else cast(values, dtype)


def logspace(start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0):
    """`num` values from base^start to base^stop whose exponents are at equal distances.

    Args:
        start: First exponent; a number or a tensor.
        stop: Last exponent, or the one after the last; a number or a tensor that broadcasts against `start`.
        num: How many.
        endpoint: Whether `stop` is the last exponent.
        base: The base, a number.
        dtype: Of the values; by default the common float dtype. Integers are cut off, not rounded.
        axis: Where the new axis stands in the result.

    Returns:
        A tensor of shape (num,) + that to which `start` and `stop` broadcast, with the first axis moved to `axis`.

    Raises:
        ValueError: A negative `num`, shapes that do not broadcast, or an axis out of range.

    Example:
        >>> ops.logspace(0, 3, num=4)
        array([   1.,   10.,  100., 1000.], dtype=float32)
    """
    if type(start) in _NUMBERS and type(stop) in _NUMBERS and type(base) in _NUMBERS and type(num) is int:
        return remembered_tensor(_logspace, start, stop, num, standardize_dtype(dtype), endpoint, base, axis)
    if is_on_host((start, stop, base)):
        return _spaced_on_host(
            np.logspace, start, stop, num, dtype, endpoint=endpoint, base=_number(base), axis=axis
        )
    return logspace_of(start, stop, num, endpoint, base, dtype, axis)


@op(rule=_spaced_rule, dtype=rules.COMMON_FLOAT, keras_class="Geomspace")
def geomspace_of(start: Tensor, stop: Tensor, num=50, endpoint=True, dtype=None, axis=0):
    """`geomspace` of tensors."""
    first, last = log(absolute(start)), log(absolute(stop))
    values = exp(linspace(first, last, num, endpoint, False, None, 0))
    # Not through the logarithm: the ends are exact.
    if num > 1 and endpoint:
        end = expand_dims(add(absolute(stop), zeros_like(first)), 0)
        values = concatenate([get_item(values, slice(None, -1)), end], 0)
    if num > 0:
        begin = expand_dims(add(absolute(start), zeros_like(last)), 0)
        values = concatenate([begin, get_item(values, slice(1, None))], 0)
    values = multiply(values, where(equal(sign(start), sign(stop)), sign(start), math.nan))
    values = moveaxis(values, 0, axis)
    return values if dtype is None else cast(values, dtype)


def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """`num` values from `start` to `stop`, each the same multiple of the one before.

    Args:
        start: First value; a number or a tensor.
        stop: Last value, or the one after the last; a number or a tensor that broadcasts against `start`. Both must have
            the same sign and none may be 0: else an error for numbers, NaN for tensors.
        num: How many.
        endpoint: Whether `stop` is the last value.
        dtype: Of the values; by default the common float dtype. Integers are cut off, not rounded.
        axis: Where the new axis stands in the result.

    Returns:
        A tensor of shape (num,) + that to which `start` and `stop` broadcast, with the first axis moved to `axis`.

    Raises:
        ValueError: A number is 0 or the signs differ, a negative `num`, or shapes that do not broadcast.

    Example:
        >>> ops.geomspace(1, 1000, num=4)
        array([   1.,   10.,  100., 1000.], dtype=float32)
    """
    if type(start) in _NUMBERS and type(stop) in _NUMBERS and type(num) is int:
        dtype = _spaced_dtype(start, stop, dtype)
        return remembered_tensor(_geomspace, start, stop, num, dtype, endpoint, axis)
    if is_on_host((start, stop)):
        _check_signs(start, stop)
        return _spaced_on_host(np.geomspace, start, stop, num, dtype, endpoint=endpoint, axis=axis)
    return geomspace_of(start, stop, num, endpoint, dtype, axis)


def _logspace(start, stop, num, dtype, endpoint, base, axis):
    return _spaced(np.logspace, start, stop, num, dtype, endpoint=endpoint, base=base, axis=axis)


def _geomspace(start, stop, num, dtype, endpoint, axis):
    _check_signs(start, stop)
    return _spaced(np.geomspace, start, stop, num, dtype, endpoint=endpoint, axis=axis)


def _check_signs(start, stop):
    rules.broadcast_shapes(_numbers(start).shape, _numbers(stop).shape)  # for its message
    if np.any(np.sign(_numbers(start)) * np.sign(_numbers(stop)) <= 0):
        raise bad_argument("ops.geomspace", "`start` and `stop` must have the same sign and not be 0.",
                           given=f"{start!r} and {stop!r}"[:200])  # fmt: skip


def _numbers(value):
    try:
        return np.asarray(value, np.float64)
    except (TypeError, ValueError):
        raise bad_argument("ops.logspace/geomspace", "the ends must be numbers.", expected="a number or an array",
                           given=repr(value)[:80], error=TypeError) from None  # fmt: skip


def _number(base):
    if np.ndim(_numbers(base)):
        raise bad_argument("ops.logspace", "`base` must be one number.", given=repr(base)[:80])
    return base


def _spaced_on_host(function, start, stop, num, dtype, **settings):
    dtype = _spaced_dtype(start, stop, dtype)
    return convert_to_tensor(_spaced(function, start, stop, num, dtype, **settings), dtype)


def _spaced_dtype(start, stop, dtype):
    if dtype is None:
        given = [type(one) if type(one) in _NUMBERS else host_array(one).dtype for one in (start, stop)]
        return result_type(*given, float)
    return standardize_dtype(dtype)


def _spaced(function, start, stop, num, dtype, **settings):
    """In float64, so that an integer dtype gets 1000 and not 999.99 cut off."""
    ends = _numbers(start), _numbers(stop)
    if np.ndim(settings["endpoint"]):
        raise bad_argument(
            "ops.logspace/geomspace",
            "`endpoint` must be True or False.",
            given=repr(settings["endpoint"])[:80],
        )
    found = _spaced_rule(*(spec(end.shape, "float32") for end in ends), num, axis=settings["axis"])
    return function(*ends, num, **settings).reshape(found.shape).astype(numpy_dtype(dtype))


def _vander_rule(x, N=None, increasing=False):
    if len(x.shape) != 1:
        raise bad_argument("ops.vander", "the input must be a vector.", given=f"shape {x.shape}")
    if N is not None and N < 0:
        raise bad_argument("ops.vander", "`N` cannot be negative.", given=N)
    return spec((x.shape[0], x.shape[0] if N is None else N), x.dtype)


@op(rule=_vander_rule, dtype=NUMBER)
def vander(x: Tensor, N=None, increasing=False):
    """The powers of each element in a row: x^(N - 1) ... x, 1 (Vandermonde's matrix). 0^0 is 1.

    Args:
        x: (n,); booleans count as int32. Powers of integers may overflow.
        N: How many powers; n by default.
        increasing: Whether the powers ascend.

    Returns:
        (n, N) of the dtype of `x`.

    Raises:
        ValueError: `x` is no vector, or a negative `N`.

    Example:
        >>> ops.vander(np.array([2, 3], "int32"), 3)
        array([[4, 2, 1],
               [9, 3, 1]], dtype=int32)
    """
    _vander_rule(x, N)
    exponents = arange(shape(x)[0] if N is None else N, dtype="int32")
    exponents = exponents if increasing else flip(exponents)
    rows = expand_dims(x, 1)
    # 0^0 by way of 1^1: its gradient is finite.
    base = where(equal(exponents, 0), 1, rows)
    return power(base, cast(maximum(exponents, 1), dtype_of(x)))
