"""Activations on TensorFlow."""

from __future__ import annotations

import math

import tensorflow as tf

from tricorn.core.rules import canonical_axes

relu = tf.nn.relu
relu6 = tf.nn.relu6
sigmoid = tf.math.sigmoid
softplus = tf.math.softplus
softsign = tf.nn.softsign
selu = tf.nn.selu
log_sigmoid = tf.math.log_sigmoid


def silu(x):
    return tf.nn.silu(x)


def gelu(x, approximate=True):
    return tf.nn.gelu(x, approximate)


def elu(x, alpha=1.0):
    result = tf.nn.elu(x)
    return result if alpha == 1 else tf.where(x > 0, result, alpha * result)


def celu(x, alpha=1.0):
    return tf.nn.relu(x) + alpha * tf.math.expm1(tf.minimum(x, 0.0) / alpha)


def leaky_relu(x, negative_slope=0.2):
    return tf.nn.leaky_relu(x, negative_slope)


def hard_sigmoid(x):
    return tf.nn.relu6(x + 3.0) / 6.0


def hard_silu(x):
    return x * hard_sigmoid(x)


def mish(x):
    return x * tf.tanh(tf.math.softplus(x))


def hard_tanh(x):
    upper = tf.cast(1, x.dtype)
    return tf.minimum(x, upper) if x.dtype.is_unsigned else tf.clip_by_value(x, -upper, upper)


def tanh_shrink(x):
    return x - tf.tanh(x)


def soft_shrink(x, threshold=0.5):
    return tf.where(tf.abs(x) > threshold, x - tf.sign(x) * threshold, tf.zeros_like(x))


def hard_shrink(x, threshold=0.5):
    return tf.where(tf.abs(x) > threshold, x, tf.zeros_like(x))


def threshold(x, threshold, default_value):
    if not x.dtype.is_floating:
        threshold = math.floor(threshold)  # x > t says the same as x > floor(t)
    if x.dtype == tf.bool:
        return tf.where(tf.cast(x, tf.int32) > threshold, x, bool(default_value))
    return tf.where(x > tf.cast(threshold, x.dtype), x, tf.cast(default_value, x.dtype))


def squareplus(x, b=4):
    return (x + tf.sqrt(tf.square(x) + b)) * 0.5


def sparse_plus(x):
    return tf.where(x <= -1, tf.zeros_like(x), tf.where(x < 1, 0.25 * tf.square(x + 1), x))


def sparse_sigmoid(x):
    return tf.clip_by_value((x + 1) * 0.5, 0.0, 1.0)


def glu(x, axis=-1):
    value, gate = tf.split(x, 2, axis=axis)
    return value * tf.sigmoid(gate)


def softmax(x, axis=-1):
    if isinstance(axis, int):
        return tf.nn.softmax(x, axis)
    return _over_axes(tf.nn.softmax, x, axis)


def log_softmax(x, axis=-1):
    if isinstance(axis, int):
        return tf.nn.log_softmax(x, axis)
    return _over_axes(tf.nn.log_softmax, x, axis)


def _over_axes(function, x, axis):
    """Apply `function` over several axes at once, joined into the last."""
    if axis is None:
        return tf.reshape(function(tf.reshape(x, [-1])), tf.shape(x))
    rank = x.shape.rank
    axes = list(canonical_axes(axis, rank, "softmax"))
    order = [one for one in range(rank) if one not in axes] + axes
    moved = tf.transpose(x, order)
    sizes = tf.shape(moved)
    kept = rank - len(axes)
    joined = tf.reshape(moved, tf.concat([sizes[:kept], [-1]], 0))
    result = tf.transpose(tf.reshape(function(joined), sizes), [order.index(one) for one in range(rank)])
    result.set_shape(x.shape)
    return result


def sparsemax(x, axis=-1):
    ordered = tf.sort(x, axis=axis, direction="DESCENDING")
    rank = x.shape.rank
    size = tf.shape(x)[axis]
    shape = [1] * rank
    shape[axis] = -1
    ranks = tf.reshape(tf.cast(tf.range(1, size + 1), x.dtype), shape)
    in_support = tf.cast(ranks * ordered > tf.cumsum(ordered, axis=axis) - 1, x.dtype)
    count = tf.reduce_sum(in_support, axis, keepdims=True)
    tau = (tf.reduce_sum(ordered * in_support, axis, keepdims=True) - 1) / count
    return tf.nn.relu(x - tau)
