"""Reductions over axes.

`axis` is an int, a tuple of ints or None for all axes, and may count from the end; an empty tuple reduces nothing.
`keepdims` leaves reduced axes in place with size 1.
"""

from __future__ import annotations

import builtins

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
    """The sum over axes; 0 over no elements.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        The shape of `x` without the reduced axes. Booleans are counted in int32, small integers are added up in 32 bits.

    Raises:
        ValueError: An axis is out of range, or named twice.

    Example:
        >>> ops.sum(np.array([[1, 2], [3, 4]], "int32"), axis=1)
        array([3, 7], dtype=int32)
    """


@op(rule=rules.reduced(rules.FLOAT))
def mean(x: Tensor, axis=None, keepdims=False):
    """The arithmetic mean over axes; NaN over no elements. Half precision is summed in float32.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        Floats of the shape of `x` without the reduced axes; integers are cast to floatx.

    Raises:
        ValueError: An axis is out of range, or named twice.

    Example:
        >>> ops.mean(np.array([[1, 2], [3, 4]], "int32"), axis=0)
        array([2., 3.], dtype=float32)
    """


def _prod_rule(x, axis=None, keepdims=False, dtype=None):
    return spec(
        rules.reduce_shape(x.shape, axis, keepdims), x.dtype if dtype is None else standardize_dtype(dtype)
    )


@op(rule=_prod_rule, dtype=ACCUMULATE, checked=True)
def prod(x: Tensor, axis=None, keepdims=False, dtype=None):
    """The product over axes; 1 over no elements.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        keepdims: Whether the reduced axes stay, with size 1.
        dtype: In which to multiply; by default that of `x`, as below.

    Returns:
        The shape of `x` without the reduced axes. By default small integers are multiplied up in 32 bits, booleans in int32.

    Raises:
        ValueError: An axis is out of range, or named twice.

    Example:
        >>> ops.prod(np.array([[1, 2], [3, 4]], "int32"), axis=1)
        array([ 2, 12], dtype=int32)
    """


def _extreme_rule(x, axis=None, keepdims=False, initial=None):
    axes = rules.canonical_axes(axis, len(x.shape))
    if initial is None and 0 in [x.shape[one] for one in axes]:
        raise bad_argument("ops.max/min", "no element has no largest one.", given=f"shape {x.shape}, axis={axis}",
                           hint="initial=..., the result in that case")  # fmt: skip
    return spec(rules.reduce_shape(x.shape, axis, keepdims), x.dtype)


@op(rule=_extreme_rule)
def max(x: Tensor, axis=None, keepdims=False, initial=None):
    """The largest element over axes; NaN if there is one.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        keepdims: Whether the reduced axes stay, with size 1.
        initial: A number that the result is at least; needed where there may be no elements.

    Returns:
        The dtype of `x`; the shape of `x` without the reduced axes.

    Raises:
        ValueError: An axis is out of range or named twice, or there is no element and no `initial`.

    Example:
        >>> ops.max(np.array([[1, 5], [3, 4]], "int32"), axis=1)
        array([5, 4], dtype=int32)
    """


@op(rule=_extreme_rule)
def min(x: Tensor, axis=None, keepdims=False, initial=None):
    """The smallest element over axes; NaN if there is one.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        keepdims: Whether the reduced axes stay, with size 1.
        initial: A number that the result is at most; needed where there may be no elements.

    Returns:
        The dtype of `x`; the shape of `x` without the reduced axes.

    Raises:
        ValueError: An axis is out of range or named twice, or there is no element and no `initial`.

    Example:
        >>> ops.min(np.array([[1, 5], [3, 4]], "int32"), axis=1)
        array([1, 3], dtype=int32)
    """


def amax(x, axis=None, keepdims=False):
    """The largest element over axes; NaN if there is one: `max` under NumPy's other name.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        The dtype of `x`; the shape of `x` without the reduced axes.

    Raises:
        ValueError: An axis is out of range or named twice, or there is no element.

    Example:
        >>> ops.amax(np.array([[1, 5], [3, 4]], "int32"), axis=0)
        array([3, 5], dtype=int32)
    """
    return max(x, axis, keepdims)


def amin(x, axis=None, keepdims=False):
    """The smallest element over axes; NaN if there is one: `min` under NumPy's other name.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        The dtype of `x`; the shape of `x` without the reduced axes.

    Raises:
        ValueError: An axis is out of range or named twice, or there is no element.

    Example:
        >>> ops.amin(np.array([[1, 5], [3, 4]], "int32"), axis=0)
        array([1, 4], dtype=int32)
    """
    return min(x, axis, keepdims)


@op(rule=rules.reduced(rules.BOOL))
def any(x: Tensor, axis=None, keepdims=False):
    """Whether an element is true (not 0; NaN is true); False over no elements.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        bool; the shape of `x` without the reduced axes.

    Raises:
        ValueError: An axis is out of range, or named twice.

    Example:
        >>> ops.any(np.array([[0, 0], [0, 4]], "int32"), axis=1)
        array([False,  True])
    """


@op(rule=rules.reduced(rules.BOOL))
def all(x: Tensor, axis=None, keepdims=False):
    """Whether all elements are true (not 0; NaN is true); True over no elements.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        bool; the shape of `x` without the reduced axes.

    Raises:
        ValueError: An axis is out of range, or named twice.

    Example:
        >>> ops.all(np.array([[0, 0], [3, 4]], "int32"), axis=1)
        array([False,  True])
    """


@op(rule=rules.reduced(rules.FLOAT))
def var(x: Tensor, axis=None, keepdims=False):
    """mean((x - mean(x))^2): the variance of the elements themselves, not an estimate from a sample.

    NaN over no elements. Half precision is computed in float32.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        Floats of the shape of `x` without the reduced axes; integers are cast to floatx.

    Raises:
        ValueError: An axis is out of range, or named twice.

    Example:
        >>> ops.var(np.array([1, 3], "int32"))
        np.float32(1.0)
    """


@op(rule=rules.reduced(rules.FLOAT))
def std(x: Tensor, axis=None, keepdims=False):
    """The square root of `var`: how far elements lie from their mean.

    NaN over no elements. Half precision is computed in float32.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        Floats of the shape of `x` without the reduced axes; integers are cast to floatx.

    Raises:
        ValueError: An axis is out of range, or named twice.

    Example:
        >>> ops.std(np.array([1, 3], "int32"))
        np.float32(1.0)
    """


def _position_rule(x, axis=None, keepdims=False):
    axes = rules.canonical_axes(
        None if axis is None else rules.canonical_axis(axis, len(x.shape)), len(x.shape)
    )
    if 0 in [x.shape[one] for one in axes]:
        raise bad_argument(
            "ops.argmax/argmin", "no element has no largest one.", given=f"shape {x.shape}, axis={axis}"
        )
    return spec(rules.reduce_shape(x.shape, axis, keepdims), "int32")


@op(rule=_position_rule)
def argmax(x: Tensor, axis=None, keepdims=False):
    """The position of the largest element; the first of equals, and the first NaN if there is one.

    Args:
        x: Tensor of any shape.
        axis: An axis; None for the position in the flattened `x`.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        int32; the shape of `x` without the axis.

    Raises:
        ValueError: The axis is out of range, or there is no element.

    Example:
        >>> ops.argmax(np.array([[1, 5], [4, 3]], "int32"), axis=1)
        array([1, 0], dtype=int32)
    """


@op(rule=_position_rule)
def argmin(x: Tensor, axis=None, keepdims=False):
    """The position of the smallest element; the first of equals, and the first NaN if there is one.

    Args:
        x: Tensor of any shape.
        axis: An axis; None for the position in the flattened `x`.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        int32; the shape of `x` without the axis.

    Raises:
        ValueError: The axis is out of range, or there is no element.

    Example:
        >>> ops.argmin(np.array([[1, 5], [4, 3]], "int32"), axis=1)
        array([0, 1], dtype=int32)
    """


@op(rule=rules.reduced(rules.INT32))
def count_nonzero(x: Tensor, axis=None):
    """How many elements are not 0; NaN is not.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.

    Returns:
        int32; the shape of `x` without the reduced axes.

    Raises:
        ValueError: An axis is out of range, or named twice.

    Example:
        >>> ops.count_nonzero(np.array([[1, 0], [3, 4]], "int32"), axis=0)
        array([2, 1], dtype=int32)
    """


@op(rule=rules.reduced(rules.FLOAT))
def logsumexp(x: Tensor, axis=None, keepdims=False):
    """log(sum(exp(x))) over axes, without overflow; -inf where all elements are, or none is.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        Floats of the shape of `x` without the reduced axes; integers are cast to floatx.

    Raises:
        ValueError: An axis is out of range, or named twice.

    Example:
        >>> ops.logsumexp(np.array([1000.0, 1000.0], "float32")).round(2)
        np.float32(1000.69)
    """


def _average_rule(x, axis=None, weights=None):
    if weights is not None:
        _check_weights(x, axis, weights)
    return spec(rules.reduce_shape(x.shape, axis), x.dtype)


def _check_weights(x, axis, weights):
    sizes, given = tuple(x.shape), tuple(weights.shape)
    if len(given) != len(sizes) and len(given) == 1 and isinstance(axis, int):
        sizes = (sizes[rules.canonical_axis(axis, len(sizes), "ops.average")],)
    if len(sizes) == len(given) and builtins.all(
        one == other or not (isinstance(one, int) and isinstance(other, int))
        for one, other in zip(sizes, given, strict=True)
    ):
        return
    raise bad_argument(
        "ops.average",
        "`weights` do not fit `x`.",
        expected="the shape of x, or one weight per place on `axis`",
        given=f"weights {tuple(weights.shape)}, x {tuple(x.shape)}, axis={axis}",
    )


@op(rule=_average_rule, dtype=rules.COMMON_FLOAT)
def average(x: Tensor, axis=None, weights: Tensor | None = None):
    """sum(weights * x) / sum(weights); the mean without weights.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all; may count from the end.
        weights: Of the shape of `x`, or a vector along the one `axis`. NaN or infinity where they sum up to 0.

    Returns:
        Floats of the common dtype; the shape of `x` without the reduced axes.

    Raises:
        ValueError: `weights` do not fit, or an axis is out of range.

    Example:
        >>> ops.average(np.array([1.0, 5.0], "float32"), weights=np.array([3.0, 1.0], "float32"))
        np.float32(2.0)
    """
    if weights is None:
        return mean(x, axis)
    _check_weights(x, axis, weights)
    if rank_of(weights) < rank_of(x):
        after = rank_of(x) - 1 - axis % rank_of(x)
        weights = reshape(weights, (-1,) + (1,) * after)
    return divide(sum(multiply(x, weights), axis), sum(multiply(ones_like(x), weights), axis))
