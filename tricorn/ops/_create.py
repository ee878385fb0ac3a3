"""Making tensors. Without a tensor among the arguments they are made on the active backend; `dtype=None` is floatx."""

from __future__ import annotations

import math

from tricorn.core import rules
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.op import Index, Tensor, op
from tricorn.core.shapes import range_dtype, spec
from tricorn.core.symbolic import standardize_shape
from tricorn.ops._cast import convert_to_tensor


def _sizes(shape):
    return standardize_shape((shape,) if isinstance(shape, int) or shape is None else shape)


def _filled_rule(shape, dtype=None):
    return spec(_sizes(shape), standardize_dtype(dtype))


@op(rule=_filled_rule)
def zeros(shape, dtype=None):
    """A tensor of zeros of the given shape (an int or a sequence)."""


@op(rule=_filled_rule)
def ones(shape, dtype=None):
    """A tensor of ones of the given shape (an int or a sequence)."""


@op(rule=_filled_rule)
def empty(shape, dtype=None):
    """A tensor of the given shape whose values are arbitrary."""


@op(rule=lambda shape, fill_value, dtype=None: spec(_sizes(shape), standardize_dtype(dtype)))
def full(shape, fill_value: Index, dtype=None):
    """A tensor of the given shape, filled with `fill_value` (a number, or a tensor that broadcasts to it)."""


def _like_rule(x, dtype=None):
    return spec(x.shape, x.dtype if dtype is None else standardize_dtype(dtype))


@op(rule=_like_rule)
def zeros_like(x: Tensor, dtype=None):
    """Zeros of the shape of `x`, and of its dtype unless given."""


@op(rule=_like_rule)
def ones_like(x: Tensor, dtype=None):
    """Ones of the shape of `x`, and of its dtype unless given."""


@op(rule=_like_rule)
def empty_like(x: Tensor, dtype=None):
    """Arbitrary values in the shape of `x`, and of its dtype unless given."""


@op(rule=lambda x, fill_value, dtype=None: _like_rule(x, dtype))
def full_like(x: Tensor, fill_value: Index, dtype=None):
    """`fill_value` in the shape of `x`, and of its dtype unless given."""


def _arange_rule(start, stop=None, step=None, dtype=None):
    dtype = standardize_dtype(dtype or range_dtype(start, stop, step))
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    known = all(isinstance(limit, (int, float)) for limit in (start, stop, step))
    return spec((max(0, math.ceil((stop - start) / step)) if known else None,), dtype)


@op(rule=_arange_rule)
def arange(start, stop=None, step=None, dtype=None):
    """start, start + step, ... up to, and without, `stop`.

    Args:
        start: First value; the end, if `stop` is None, of a range from 0.
        stop: Where the range ends.
        step: Distance of neighbours, 1 by default; may be negative.
        dtype: By default int32 for integers, floatx for floats.
    """


def _linspace_rule(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    if isinstance(num, int) and num < 0:
        raise bad_argument("ops.linspace", "`num` cannot be negative.", given=num)
    shape = list(rules.broadcast_shapes(start.shape, stop.shape))
    step = spec(shape, start.dtype)
    shape.insert(rules.canonical_axis(axis, len(shape) + 1), num)
    values = spec(shape, start.dtype if dtype is None else standardize_dtype(dtype))
    return (values, step) if retstep else values


@op(rule=_linspace_rule, dtype=rules.COMMON_FLOAT)
def linspace(start: Tensor, stop: Tensor, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """`num` values at equal distances from `start` to `stop`.

    Args:
        start: First value; a number or a tensor.
        stop: Last value, or the one after the last; a number or a tensor that broadcasts against `start`.
        num: How many.
        endpoint: Whether `stop` is the last value.
        retstep: Whether to return `(values, distance)`.
        dtype: Of the values; by default the common float dtype.
        axis: Where the new axis stands in the result.
    """


def _eye_rule(N, M=None, k=0, dtype=None):
    return spec((N, N if M is None else M), standardize_dtype(dtype))


@op(rule=_eye_rule)
def eye(N, M=None, k=0, dtype=None):
    """An N x M matrix (N x N by default) of zeros with ones on the diagonal `k`, counted upwards from the main one."""


def identity(n, dtype=None):
    """The n x n identity matrix."""
    return eye(n, None, 0, dtype)


@op(rule=_eye_rule)
def tri(N, M=None, k=0, dtype=None):
    """An N x M matrix (N x N by default) with ones on and below the diagonal `k`, zeros above."""


def _triangle_rule(x, k=0):
    if len(x.shape) < 2:
        raise bad_argument(
            "ops.tril/triu", "the input must be a matrix, or a batch of them.", given=f"shape {x.shape}"
        )
    return spec(x.shape, x.dtype)


@op(rule=_triangle_rule)
def tril(x: Tensor, k=0):
    """`x` (..., N, M) with zeros above the diagonal `k`."""


@op(rule=_triangle_rule)
def triu(x: Tensor, k=0):
    """`x` (..., N, M) with zeros below the diagonal `k`."""


def array(x, dtype=None):
    """A tensor from numbers, nested lists of numbers, or an array; see `convert_to_tensor`."""
    return convert_to_tensor(x, dtype)
