"""Normalisation on TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from tricorn.core.rules import canonical_axes

_HALVES = (tf.float16, tf.bfloat16)


def _axes(axis, rank):
    if type(axis) is int and -rank <= axis < rank:
        return (axis % rank,)
    return canonical_axes(axis, rank)


def _wide(x):
    """`x` in the dtype its statistics are taken in: a sum of squares overflows float16 early."""
    return tf.cast(x, tf.float32) if x.dtype in _HALVES or not x.dtype.is_floating else x


def _result_dtype(x):
    return x.dtype if x.dtype.is_floating else tf.float32


def moments(x, axes, keepdims=False, synchronized=False):
    axes = tuple(range(x.shape.rank)) if axes is None else _axes(axes, x.shape.rank)
    mean, variance = tf.nn.moments(_wide(x), axes, keepdims=keepdims)
    return tf.cast(mean, x.dtype), tf.cast(variance, x.dtype)


def _along(value, axis, rank):
    """`value`, of rank 1, shaped to act along `axis`."""
    axis %= rank
    return value if axis == rank - 1 else tf.reshape(value, [-1 if one == axis else 1 for one in range(rank)])


def _check_along(x, axis, *tensors):
    """One number for each element on `axis`: others might broadcast to something else."""
    shape = x.shape[axis : axis + 1 or None]
    if any(one is not None and not one.shape.is_compatible_with(shape) for one in tensors):
        raise ValueError("there must be one number for each element on the axis")


def batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    _check_along(x, axis, mean, variance, offset, scale)
    rank = x.shape.rank
    factor = tf.math.rsqrt(variance + epsilon)
    if scale is not None:
        factor = factor * scale
    shift = -mean * factor if offset is None else offset - mean * factor
    return x * _along(factor, axis, rank) + _along(shift, axis, rank)


def batch_norm_train(x, gamma, beta, axis, epsilon, mask=None):
    """Normalise by the batch's own moments: (y, mean, variance), the variance biased."""
    rank = x.shape.rank
    channels = x.shape[axis]
    if (
        mask is None
        and rank == 4
        and axis % rank == 3
        and channels is not None
        and x.dtype in (tf.float32, *_HALVES)
    ):
        # The fused kernel wants float32 statistics, and returns the variance unbiased.
        gamma = tf.ones([channels], tf.float32) if gamma is None else tf.cast(gamma, tf.float32)
        beta = tf.zeros([channels], tf.float32) if beta is None else tf.cast(beta, tf.float32)
        y, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            x, gamma, beta, epsilon=epsilon, is_training=True
        )
        count = tf.cast(tf.size(x, tf.int64) // channels, tf.float32)
        variance = variance * tf.where(count > 1, (count - 1) / count, 1.0)
        return y, tf.stop_gradient(mean), tf.stop_gradient(variance)
    axes = tuple(one for one in range(rank) if one != axis % rank)
    wide = _wide(x)
    if mask is None:
        mean, variance = tf.nn.moments(wide, axes)
    else:
        weights = tf.cast(mask, wide.dtype)
        for _ in range(rank - mask.shape.rank):
            weights = tf.expand_dims(weights, -1)
        weights = tf.broadcast_to(
            weights, [1 if one not in axes else tf.shape(x)[one] for one in range(rank)]
        )
        # A batch whose mask is all false counts as one element: its moments are 0, not NaN.
        total = tf.maximum(tf.reduce_sum(weights), 1)
        mean = tf.reduce_sum(wide * weights, axes, keepdims=True) / total
        variance = tf.reduce_sum(tf.square(wide - mean) * weights, axes) / total
        mean = tf.reshape(mean, [-1])
    beta = None if beta is None else tf.cast(beta, wide.dtype)
    gamma = None if gamma is None else tf.cast(gamma, wide.dtype)
    y = batch_normalization(wide, mean, variance, axis, beta, gamma, epsilon)
    return tf.cast(y, x.dtype), mean, variance


def layer_norm(x, gamma=None, beta=None, axis=-1, epsilon=1e-7):
    axes = _axes(axis, x.shape.rank)
    wide = _wide(x)
    mean, variance = tf.nn.moments(wide, axes, keepdims=True)
    y = (wide - mean) * tf.math.rsqrt(variance + epsilon)
    return tf.cast(_scale_and_shift(y, gamma, beta, axes), _result_dtype(x))


def rms_norm(x, scale=None, axis=-1, epsilon=1e-7):
    axes = _axes(axis, x.shape.rank)
    wide = _wide(x)
    y = wide * tf.math.rsqrt(tf.reduce_mean(tf.square(wide), axes, keepdims=True) + epsilon)
    return tf.cast(_scale_and_shift(y, scale, None, axes), _result_dtype(x))


def _scale_and_shift(x, gamma, beta, axes):
    for factor, combine in ((gamma, tf.multiply), (beta, tf.add)):
        if factor is not None:
            factor = tf.cast(factor, x.dtype)
            if axes != (x.shape.rank - 1,):
                factor = tf.reshape(
                    factor, [x.shape[one] if one in axes else 1 for one in range(x.shape.rank)]
                )
            x = combine(x, factor)
    return x
