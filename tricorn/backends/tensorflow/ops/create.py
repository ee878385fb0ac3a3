"""Making tensors on TensorFlow; sizes may be scalar tensors."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tricorn.core.arrays import numpy_dtype
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.rules import canonical_axis
from tricorn.core.shapes import range_dtype


def zeros(shape, dtype=None):
    return tf.zeros(shape, standardize_dtype(dtype))


def ones(shape, dtype=None):
    return tf.ones(shape, standardize_dtype(dtype))


def empty(shape, dtype=None):
    return tf.zeros(shape, standardize_dtype(dtype))


def _sizes(shape):
    return [shape] if isinstance(shape, int) else shape


def full(shape, fill_value, dtype=None):
    return tf.broadcast_to(tf.cast(fill_value, standardize_dtype(dtype)), _sizes(shape))


def _like(x, dtype):
    return x.dtype if dtype is None else standardize_dtype(dtype)


def zeros_like(x, dtype=None):
    return tf.zeros_like(x, _like(x, dtype))


def ones_like(x, dtype=None):
    return tf.ones_like(x, _like(x, dtype))


def empty_like(x, dtype=None):
    return tf.zeros_like(x, _like(x, dtype))


def full_like(x, fill_value, dtype=None):
    result = tf.broadcast_to(tf.cast(fill_value, _like(x, dtype)), tf.shape(x))
    return tf.ensure_shape(result, x.shape)


def arange(start, stop=None, step=None, dtype=None):
    dtype = tf.as_dtype(standardize_dtype(dtype or range_dtype(start, stop, step)))
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if not any(tf.is_tensor(limit) for limit in (start, stop, step)):
        return tf.constant(np.arange(start, stop, step, numpy_dtype(dtype.name)))
    compute = dtype if dtype.is_floating or dtype in (tf.int32, tf.int64) else tf.int64
    start, stop, step = (tf.cast(limit, compute) for limit in (start, stop, step))
    # Not tf.range over the limits, which refuses an empty range.
    count = (stop - start) / step if compute.is_floating else -((start - stop) // step)
    count = tf.maximum(tf.cast(tf.math.ceil(count) if compute.is_floating else count, tf.int32), 0)
    return tf.cast(start + tf.cast(tf.range(count), compute) * step, dtype)


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    intervals = num - 1 if endpoint else num
    start, stop = start + tf.zeros_like(stop), stop + tf.zeros_like(start)
    step = (
        (stop - start) / intervals
        if intervals > 0
        else tf.fill(tf.shape(start), tf.constant(float("nan"), start.dtype))
    )
    positions = tf.reshape(tf.cast(tf.range(num), start.dtype), (num,) + (1,) * start.shape.rank)
    result = start + positions * step if intervals > 0 else start + tf.zeros_like(positions)
    if endpoint and num > 1:
        result = tf.concat([result[:-1], stop[None]], 0)  # the last value exactly
    rank = result.shape.rank
    axis = canonical_axis(axis, rank)
    if axis:
        order = [*range(1, axis + 1), 0, *range(axis + 1, rank)]
        result = tf.transpose(result, order)
    if dtype is not None:
        dtype = tf.as_dtype(standardize_dtype(dtype))
        result = tf.cast(result if dtype.is_floating else tf.floor(result), dtype)
    return (result, step) if retstep else result


def _diagonals(N, M, condition, dtype):
    rows, columns = tf.range(N)[:, None], tf.range(N if M is None else M)
    return tf.cast(condition(rows, columns), standardize_dtype(dtype))


def eye(N, M=None, k=0, dtype=None):
    return _diagonals(N, M, lambda rows, columns: tf.equal(columns - rows, k), dtype)


def tri(N, M=None, k=0, dtype=None):
    return _diagonals(N, M, lambda rows, columns: columns - rows <= k, dtype)


def _triangle(x, keep):
    sizes = tf.shape(x)
    rows, columns = tf.range(sizes[-2])[:, None], tf.range(sizes[-1])
    return tf.where(keep(columns - rows), x, tf.zeros((), x.dtype))


def tril(x, k=0):
    if k < 0:
        return _triangle(x, lambda offset: offset <= k)
    return tf.linalg.band_part(x, -1, k and _at_most(k, x, -1))


def triu(x, k=0):
    if k > 0:
        return _triangle(x, lambda offset: offset >= k)
    return tf.linalg.band_part(x, k and _at_most(-k, x, -2), -1)


def _at_most(diagonals, x, axis):
    size = x.shape[axis]
    return tf.minimum(diagonals, tf.shape(x)[axis]) if size is None else min(diagonals, size)
