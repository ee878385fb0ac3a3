"""Pooling over windows of one, two or three spatial axes."""

from __future__ import annotations

import numpy as np

from tricorn.core import rules
from tricorn.core.op import Tensor, op
from tricorn.core.symbolic import KerasTensor
from tricorn.core.windows import adaptive_pooling, pooling
from tricorn.ops._arith import minimum
from tricorn.ops._cast import cast, dtype, shape
from tricorn.ops._create import arange
from tricorn.ops._index import take
from tricorn.ops._reduce import max, mean, sum
from tricorn.ops._reshape import expand_dims, reshape


def _pool_rule(where):
    def rule(inputs, pool_size, strides=None, padding="valid", data_format=None):
        plan = pooling(inputs.shape, pool_size, strides, padding, data_format, where)
        return KerasTensor(plan.output_shape(inputs.shape[0]), inputs.dtype, record_history=False)

    return rule


@op(rule=_pool_rule("ops.max_pool"))
def max_pool(inputs: Tensor, pool_size, strides=None, padding="valid", data_format=None):
    """The largest element of each window. Its gradient goes to the first of equal ones.

    Under `"same"` the result has `ceil(n / stride)` elements on an axis, and what is padded, the odd one after, never
    wins; under `"valid"` only whole windows count: `floor((n - pool_size) / stride) + 1`.

    Args:
        inputs: `(batch, ..., channels)`, or `(batch, channels, ...)` under `"channels_first"`; rank 3, 4 or 5, any
            dtype.
        pool_size: An integer, or one for each spatial axis.
        strides: The same; None: `pool_size`.
        padding: `"valid"` or `"same"`.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        The pooled tensor, of the dtype of `inputs`.

    Raises:
        ValueError: Ranks or options do not fit, or the result would be empty.

    Example:
        >>> x = np.array([1, 3, 2, 5, 4], dtype="float32").reshape(1, 5, 1)
        >>> ops.max_pool(x, 2)[0, :, 0]
        array([3., 5.], dtype=float32)
        >>> ops.max_pool(x, 2, padding="same")[0, :, 0]
        array([3., 5., 4.], dtype=float32)
    """


@op(rule=_pool_rule("ops.average_pool"), dtype=rules.FLOAT)
def average_pool(inputs: Tensor, pool_size, strides=None, padding="valid", data_format=None):
    """The mean of each window, over its elements that are no padding.

    Args:
        inputs: `(batch, ..., channels)`, or `(batch, channels, ...)` under `"channels_first"`; rank 3, 4 or 5.
        pool_size: An integer, or one for each spatial axis.
        strides: The same; None: `pool_size`.
        padding: `"valid"` or `"same"`, as in `max_pool`.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        The pooled tensor, of the dtype of `inputs`; integers give floats.

    Raises:
        ValueError: Ranks or options do not fit, or the result would be empty.

    Example:
        >>> x = np.array([1, 3, 2, 5, 4], dtype="float32").reshape(1, 5, 1)
        >>> ops.average_pool(x, 2, padding="same")[0, :, 0]
        array([2. , 3.5, 4. ], dtype=float32)
    """


def _adaptive_rule(where):
    def rule(inputs, output_size, data_format=None):
        axes, sizes = adaptive_pooling(inputs.shape, output_size, data_format, where)
        result = list(inputs.shape)
        result[axes[0] : axes[-1] + 1] = sizes
        return KerasTensor(tuple(result), inputs.dtype, record_history=False)

    return rule


def _adaptive(inputs, output_size, data_format, where, reduce_whole, reduce_ragged):
    """Pool axis by axis: the result of a box is that of its sides."""
    axes, sizes = adaptive_pooling(inputs.shape, output_size, data_format, where)
    for axis, size in zip(axes, sizes, strict=True):
        known = inputs.shape[axis]
        if size is None or size == known:
            continue
        length = shape(inputs)[axis]
        if known is not None and known % size == 0:
            inputs = reduce_whole(_split_axis(inputs, axis, size), axis + 1)
            continue
        # Window i is [floor(i n / size), ceil((i + 1) n / size)); shorter ones repeat their last element.
        numbers = np.arange(size, dtype="int32")
        starts, ends = numbers * length // size, -(-(numbers + 1) * length // size)
        widest = (length - 1) // size + 2
        if known is not None:
            widest = int((ends - starts).max())
            offsets = np.arange(widest, dtype="int32")
        else:
            offsets = arange(widest, dtype="int32")
        places = minimum(starts[:, None] + offsets, ends[:, None] - 1)
        taken = _split_axis(take(inputs, reshape(places, (-1,)), axis), axis, size)
        inputs = reduce_ragged(taken, axis + 1, offsets, ends - starts)
    return inputs


def _split_axis(x, axis, size):
    sizes = shape(x)
    return reshape(x, (*sizes[:axis], size, sizes[axis] // size, *sizes[axis + 1 :]))


def _ragged_mean(x, axis, offsets, counts):
    """The mean along `axis` over the first `counts` elements, which differ along the axis before it."""
    weights = cast(expand_dims(counts, 1) > offsets, dtype(x)) / cast(expand_dims(counts, 1), dtype(x))
    return sum(x * reshape(weights, (*shape(weights), *(1,) * (len(x.shape) - axis - 1))), axis)


@op(rule=_adaptive_rule("ops.adaptive_average_pool"), dtype=rules.FLOAT)
def adaptive_average_pool(inputs: Tensor, output_size, data_format=None):
    """The means of windows that are laid out so that the result has the sizes `output_size`.

    Along an axis of n elements window i covers `[floor(i n / size), ceil((i + 1) n / size))`, as in torch: windows differ
    by one in length, and may overlap, where `size` does not divide n.

    Args:
        inputs: `(batch, ..., channels)`, or `(batch, channels, ...)` under `"channels_first"`; rank 3, 4 or 5.
        output_size: Sizes of the result: an integer, or one for each spatial axis. None keeps the size of an axis.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        As `inputs`, with the spatial sizes `output_size`; integers give floats.

    Raises:
        ValueError: The ranks do not fit, a size is not positive, or an axis of the inputs is empty.

    Example:
        >>> x = np.arange(5, dtype="float32").reshape(1, 5, 1)
        >>> ops.adaptive_average_pool(x, 3)[0, :, 0]
        array([0.5, 2. , 3.5], dtype=float32)
    """
    return _adaptive(inputs, output_size, data_format, "ops.adaptive_average_pool", mean, _ragged_mean)


@op(rule=_adaptive_rule("ops.adaptive_max_pool"))
def adaptive_max_pool(inputs: Tensor, output_size, data_format=None):
    """The largest elements of windows that are laid out so that the result has the sizes `output_size`.

    The windows are those of `adaptive_average_pool`. Which of equal elements gets the gradient is the engine's choice.

    Args:
        inputs: `(batch, ..., channels)`, or `(batch, channels, ...)` under `"channels_first"`; rank 3, 4 or 5.
        output_size: Sizes of the result: an integer, or one for each spatial axis. None keeps the size of an axis.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        As `inputs`, with the spatial sizes `output_size`.

    Raises:
        ValueError: The ranks do not fit, a size is not positive, or an axis of the inputs is empty.

    Example:
        >>> x = np.array([3, 1, 2, 5, 4], dtype="float32").reshape(1, 5, 1)
        >>> ops.adaptive_max_pool(x, 3)[0, :, 0]
        array([3., 5., 5.], dtype=float32)
    """
    return _adaptive(
        inputs, output_size, data_format, "ops.adaptive_max_pool", max, lambda x, axis, *_: max(x, axis)
    )
