"""Cross-entropies on TensorFlow: fused from logits."""

from __future__ import annotations

import tensorflow as tf

from tricorn.core.config import epsilon
from tricorn.core.targets import check_axis, check_same_shape, squeezes_labels


def _log_probabilities(output, axis):
    output = output / tf.reduce_sum(output, axis, keepdims=True)
    return tf.math.log(tf.clip_by_value(output, epsilon(), 1 - epsilon()))


def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    check_same_shape("ops.categorical_crossentropy", tuple(target.shape), tuple(output.shape))
    check_axis("ops.categorical_crossentropy", output.shape, axis)
    target = tf.cast(target, output.dtype)
    if from_logits:
        return tf.nn.softmax_cross_entropy_with_logits(target, output, axis=axis)
    return -tf.reduce_sum(target * _log_probabilities(output, axis), axis)


def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    if squeezes_labels("ops.sparse_categorical_crossentropy", tuple(target.shape), tuple(output.shape), axis):
        target = tf.squeeze(target, -1)
    target = tf.cast(target, tf.int64 if target.dtype == tf.int64 else tf.int32)
    logits = output if from_logits else _log_probabilities(output, axis)
    rank = output.shape.rank
    if axis % rank != rank - 1:
        logits = tf.transpose(logits, [one for one in range(rank) if one != axis % rank] + [axis % rank])
    if not from_logits:
        # The logarithms as they are: a softmax would normalise what was clipped.
        return -tf.gather(logits, target, axis=-1, batch_dims=rank - 1)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(target, logits)


def binary_crossentropy(target, output, from_logits=False):
    check_same_shape("ops.binary_crossentropy", tuple(target.shape), tuple(output.shape))
    target = tf.cast(target, output.dtype)
    if from_logits:
        return tf.nn.sigmoid_cross_entropy_with_logits(target, output)
    output = tf.clip_by_value(output, epsilon(), 1 - epsilon())
    return -(target * tf.math.log(output) + (1 - target) * tf.math.log1p(-output))
