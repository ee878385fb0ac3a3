"""Counting and comparing with sets on TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from tricorn.backends.tensorflow.ops.eager import compiled_eagerly
from tricorn.backends.tensorflow.ops.index import searchsorted, sort


@compiled_eagerly(2, static=((1, 0),))
def digitize(x, bins):
    size = bins.shape[0]
    if size is not None and size < 2:
        return searchsorted(bins, x, "right")
    descends = bins[-1] < bins[0]
    found = searchsorted(tf.where(descends, bins[::-1], bins), x, "right")
    return tf.where(descends, tf.size(bins) - found, found)


@compiled_eagerly(2)
def isin(x1, x2, assume_unique=False, invert=False):
    pool = sort(tf.reshape(x2, [-1]))
    place = searchsorted(pool, x1, "left")
    # One place more, so that there is something to look at behind the last element.
    beside = tf.gather(tf.concat([pool, tf.zeros([1], pool.dtype)], 0), place)
    found = tf.equal(beside, x1) & (place < tf.size(pool))
    return ~found if invert else found
