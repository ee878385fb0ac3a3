"""The dense product on TensorFlow."""

from __future__ import annotations

import tensorflow as tf


def linear(x, kernel, bias=None):
    if x.dtype != kernel.dtype:
        dtype = _common(x.dtype, kernel.dtype)
        x, kernel = tf.cast(x, dtype), tf.cast(kernel, dtype)
        bias = None if bias is None else tf.cast(bias, dtype)
    rank = x.shape.rank
    if rank == 2:
        y = tf.matmul(x, kernel)
    elif rank == 1:
        y = tf.linalg.matvec(kernel, x, transpose_a=True)
    else:
        # One matrix product over all leading axes.
        flat = tf.matmul(tf.reshape(x, (-1, kernel.shape[0])), kernel)
        sizes = x.shape[:-1]
        known = sizes.as_list()
        if known.count(None) > 1:
            y = tf.reshape(flat, tf.concat([tf.shape(x)[:-1], [kernel.shape[1]]], 0))
            y.set_shape([*known, kernel.shape[1]])
        else:
            y = tf.reshape(flat, [-1 if size is None else size for size in known] + [kernel.shape[1]])
    return y if bias is None else tf.nn.bias_add(y, bias) if rank > 1 else y + bias


def _common(first, second):
    if not first.is_floating or not second.is_floating:
        return first if first.is_floating else second
    if first.size == second.size:
        return tf.float32
    return first if first.size > second.size else second


def embedding_lookup(table, indices):
    # Out of range: an error on CPU; zeros on GPU, where TensorFlow does not check.
    return tf.gather(
        table, tf.cast(indices, tf.int32) if indices.dtype not in (tf.int32, tf.int64) else indices
    )
