"""Reductions over segments on TensorFlow."""

from __future__ import annotations

import functools
import math

import tensorflow as tf

from tricorn.backends.tensorflow.ops.eager import is_plain, is_unrecorded


#: Larger than numbers whose squares are finite.
_LARGE = {tf.float32: 1e38, tf.float64: 1e308}


def _checked(data, ids, count):
    """Ids, those out of range as -1, which TensorFlow leaves out; and how many segments there are."""
    if not ids.dtype.is_integer:
        raise TypeError(f"Segment ids must be integers, not {ids.dtype.name}.")
    if not ids.shape.rank or not data.shape[: ids.shape.rank].is_compatible_with(ids.shape):
        raise ValueError("the ids are not those of the data's leading axes")
    if ids.dtype not in (tf.int32, tf.int64):
        ids = tf.cast(ids, tf.int64 if ids.dtype.size > 2 else tf.int32)
    if count is None:
        count = tf.maximum(tf.reduce_max(ids) + 1, 0)
    else:
        count = tf.cast(count, ids.dtype)
        ids = tf.where(ids < count, ids, -tf.ones_like(ids))
    return ids, count


def _shaped(result, data, ids, count):
    if isinstance(count, int):
        result.set_shape([count, *data.shape[ids.shape.rank :]])
    return result


def _wide(x):
    return tf.cast(x, tf.float32) if x.dtype.is_floating and x.dtype.size == 2 else x


def _of_good_ids(function, data, ids, count):
    """What TensorFlow gives for ids within range; None for others, which it refuses on a CPU, and where it is not asked."""
    if count is None or not is_plain(data, ids) or ids.dtype not in (tf.int32, tf.int64):
        return None
    if not ids.ndim or (data.dtype.is_floating and data.dtype.size == 2):
        return None
    try:
        return function(data, ids, count)
    except tf.errors.InvalidArgumentError:
        return None


def _sums(data, ids, count):
    return tf.raw_ops.UnsortedSegmentSum(data=data, segment_ids=ids, num_segments=count)


def _products(data, ids, count):
    return tf.raw_ops.UnsortedSegmentProd(data=data, segment_ids=ids, num_segments=count)


def segment_sum(data, segment_ids, num_segments=None, sorted=False):
    result = _of_good_ids(_sums, data, segment_ids, num_segments)
    if result is not None:
        return result
    ids, count = _checked(data, segment_ids, num_segments)
    result = tf.cast(tf.math.unsorted_segment_sum(_wide(data), ids, count), data.dtype)
    return _shaped(result, data, ids, num_segments)


def segment_prod(data, segment_ids, num_segments=None, sorted=False):
    result = _of_good_ids(_products, data, segment_ids, num_segments)
    if result is not None:
        return result
    ids, count = _checked(data, segment_ids, num_segments)
    result = tf.cast(tf.math.unsorted_segment_prod(_wide(data), ids, count), data.dtype)
    return _shaped(result, data, ids, num_segments)


def _extreme(data, segment_ids, num_segments, function, scatter, sign):
    if data.dtype.is_floating:
        fast = functools.partial(_of_numbers, function, sign)
    else:
        fast = None if data.dtype == tf.bool else function
    result = None if fast is None else _of_good_ids(fast, data, segment_ids, num_segments)
    if result is not None:
        return result
    ids, count = _checked(data, segment_ids, num_segments)
    if data.dtype == tf.bool:
        # Of no elements the least and the greatest integer come, which are false and true likewise.
        result = function(tf.cast(data, tf.int32), ids, count) > 0
    elif not data.dtype.is_floating:
        result = function(data, ids, count)
    else:
        result = _extreme_of_floats(data, ids, count, scatter, -sign * float("inf"))
    return _shaped(result, data, ids, num_segments)


def _of_numbers(function, sign, data, ids, count):
    """Eagerly, of floats among which there is no NaN and nothing very large; None where there is."""
    # Looked at on the host, which copies nothing and takes a tenth of the time of an eager op.
    values = data.numpy().reshape(-1)
    if not is_unrecorded() or not math.isfinite(values.dot(values)):
        return None
    found = function(data, ids, count)
    # TensorFlow gives the largest finite number for nothing.
    limit = _LARGE[data.dtype]
    if sign > 0:
        if found.numpy().min(initial=0) > -limit:
            return found
        is_found = found > -limit
    else:
        if found.numpy().max(initial=0) < limit:
            return found
        is_found = found < limit
    return tf.where(is_found, found, tf.constant(-sign * math.inf, data.dtype))


def _extreme_of_floats(data, ids, count, scatter, start):
    """By a scatter onto infinities: TensorFlow's own starts from the largest finite number. Neither keeps NaN."""
    has_nan = tf.math.unsorted_segment_sum(tf.cast(tf.math.is_nan(data), tf.int32), ids, count) > 0
    rank = ids.shape.rank
    rest = tf.shape(data)[rank:]
    flat = tf.reshape(data, tf.concat([[tf.size(ids)], rest], 0))
    places = tf.reshape(tf.where(ids < 0, count, ids), [-1, 1])
    sizes = tf.concat([[tf.cast(count, tf.int32) + 1], rest], 0)
    if 0 in data.shape[rank:].as_list():
        return tf.fill(sizes, tf.constant(start, data.dtype))[:-1]  # a scatter of nothing is refused
    found = scatter(tf.fill(sizes, tf.constant(start, data.dtype)), places, flat)[:-1]
    return tf.where(has_nan, tf.constant(float("nan"), data.dtype), found)


def segment_max(data, segment_ids, num_segments=None, sorted=False):
    return _extreme(
        data, segment_ids, num_segments, tf.math.unsorted_segment_max, tf.tensor_scatter_nd_max, 1
    )


def segment_min(data, segment_ids, num_segments=None, sorted=False):
    return _extreme(
        data, segment_ids, num_segments, tf.math.unsorted_segment_min, tf.tensor_scatter_nd_min, -1
    )
