"""Reductions over segments on TensorFlow."""

from __future__ import annotations

import functools
import math

import tensorflow as tf

from tricorn.backends.tensorflow.ops.eager import is_plain, is_unrecorded

#: What few numbers are above; a segment without any becomes larger.
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
    if not is_plain(data, ids) or ids.dtype not in (tf.int32, tf.int64) or not ids.ndim:
        return None
    if data.dtype.is_floating and data.dtype.size == 2:
        return None
    try:
        return function(data, ids, int(ids.numpy().max(initial=-1)) + 1 if count is None else count)
    except tf.errors.InvalidArgumentError:
        return None


def _direct(raw):
    return lambda data, ids, count: raw(data=data, segment_ids=ids, num_segments=count)


_greatest, _least = _direct(tf.raw_ops.UnsortedSegmentMax), _direct(tf.raw_ops.UnsortedSegmentMin)


def _folding(raw, function):
    direct = _direct(raw)

    def kernel(data, segment_ids, num_segments=None, sorted=False):
        result = _of_good_ids(direct, data, segment_ids, num_segments)
        if result is not None:
            return result
        ids, count = _checked(data, segment_ids, num_segments)
        return _shaped(tf.cast(function(_wide(data), ids, count), data.dtype), data, ids, num_segments)

    return kernel


segment_sum = _folding(tf.raw_ops.UnsortedSegmentSum, tf.math.unsorted_segment_sum)
segment_prod = _folding(tf.raw_ops.UnsortedSegmentProd, tf.math.unsorted_segment_prod)


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
    """Eagerly, of floats above TensorFlow's start, or below it, which are no NaN; None where there are others."""
    # Looked at on the host, which copies nothing and takes less than an eager op.
    limit = -sign * _LARGE[data.dtype]
    if not is_unrecorded() or not _all_beyond(limit, sign, data.numpy()):
        return None
    found = function(data, ids, count)
    # TensorFlow gives the largest finite number for nothing.
    if _all_beyond(limit, sign, found.numpy()):
        return found
    raw = tf.raw_ops
    is_found = raw.Greater(x=found, y=limit) if sign > 0 else raw.Less(x=found, y=limit)
    return raw.SelectV2(condition=is_found, t=found, e=-sign * math.inf)


def _all_beyond(limit, sign, array):
    return array.min(initial=0) > limit if sign > 0 else array.max(initial=0) < limit


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
    return _extreme(data, segment_ids, num_segments, _greatest, tf.tensor_scatter_nd_max, 1)


def segment_min(data, segment_ids, num_segments=None, sorted=False):
    return _extreme(data, segment_ids, num_segments, _least, tf.tensor_scatter_nd_min, -1)
