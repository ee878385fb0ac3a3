"""Pooling on TensorFlow. Its CPU kernels take channels-last data only."""

from __future__ import annotations

import tensorflow as tf

from tricorn.core.windows import pooling

_MAX = {1: tf.nn.max_pool1d, 2: tf.nn.max_pool2d, 3: tf.nn.max_pool3d}
_AVERAGE = {1: tf.nn.avg_pool1d, 2: tf.nn.avg_pool2d, 3: tf.nn.avg_pool3d}


def max_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    plan = pooling(inputs.shape, pool_size, strides, padding, data_format, "ops.max_pool")
    lacks_kernel = plan.rank == 3 or inputs.dtype in (tf.bool, tf.uint32, tf.uint64)
    if lacks_kernel and not inputs.dtype.is_floating:
        pooled = max_pool(tf.cast(inputs, tf.float64), pool_size, strides, padding, data_format)
        return tf.cast(pooled, inputs.dtype)
    return _pool(_MAX[plan.rank], plan, inputs)


def average_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    plan = pooling(inputs.shape, pool_size, strides, padding, data_format, "ops.average_pool")
    return _pool(_AVERAGE[plan.rank], plan, inputs)


def _pool(function, plan, inputs):
    if plan.channels_first:
        inputs = tf.transpose(inputs, (0, *range(2, plan.rank + 2), 1))
    y = function(inputs, plan.window, plan.strides, "SAME" if plan.same else "VALID")
    return tf.transpose(y, (0, plan.rank + 1, *range(1, plan.rank + 1))) if plan.channels_first else y
