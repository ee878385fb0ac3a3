"""Reductions over axes.

`axis` is an int, a tuple of ints or None for all axes, and may count from the end; an empty tuple reduces nothing.
`keepdims` leaves reduced axes in place with size 1.
"""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import rank_of, spec
from tricorn.ops._arith import divide, multiply
from tricorn.ops._create import ones_like
from tricorn.ops._reshape import reshape

_ACCUMULATORS = {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}


def _accumulator(dtypes):
    dtype = dtypes[0] if isinstance(dtypes[0], str) else rules.COMMON.compute(dtypes)
    return _ACCUMULATORS.get(dtype, dtype)


#: Small integers and booleans are added up in 32 bits; other dtypes stay.
ACCUMULATE = rules.DTypeRule("ACCUMULATE", _accumulator)


@op(rule=rules.reduced(ACCUMULATE))
def sum(x: Tensor, axis=None, keepdims=False):
    """The sum. Booleans are counted; small integers are added up in 32 bits."""


@op(rule=rules.reduced(rules.FLOAT))
def mean(x: Tensor, axis=None, keepdims=False):
    """The arithmetic mean, in floats; NaN over no elements."""


def _prod_rule(x, axis=None, keepdims=False, dtype=None):
    return spec(
        rules.reduce_shape(x.shape, axis, keepdims), x.dtype if dtype is None else standardize_dtype(dtype)
    )


@op(rule=_prod_rule, dtype=ACCUMULATE)
def prod(x: Tensor, axis=None, keepdims=False, dtype=None):
    """The product, multiplied up in `dtype`; by default as for `sum`."""


@op(rule=rules.reduced(rules.SAME))
def max(x: Tensor, axis=None, keepdims=False, initial=None):
    """The largest element; NaN if there is one.

    Args:
        x: Tensor of any shape.
        axis: Axes to reduce.
        keepdims: Whether they stay, with size 1.
        initial: A number that the result is at least; needed where there may be no elements.
    """


@op(rule=rules.reduced(rules.SAME))
def min(x: Tensor, axis=None, keepdims=False, initial=None):
    """The smallest element; see `max`."""


def amax(x, axis=None, keepdims=False):
    """The largest element: `max` under NumPy's other name."""
    return max(x, axis, keepdims)


def amin(x, axis=None, keepdims=False):
    """The smallest element: `min` under NumPy's other name."""
    return min(x, axis, keepdims)


@op(rule=rules.reduced(rules.BOOL))
def any(x: Tensor, axis=None, keepdims=False):
    """Whether an element is true (not 0); False over no elements."""


@op(rule=rules.reduced(rules.BOOL))
def all(x: Tensor, axis=None, keepdims=False):
    """Whether all elements are true (not 0); True over no elements."""


@op(rule=rules.reduced(rules.FLOAT))
def var(x: Tensor, axis=None, keepdims=False):
    """mean((x - mean(x))^2): the population variance, in floats. Half precision is computed in float32."""


@op(rule=rules.reduced(rules.FLOAT))
def std(x: Tensor, axis=None, keepdims=False):
    """The square root of `var`."""


def _position_rule(x, axis=None, keepdims=False):
    if axis is not None:
        axis = rules.canonical_axis(axis, len(x.shape))
    return spec(rules.reduce_shape(x.shape, axis, keepdims), "int32")


@op(rule=_position_rule)
def argmax(x: Tensor, axis=None, keepdims=False):
    """The position (int32) of the largest element along `axis`, or in the flattened `x`; the first of equals."""


@op(rule=_position_rule)
def argmin(x: Tensor, axis=None, keepdims=False):
    """The position of the smallest element along `axis`, int32; see `argmax`."""


@op(rule=rules.reduced(rules.INT32))
def count_nonzero(x: Tensor, axis=None):
    """How many elements are not 0, int32."""


@op(rule=rules.reduced(rules.FLOAT))
def logsumexp(x: Tensor, axis=None, keepdims=False):
    """log(sum(exp(x))), without overflow; -inf where all elements are."""


def _average_rule(x, axis=None, weights=None):
    if weights is not None:
        _check_weights(x, axis, weights)
    return spec(rules.reduce_shape(x.shape, axis), x.dtype)


def _check_weights(x, axis, weights):
    if len(weights.shape) == len(x.shape) or (len(weights.shape) == 1 and isinstance(axis, int)):
        return
    raise bad_argument(
        "ops.average",
        "`weights` do not fit `x`.",
        expected="the shape of x, or one weight per place on `axis`",
        given=f"weights {tuple(weights.shape)}, x {tuple(x.shape)}, axis={axis}",
    )


@op(rule=_average_rule, dtype=rules.COMMON_FLOAT)
def average(x: Tensor, axis=None, weights: Tensor | None = None):
    """sum(weights * x) / sum(weights), in floats; the mean without weights.

    Args:
        x: Tensor of any shape.
        axis: Axes to reduce.
        weights: Of the shape of `x`, or a vector along the one `axis`.
    """
    if weights is None:
        return mean(x, axis)
    _check_weights(x, axis, weights)
    if rank_of(weights) < rank_of(x):
        after = rank_of(x) - 1 - axis % rank_of(x)
        weights = reshape(weights, (-1,) + (1,) * after)
    return divide(sum(multiply(x, weights), axis), sum(multiply(ones_like(x), weights), axis))
