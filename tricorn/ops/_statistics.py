"""Order statistics, correlation, integrals."""

from __future__ import annotations

import math

import numpy as np

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import rank_of, spec
from tricorn.ops import _quantile
from tricorn.ops._arith import add, clip, divide, multiply, square, subtract
from tricorn.ops._cast import cast, dtype
from tricorn.ops._explog import sqrt
from tricorn.ops._index import argsort, get_item
from tricorn.ops._matmul import matmul
from tricorn.ops._reduce import max as reduce_max, mean, min as reduce_min, sum as reduce_sum
from tricorn.ops._reshape import expand_dims, reshape, transpose


@op(rule=_quantile.rule_of("quantile", 1), dtype=rules.FLOAT)
def quantile(x: Tensor, q, axis=None, method="linear", keepdims=False):
    """The value below which the fraction `q` of the elements lies.

    The elements are sorted; for the default method the quantile stands at the place (n - 1) q, counted from 0, and is
    interpolated between its neighbours there. NaN if there is a NaN, or no element. Half precision is computed in
    float32.

    Args:
        x: Tensor of any shape; integers are cast to floatx.
        q: Fractions in [0, 1]: a number, an array of any shape, or a tensor.
        axis: An axis, several, or None for all.
        method: `"linear"`; `"lower"`, `"higher"`, `"midpoint"` or `"nearest"` (halves go to the even place) of the two
            neighbours; or another of NumPy's: `"inverted_cdf"`, `"averaged_inverted_cdf"`, `"closest_observation"`,
            `"interpolated_inverted_cdf"`, `"hazen"`, `"weibull"`, `"median_unbiased"`, `"normal_unbiased"`.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        Floats of the shape of `q`, then that of `x` without the reduced axes.

    Raises:
        ValueError: A `q` outside [0, 1] (NaN in the result where `q` is a tensor), or an unknown method.

    Source: Hyndman and Fan, 1996.

    Example:
        >>> ops.quantile(np.array([1.0, 2.0, 4.0, 8.0], "float32"), [0.5, 0.75])
        array([3., 5.], dtype=float32)
    """
    return _quantile.quantiles(x, _quantile.checked("quantile", q, method, 1), axis, method, keepdims, False)


@op(rule=_quantile.rule_of("percentile", 100), dtype=rules.FLOAT)
def percentile(x: Tensor, q, axis=None, method="linear", keepdims=False):
    """`quantile` with `q` in percent.

    Args:
        x: Tensor of any shape; integers are cast to floatx.
        q: Percentages in [0, 100]: a number, an array of any shape, or a tensor.
        axis: An axis, several, or None for all.
        method: As for `quantile`.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        Floats of the shape of `q`, then that of `x` without the reduced axes.

    Raises:
        ValueError: As for `quantile`.

    Example:
        >>> ops.percentile(np.array([[1.0, 3.0], [2.0, 8.0]], "float32"), 50, axis=0)
        array([1.5, 5.5], dtype=float32)
    """
    q = _quantile.checked("percentile", q, method, 100)
    return _quantile.quantiles(x, q, axis, method, keepdims, False)


@op(rule=_quantile.rule_of("nanquantile", 1), dtype=rules.FLOAT)
def nanquantile(x: Tensor, q, axis=None, method="linear", keepdims=False):
    """`quantile` of the elements that are not NaN; NaN where there is none.

    Args:
        x: Tensor of any shape; integers are cast to floatx.
        q: Fractions in [0, 1]: a number, an array of any shape, or a tensor.
        axis: An axis, several, or None for all.
        method: As for `quantile`.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        Floats of the shape of `q`, then that of `x` without the reduced axes.

    Raises:
        ValueError: As for `quantile`.

    Example:
        >>> ops.nanquantile(np.array([1.0, np.nan, 4.0], "float32"), 0.5)
        array(2.5, dtype=float32)
    """
    q = _quantile.checked("nanquantile", q, method, 1)
    return _quantile.quantiles(x, q, axis, method, keepdims, True)


@op(rule=_quantile.rule_of("nanpercentile", 100), dtype=rules.FLOAT)
def nanpercentile(x: Tensor, q, axis=None, method="linear", keepdims=False):
    """`percentile` of the elements that are not NaN; NaN where there is none.

    Args:
        x: Tensor of any shape; integers are cast to floatx.
        q: Percentages in [0, 100]: a number, an array of any shape, or a tensor.
        axis: An axis, several, or None for all.
        method: As for `quantile`.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        Floats of the shape of `q`, then that of `x` without the reduced axes.

    Raises:
        ValueError: As for `quantile`.

    Example:
        >>> ops.nanpercentile(np.array([1.0, np.nan, 4.0], "float32"), [0, 100])
        array([1., 4.], dtype=float32)
    """
    q = _quantile.checked("nanpercentile", q, method, 100)
    return _quantile.quantiles(x, q, axis, method, keepdims, True)


_HALF = np.array(0.5)


@op(rule=rules.reduced(rules.FLOAT))
def median(x: Tensor, axis=None, keepdims=False):
    """The middle one of the sorted elements, or the mean of the middle two; NaN if there is a NaN, or no element.

    Args:
        x: Tensor of any shape; integers are cast to floatx.
        axis: An axis, several, or None for all.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        Floats of the shape of `x` without the reduced axes.

    Example:
        >>> ops.median(np.array([[1, 5, 2], [4, 0, 9]], "int32"), axis=1)
        array([2., 4.], dtype=float32)
    """
    return _quantile.quantiles(x, _HALF, axis, "linear", keepdims, False)


@op(rule=rules.reduced(rules.FLOAT))
def nanmedian(x: Tensor, axis=None, keepdims=False):
    """`median` of the elements that are not NaN; NaN where there is none.

    Args:
        x: Tensor of any shape; integers are cast to floatx.
        axis: An axis, several, or None for all.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        Floats of the shape of `x` without the reduced axes.

    Example:
        >>> ops.nanmedian(np.array([3.0, np.nan, 1.0], "float32"))
        array(2., dtype=float32)
    """
    return _quantile.quantiles(x, _HALF, axis, "linear", keepdims, True)


def _ptp_rule(x, axis=None, keepdims=False):
    if x.dtype == "bool":
        raise bad_argument("ops.ptp", "booleans have no difference.", given="a boolean tensor", error=TypeError,
                           hint="ops.cast(x, 'int32')")  # fmt: skip
    return spec(rules.reduce_shape(x.shape, axis, keepdims), x.dtype)


@op(rule=_ptp_rule)
def ptp(x: Tensor, axis=None, keepdims=False):
    """max(x) - min(x): the distance "peak to peak"; NaN if there is a NaN. Differences of integers may overflow.

    Args:
        x: Tensor of any shape.
        axis: An axis, several, or None for all.
        keepdims: Whether the reduced axes stay, with size 1.

    Returns:
        The dtype of `x`, its shape without the reduced axes.

    Raises:
        TypeError: `x` is boolean.
        ValueError: There is no element.

    Example:
        >>> ops.ptp(np.array([[1, 5, 2], [4, 0, 9]], "int32"), axis=1)
        array([4, 9], dtype=int32)
    """
    return subtract(reduce_max(x, axis, keepdims), reduce_min(x, axis, keepdims))


def _corrcoef_rule(x):
    if len(x.shape) not in (1, 2):
        raise bad_argument("ops.corrcoef", "the input must have one row for each variable.",
                           expected="(variables, observations), or a vector", given=f"shape {x.shape}")  # fmt: skip
    return spec((x.shape[0],) * 2 if len(x.shape) == 2 else (), x.dtype)


@op(rule=_corrcoef_rule, dtype=rules.FLOAT)
def corrcoef(x: Tensor):
    """Pearson's correlation between the rows: covariance over the product of the standard deviations.

    NaN for a row whose elements are all equal. Values are kept in [-1, 1]. Half precision is computed in float32.

    Args:
        x: (variables, observations), or (observations,); integers are cast to floatx.

    Returns:
        Floats (variables, variables), or a number for a vector.

    Raises:
        ValueError: `x` has not one or two axes.

    Example:
        >>> ops.corrcoef(np.array([[1.0, 2.0, 3.0], [6.0, 4.0, 2.0]], "float32")).round(3)
        array([[ 1., -1.],
               [-1.,  1.]], dtype=float32)
    """
    _corrcoef_rule(x)
    kept = dtype(x)
    rows = cast(x, "float32") if kept in ("float16", "bfloat16") else x
    rows = rows if rank_of(rows) == 2 else expand_dims(rows, 0)
    centered = subtract(rows, mean(rows, 1, True))
    length = sqrt(reduce_sum(square(centered), 1, True))
    unit = divide(centered, length)
    result = clip(matmul(unit, transpose(unit)), -1.0, 1.0)
    return cast(result if rank_of(x) == 2 else get_item(result, (0, 0)), kept)


_MODES = ("valid", "same", "full")


def _correlate_rule(x1, x2, mode="valid"):
    if len(x1.shape) != 1 or len(x2.shape) != 1 or 0 in (*x1.shape, *x2.shape):
        raise bad_argument("ops.correlate", "the inputs must be vectors with at least one element.",
                           given=f"shapes {x1.shape} and {x2.shape}")  # fmt: skip
    if mode not in _MODES:
        raise bad_argument(
            "ops.correlate", "unknown `mode`.", expected="'valid', 'same' or 'full'", given=repr(mode)
        )
    sizes = x1.shape + x2.shape
    if None in sizes:
        return spec((None,), x1.dtype)
    longer, shorter = max(sizes), min(sizes)
    return spec(
        ({"valid": longer - shorter + 1, "same": longer, "full": longer + shorter - 1}[mode],), x1.dtype
    )


@op(rule=_correlate_rule, dtype=rules.COMMON_FLOAT, checked=True)
def correlate(x1: Tensor, x2: Tensor, mode="valid"):
    """The cross-correlation of two vectors: c[k] = sum over n of x1[n + k] * x2[n], from the smallest k on.

    Args:
        x1: (n,).
        x2: (m,). Both are cast to their common float dtype.
        mode: Which k: `"valid"`, those where the shorter lies inside the longer; `"same"`, as many as the longer has
            elements; `"full"`, all where they overlap.

    Returns:
        A vector of max(n, m) - min(n, m) + 1, max(n, m) or n + m - 1 floats.

    Raises:
        ValueError: An input is no vector or has no element, or an unknown mode.

    Example:
        >>> ops.correlate(np.array([1.0, 2.0, 3.0], "float32"), np.array([0.0, 1.0], "float32"), mode="full")
        array([1., 2., 3., 0.], dtype=float32)
    """


def _trapezoid_rule(y, x=None, dx=1.0, axis=-1):
    axis = rules.canonical_axis(axis, len(y.shape), "ops.trapezoid")
    shape = y.shape
    if x is not None:
        if len(x.shape) == 1:
            gaps = (1,) * axis + x.shape + (1,) * (len(shape) - axis - 1)
        else:
            gaps = x.shape
        shape = rules.broadcast_shapes(shape, gaps)
    return spec((*shape[:axis], *shape[axis + 1 :]), y.dtype)


@op(rule=_trapezoid_rule, dtype=rules.COMMON_FLOAT)
def trapezoid(y: Tensor, x: Tensor | None = None, dx=1.0, axis=-1):
    """The integral by the trapezoidal rule: the sum of (y[i] + y[i + 1]) / 2 times the distance of the two.

    Args:
        y: Values; integers are cast to floatx.
        x: Where they stand: a vector along `axis`, or a tensor that broadcasts against `y`. None: `dx` apart.
        dx: The distance, where `x` is None.
        axis: The axis to integrate along.

    Returns:
        Floats of the shape of `y` without `axis`.

    Raises:
        ValueError: The shapes do not fit, or the axis is out of range.

    Example:
        >>> ops.trapezoid(np.array([1.0, 2.0, 4.0], "float32"), dx=2.0)
        np.float32(9.0)
    """
    axis = rules.canonical_axis(axis, rank_of(y))
    middles = multiply(add(*_sides(y, axis)), 0.5)
    if x is None:
        return reduce_sum(multiply(middles, dx), axis)
    if rank_of(x) == 1:
        after, before = _sides(x, 0)
        gaps = reshape(subtract(after, before), (-1,) + (1,) * (rank_of(y) - axis - 1))
    else:
        gaps = subtract(*_sides(x, axis - rank_of(y) + rank_of(x)))
    return reduce_sum(multiply(middles, gaps), axis - rank_of(y))


def _sides(x, axis):
    """All along `axis` but the first, and all but the last."""
    leading = (slice(None),) * axis
    return get_item(x, (*leading, slice(1, None))), get_item(x, (*leading, slice(None, -1)))


def _argpartition_rule(x, kth, axis=-1):
    if axis is None:
        sizes = (None if None in x.shape else math.prod(x.shape),)
        size = sizes[0]
    else:
        axis = rules.canonical_axis(axis, len(x.shape), "ops.argpartition")
        sizes, size = x.shape, x.shape[axis]
    for one in kth if isinstance(kth, (list, tuple)) else (kth,):
        if not isinstance(one, (int, np.integer)) or (isinstance(size, int) and not -size <= one < size):
            raise bad_argument("ops.argpartition", "`kth` must be a place on the axis.",
                               expected=f"an integer in [-{size}, {size})", given=repr(kth))  # fmt: skip
    return spec(sizes, "int32")


@op(rule=_argpartition_rule, checked=True)
def argpartition(x: Tensor, kth, axis=-1):
    """The positions that bring the element which a sort would put at `kth` there, none larger before it, none smaller
    after it.

    In which order the others stand is not defined.

    Args:
        x: Tensor of any shape.
        kth: A place on the axis; may count from the end. A sequence: several such places at once.
        axis: The axis; None flattens `x` first.

    Returns:
        int32 of the shape of `x`, or flat.

    Raises:
        ValueError: `kth` or the axis is out of range.

    Example:
        >>> order = ops.argpartition(np.array([9, 1, 8, 2], "int32"), 1)
        >>> sorted(order[:2].tolist())
        [1, 3]
    """
    _argpartition_rule(x, kth, axis)
    return argsort(x, axis)
