"""Random draws on TensorFlow: stateless ones. A seed is a tensor of two int64."""

from __future__ import annotations

import tensorflow as tf


def _wide(dtype):
    return "float64" if dtype == "float64" else "float32"


def normal(shape, mean, stddev, dtype, seed):
    return tf.random.stateless_normal(shape, seed, mean, stddev, dtype)


def truncated_normal(shape, mean, stddev, dtype, seed):
    return tf.random.stateless_truncated_normal(shape, seed, mean, stddev, dtype)


def uniform(shape, minval, maxval, dtype, seed):
    return tf.random.stateless_uniform(shape, seed, tf.cast(minval, dtype), tf.cast(maxval, dtype), dtype)


def randint(shape, minval, maxval, dtype, seed):
    small = dtype not in ("int64", "uint32", "uint64") and not (
        isinstance(maxval, int) and maxval > tf.int32.max
    )
    wide = "int32" if small else "int64"
    drawn = tf.random.stateless_uniform(shape, seed, tf.cast(minval, wide), tf.cast(maxval, wide), wide)
    return tf.cast(drawn, dtype)


def categorical(logits, num_samples, dtype, seed):
    return tf.cast(tf.random.stateless_categorical(logits, num_samples, seed, "int64"), dtype)


def _real(drawn, is_right, dtype):
    """What was drawn; NaN where the parameters are those of no distribution, of which the kernels take no notice."""
    return tf.cast(tf.where(is_right, drawn, tf.constant(float("nan"), drawn.dtype)), dtype)


def binomial(shape, counts, probabilities, dtype, seed):
    wide = _wide(dtype)
    counts, probabilities = (tf.broadcast_to(tf.cast(one, wide), shape) for one in (counts, probabilities))
    drawn = tf.random.stateless_binomial(shape, seed, counts, probabilities, wide)
    return _real(drawn, (counts >= 0) & (probabilities >= 0) & (probabilities <= 1), dtype)


def beta(shape, alpha, beta, dtype, seed):
    # X / (X + Y) of two gamma draws, by their logarithms: for small parameters both round to 0.
    wide = _wide(dtype)
    alpha, beta = (tf.broadcast_to(tf.cast(one, wide), shape) for one in (alpha, beta))
    seeds = tf.random.split(seed, 4)
    drawn = tf.sigmoid(_log_gamma(shape, alpha, seeds[:2]) - _log_gamma(shape, beta, seeds[2:]))
    return _real(drawn, (alpha > 0) & (beta > 0), dtype)


def _log_gamma(shape, alpha, seeds):
    """The logarithm of gamma draws: a draw for alpha is one for alpha + 1 times u^(1 / alpha)."""
    larger = tf.random.stateless_gamma(shape, seeds[0], alpha + 1, dtype=alpha.dtype)
    u = 1 - tf.random.stateless_uniform(shape, seeds[1], dtype=alpha.dtype)
    return tf.math.log(larger) + tf.math.log(u) / alpha


def gamma(shape, alpha, dtype, seed):
    wide = _wide(dtype)
    alpha = tf.broadcast_to(tf.cast(alpha, wide), shape)
    return _real(tf.random.stateless_gamma(shape, seed, alpha, dtype=wide), alpha > 0, dtype)


def dropout(inputs, rate, noise_shape, seed):
    shape = tf.shape(inputs) if noise_shape is None else noise_shape
    keep = 1 - rate
    # Half precision has too few steps for a rate: the draw is in float32.
    mask = tf.random.stateless_uniform(shape, seed) < keep
    return tf.where(mask, inputs * tf.cast(1 / keep, inputs.dtype), tf.zeros([], inputs.dtype))


def shuffle(x, axis, seed):
    order = tf.random.experimental.stateless_shuffle(tf.range(tf.shape(x)[axis]), seed)
    return tf.gather(x, order, axis=axis)
