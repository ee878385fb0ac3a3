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
    wide = "int64" if dtype in ("int64", "uint32", "uint64") else "int32"
    drawn = tf.random.stateless_uniform(shape, seed, tf.cast(minval, wide), tf.cast(maxval, wide), wide)
    return tf.cast(drawn, dtype)


def categorical(logits, num_samples, dtype, seed):
    return tf.cast(tf.random.stateless_categorical(logits, num_samples, seed, "int64"), dtype)


def binomial(shape, counts, probabilities, dtype, seed):
    drawn = tf.random.stateless_binomial(shape, seed, tf.cast(counts, "float32"), tf.cast(probabilities, "float32"),
                                         "float32")  # fmt: skip
    return tf.cast(drawn, dtype)


def beta(shape, alpha, beta, dtype, seed):
    # X / (X + Y) of two gamma draws.
    seeds = tf.random.split(seed, 2)
    first = tf.random.stateless_gamma(shape, seeds[0], tf.cast(alpha, "float32"), dtype="float32")
    second = tf.random.stateless_gamma(shape, seeds[1], tf.cast(beta, "float32"), dtype="float32")
    return tf.cast(first / (first + second), dtype)


def gamma(shape, alpha, dtype, seed):
    wide = _wide(dtype)
    return tf.cast(tf.random.stateless_gamma(shape, seed, tf.cast(alpha, wide), dtype=wide), dtype)


def dropout(inputs, rate, noise_shape, seed):
    shape = tf.shape(inputs) if noise_shape is None else noise_shape
    keep = 1 - rate
    # Half precision has too few steps for a rate: the draw is in float32.
    mask = tf.random.stateless_uniform(shape, seed) < keep
    return tf.where(mask, inputs * tf.cast(1 / keep, inputs.dtype), tf.zeros([], inputs.dtype))


def shuffle(x, axis, seed):
    order = tf.random.experimental.stateless_shuffle(tf.range(tf.shape(x)[axis]), seed)
    return tf.gather(x, order, axis=axis)
