"""Dtypes, conversion between tensors and NumPy, and what can be asked of any tensor."""

from __future__ import annotations

import numpy as np

from tricorn.core import backend as backends, rules
from tricorn.core.arrays import numpy_dtype
from tricorn.core.dtypes import is_float, standardize_dtype
from tricorn.core.errors import NotSupportedError
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.core.symbolic import Dim, KerasTensor, any_symbolic
from tricorn.ops._arith import maximum, minimum
from tricorn.ops._sparse import to_dense


@op(rule=lambda x, dtype: spec(x.shape, standardize_dtype(dtype)))
def cast(x: Tensor, dtype):
    """`x` in another dtype.

    Floats become integers by truncation; what a float that does not fit becomes depends on the engine: use `saturate_cast`
    there. Numbers become booleans by whether they are not 0.

    Args:
        x: Tensor of any shape.
        dtype: A name such as "float16", or a dtype of any engine.

    Returns:
        A tensor of the shape of `x`; `x` itself if it has the dtype.

    Raises:
        ValueError: There is no such dtype.

    Example:
        >>> ops.cast(np.array([1.9, -1.9], "float32"), "int32")
        array([ 1, -1], dtype=int32)
    """


@op(rule=lambda x, dtype: spec(x.shape, standardize_dtype(dtype)))
def saturate_cast(x: Tensor, dtype):
    """`x` in another dtype, with values outside its range moved to the nearest end of it.

    Args:
        x: Tensor of any shape.
        dtype: A name such as "uint8", or a dtype of any engine.

    Returns:
        A tensor of the shape of `x`.

    Raises:
        ValueError: There is no such dtype.

    Example:
        >>> ops.saturate_cast(np.array([300.0, -1.0], "float32"), "uint8")
        array([255,   0], dtype=uint8)
    """
    source, target = standardize_dtype(x.dtype), standardize_dtype(dtype)
    if "bool" in (source, target) or source == target:
        return cast(x, target)
    (low, high), (source_low, source_high) = _range(target), _range(source)
    if low > source_low:
        x = maximum(x, _inside(low, source, upwards=True))
    if high < source_high:
        x = minimum(x, _inside(high, source, upwards=False))
    return cast(x, target)


def _range(dtype):
    if not is_float(dtype):
        info = np.iinfo(dtype)
        return int(info.min), int(info.max)
    if dtype == "bfloat16":
        import ml_dtypes

        largest = float(ml_dtypes.finfo(ml_dtypes.bfloat16).max)
    else:
        largest = float(np.finfo(dtype).max)
    return -largest, largest


def _inside(limit, dtype, upwards):
    """The value of `dtype` nearest to `limit` on its inner side: 2**31 - 1 is no float32."""
    native = numpy_dtype(dtype).type
    value = native(limit)
    while (float(value) < limit) if upwards else (float(value) > limit):
        value = np.nextafter(value, native(np.inf if upwards else -np.inf))
    return float(value) if is_float(dtype) else int(value)


@op(rule=rules.like_input(rules.SAME))
def stop_gradient(variable: Tensor):
    """The same values, constant to differentiation.

    Args:
        variable: Tensor or Variable of any shape.

    Returns:
        A tensor like it.

    Example:
        >>> ops.stop_gradient(np.array([1, 2], "int32"))
        array([1, 2], dtype=int32)
    """


@op(rule=rules.like_input(rules.SAME))
def copy(x: Tensor):
    """The same values in a tensor of their own.

    Args:
        x: Tensor of any shape.

    Returns:
        A tensor like `x`; gradients pass through.

    Example:
        >>> ops.copy(np.array([1, 2], "int32"))
        array([1, 2], dtype=int32)
    """


def convert_to_tensor(x, dtype=None, sparse=None, ragged=None):
    """A tensor of `x`, on its own engine or, for a neutral value, on the active backend.

    Args:
        x: Number, nested list of numbers, NumPy array, Variable or tensor. Python floats become floatx, integers int32;
            arrays and tensors keep their dtype.
        dtype: Dtype of the result; None keeps.
        sparse: False makes a sparse tensor dense; True and None leave it as it is.
        ragged: The same for ragged tensors; True is not supported.

    Returns:
        A tensor.

    Raises:
        ValueError: The lists are ragged or hold no numbers, or there is no such dtype.
        NotSupportedError: `ragged` is true.

    Example:
        >>> ops.convert_to_tensor([1.5, 2.0])
        array([1.5, 2. ], dtype=float32)
    """
    if ragged:
        raise NotSupportedError("convert_to_tensor(ragged=True) is not supported: pass a dense value.")
    if isinstance(x, KerasTensor):
        x = to_dense(x) if sparse is False and x.sparse else x
        return x if dtype is None or x.dtype == standardize_dtype(dtype) else cast(x, dtype)
    engine = _engine_of(x) or backends.active_backend()
    tensor = engine.convert_to_tensor(x, None if dtype is None else standardize_dtype(dtype))
    return to_dense(tensor) if sparse is False and engine.is_sparse_type(type(tensor)) else tensor


def _engine_of(x):
    """The backend of a tensor, or of the tensors in a list."""
    if isinstance(x, (list, tuple)):
        return backends.backend_in(x, "ops.convert_to_tensor")
    return backends.backend_of(x)


def is_on_host(x):
    """Whether `x` is a number, a NumPy array, or lists of these: a value that is known and belongs to no engine."""
    return not isinstance(x, Dim) and not any_symbolic(x) and _engine_of(x) is None


def convert_to_numpy(x):
    """The values as a NumPy array on the host, without their gradient.

    Args:
        x: Tensor of any engine, Variable, or what NumPy takes.

    Returns:
        A NumPy array, which may share memory with `x`.

    Raises:
        ValueError: `x` is symbolic and has no values.

    Example:
        >>> ops.convert_to_numpy([1, 2]).shape
        (2,)
    """
    engine = backends.backend_of(x)
    return np.asarray(x) if engine is None else engine.to_numpy(x)


def is_tensor(x):
    """Whether `x` is a tensor of an engine; NumPy arrays are tensors to the NumPy backend only.

    Args:
        x: Anything.

    Returns:
        A bool; False for Variables and symbolic tensors.

    Example:
        >>> ops.is_tensor([1.0]), ops.is_tensor(np.ones(2))
        (False, True)
    """
    if isinstance(x, (np.ndarray, np.generic)):
        return backends.backend() == "numpy"
    return backends.backend_of_type(type(x)) is not None


def shape(x):
    """The shape.

    A size that is not known before a graph runs is a placeholder (of a symbolic tensor) or a scalar tensor (inside a
    `tf.function`): both can stand wherever an op takes a size, and can be computed with.

    Args:
        x: Tensor, Variable, number or nested list.

    Returns:
        A tuple of ints.

    Example:
        >>> ops.shape(np.zeros((2, 3)))
        (2, 3)
    """
    if isinstance(x, KerasTensor):
        return x.sizes()
    engine = backends.backend_of(x)
    if engine is None:
        return np.shape(x)
    sizes = engine.shape_of(x)
    return engine.kernel("cast", "sizes")(x) if None in sizes else tuple(sizes)


def ndim(x):
    """The number of axes.

    Args:
        x: Tensor, Variable, number or nested list.

    Returns:
        An int.

    Example:
        >>> ops.ndim(np.zeros((2, 3)))
        2
    """
    sizes = getattr(x, "shape", None)
    return len(np.shape(x) if sizes is None else sizes)


def dtype(x):
    """The standard name of the dtype.

    Args:
        x: Tensor, Variable, number or nested list.

    Returns:
        A string such as "float32".

    Example:
        >>> ops.dtype(np.zeros(2, "float16"))
        'float16'
    """
    native = getattr(x, "dtype", None)
    return standardize_dtype(np.asarray(x).dtype if native is None else native)
