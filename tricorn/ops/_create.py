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
    if isinstance(shape, (str, bytes)):
        raise bad_argument(
            "shape", "text is not a shape.", expected="sizes", given=repr(shape), error=TypeError
        )
    return standardize_shape((shape,) if isinstance(shape, int) or shape is None else shape)


def _filled_rule(shape, dtype=None):
    return spec(_sizes(shape), standardize_dtype(dtype))


@op(rule=_filled_rule)
def zeros(shape, dtype=None):
    """A tensor of zeros, on the active backend.

    Args:
        shape: Sizes: an int or a sequence of ints.
        dtype: floatx by default.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ValueError: A negative size.

    Example:
        >>> ops.zeros((1, 2))
        array([[0., 0.]], dtype=float32)
    """


@op(rule=_filled_rule)
def ones(shape, dtype=None):
    """A tensor of ones, on the active backend.

    Args:
        shape: Sizes: an int or a sequence of ints.
        dtype: floatx by default.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ValueError: A negative size.

    Example:
        >>> ops.ones((1, 2))
        array([[1., 1.]], dtype=float32)
    """


@op(rule=_filled_rule)
def empty(shape, dtype=None):
    """A tensor with arbitrary values, on the active backend.

    Args:
        shape: Sizes: an int or a sequence of ints.
        dtype: floatx by default.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ValueError: A negative size.

    Example:
        >>> ops.empty((1, 2)).shape
        (1, 2)
    """


@op(rule=lambda shape, fill_value, dtype=None: spec(_sizes(shape), standardize_dtype(dtype)), checked=True)
def full(shape, fill_value: Index, dtype=None):
    """A tensor filled with one value, or with values that broadcast.

    Args:
        shape: Sizes: an int or a sequence of ints.
        fill_value: A number, or a tensor that broadcasts to `shape`.
        dtype: floatx by default.

    Returns:
        A tensor of that shape and dtype.

    Raises:
        ValueError: A negative size, or a value that does not broadcast.

    Example:
        >>> ops.full((2, 2), [1, 2])
        array([[1., 2.],
               [1., 2.]], dtype=float32)
    """


def _like_rule(x, dtype=None):
    return spec(x.shape, x.dtype if dtype is None else standardize_dtype(dtype))


@op(rule=_like_rule)
def zeros_like(x: Tensor, dtype=None):
    """Zeros in the shape of a tensor, on its engine and device.

    Args:
        x: Tensor of any shape.
        dtype: That of `x` by default.

    Returns:
        A tensor of the shape of `x`.

    Example:
        >>> ops.zeros_like(np.array([3, 4], "int32"))
        array([0, 0], dtype=int32)
    """


@op(rule=_like_rule)
def ones_like(x: Tensor, dtype=None):
    """Ones in the shape of a tensor, on its engine and device.

    Args:
        x: Tensor of any shape.
        dtype: That of `x` by default.

    Returns:
        A tensor of the shape of `x`.

    Example:
        >>> ops.ones_like(np.array([3, 4], "int32"))
        array([1, 1], dtype=int32)
    """


@op(rule=_like_rule)
def empty_like(x: Tensor, dtype=None):
    """Arbitrary values in the shape of a tensor, on its engine and device.

    Args:
        x: Tensor of any shape.
        dtype: That of `x` by default.

    Returns:
        A tensor of the shape of `x`.

    Example:
        >>> ops.empty_like(np.array([3, 4], "int32")).shape
        (2,)
    """


@op(rule=lambda x, fill_value, dtype=None: _like_rule(x, dtype))
def full_like(x: Tensor, fill_value: Index, dtype=None):
    """One value, or values that broadcast, in the shape of a tensor, on its engine and device.

    Args:
        x: Tensor of any shape.
        fill_value: A number, or a tensor that broadcasts to the shape of `x`.
        dtype: That of `x` by default.

    Returns:
        A tensor of the shape of `x`.

    Raises:
        ValueError: A value that does not broadcast.

    Example:
        >>> ops.full_like(np.array([3, 4], "int32"), 7)
        array([7, 7], dtype=int32)
    """


def _arange_rule(start, stop=None, step=None, dtype=None):
    dtype = standardize_dtype(dtype or range_dtype(start, stop, step))
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if isinstance(step, (int, float)) and step == 0:
        raise bad_argument("ops.arange", "`step` cannot be 0.", given=f"step={step}")
    known = all(isinstance(limit, (int, float)) for limit in (start, stop, step))
    return spec((max(0, math.ceil((stop - start) / step)) if known else None,), dtype)


@op(rule=_arange_rule)
def arange(start, stop=None, step=None, dtype=None):
    """start, start + step, ... up to, and without, `stop`.

    Args:
        start: First value; the end, if `stop` is None, of a range from 0. A number, or a scalar tensor in a traced function.
        stop: Where the range ends.
        step: Distance of neighbours, 1 by default; may be negative.
        dtype: By default int32 for integers, floatx for floats.

    Returns:
        A vector of max(0, ceil((stop - start) / step)) elements.

    Raises:
        ValueError: A `step` of 0.

    Example:
        >>> ops.arange(5, 0, -2)
        array([5, 3, 1], dtype=int32)
    """


def linspace_rule(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    if isinstance(num, int) and num < 0:
        raise bad_argument("ops.linspace", "`num` cannot be negative.", given=num)
    shape = list(rules.broadcast_shapes(start.shape, stop.shape))
    step = spec(shape, start.dtype)
    shape.insert(rules.canonical_axis(axis, len(shape) + 1), num)
    values = spec(shape, start.dtype if dtype is None else standardize_dtype(dtype))
    return (values, step) if retstep else values


@op(rule=linspace_rule, dtype=rules.COMMON_FLOAT)
def linspace(start: Tensor, stop: Tensor, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """`num` values at equal distances from `start` to `stop`.

    Args:
        start: First value; a number or a tensor.
        stop: Last value, or the one after the last; a number or a tensor that broadcasts against `start`.
        num: How many.
        endpoint: Whether `stop` is the last value.
        retstep: Whether to return `(values, distance)`.
        dtype: Of the values; by default the common float dtype. For integers values are rounded down.
        axis: Where the new axis stands in the result.

    Returns:
        A tensor of shape (num,) + that to which `start` and `stop` broadcast, with the first axis moved to `axis`.

    Raises:
        ValueError: A negative `num`, shapes that do not broadcast, or an axis out of range.

    Example:
        >>> ops.linspace(0, 1, num=5)
        array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """


def _eye_rule(N, M=None, k=0, dtype=None):
    if any(isinstance(size, int) and size < 0 for size in (N, M)):
        raise bad_argument("ops.eye/tri", "a size cannot be negative.", given=f"N={N}, M={M}")
    return spec((N, N if M is None else M), standardize_dtype(dtype))


@op(rule=_eye_rule)
def eye(N, M=None, k=0, dtype=None):
    """A matrix of zeros with ones on one diagonal.

    Args:
        N: Number of rows.
        M: Number of columns; N by default.
        k: Which diagonal, counted upwards from the main one.
        dtype: floatx by default.

    Returns:
        (N, M).

    Raises:
        ValueError: A negative size.

    Example:
        >>> ops.eye(2, 3, k=1)
        array([[0., 1., 0.],
               [0., 0., 1.]], dtype=float32)
    """


def identity(n, dtype=None):
    """The square matrix with ones on the main diagonal and zeros elsewhere.

    Args:
        n: Number of rows and columns.
        dtype: floatx by default.

    Returns:
        (n, n).

    Raises:
        ValueError: A negative size.

    Example:
        >>> ops.identity(2)
        array([[1., 0.],
               [0., 1.]], dtype=float32)
    """
    return eye(n, None, 0, dtype)


@op(rule=_eye_rule)
def tri(N, M=None, k=0, dtype=None):
    """A matrix with ones on and below a diagonal, zeros above.

    Args:
        N: Number of rows.
        M: Number of columns; N by default.
        k: Which diagonal, counted upwards from the main one.
        dtype: floatx by default.

    Returns:
        (N, M).

    Raises:
        ValueError: A negative size.

    Example:
        >>> ops.tri(2, 3)
        array([[1., 0., 0.],
               [1., 1., 0.]], dtype=float32)
    """


def _triangle_rule(x, k=0):
    if len(x.shape) < 2:
        raise bad_argument(
            "ops.tril/triu", "the input must be a matrix, or a batch of them.", given=f"shape {x.shape}"
        )
    return spec(x.shape, x.dtype)


@op(rule=_triangle_rule)
def tril(x: Tensor, k=0):
    """The lower triangle of matrices: zeros above a diagonal.

    Args:
        x: (..., n, m).
        k: Which diagonal, counted upwards from the main one.

    Returns:
        A tensor like `x`.

    Raises:
        ValueError: `x` has less than two axes.

    Example:
        >>> ops.tril(np.array([[1, 2], [3, 4]], "int32"))
        array([[1, 0],
               [3, 4]], dtype=int32)
    """


@op(rule=_triangle_rule)
def triu(x: Tensor, k=0):
    """The upper triangle of matrices: zeros below a diagonal.

    Args:
        x: (..., n, m).
        k: Which diagonal, counted upwards from the main one.

    Returns:
        A tensor like `x`.

    Raises:
        ValueError: `x` has less than two axes.

    Example:
        >>> ops.triu(np.array([[1, 2], [3, 4]], "int32"))
        array([[1, 2],
               [0, 4]], dtype=int32)
    """


def array(x, dtype=None):
    """A tensor from numbers, nested lists of numbers, or an array, on the active backend.

    Args:
        x: Number, nested list of numbers, NumPy array, Variable or tensor.
        dtype: By default floatx for Python floats, int32 for integers; arrays and tensors keep theirs.

    Returns:
        A tensor.

    Raises:
        ValueError: The lists are ragged or hold no numbers.

    Example:
        >>> ops.array([[1, 2], [3, 4]])
        array([[1, 2],
               [3, 4]], dtype=int32)
    """
    return convert_to_tensor(x, dtype)
