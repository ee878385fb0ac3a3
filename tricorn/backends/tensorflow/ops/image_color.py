"""Colour spaces on TensorFlow: its kernel for HSV to RGB, which has no gradient of its own."""

from __future__ import annotations

import tensorflow as tf

_LUMA = (0.2989, 0.5870, 0.1140)


def luma(x, axis):
    if axis == x.shape.rank - 1:
        return tf.tensordot(x, tf.constant(_LUMA, x.dtype)[:, None], 1)
    red, green, blue = tf.split(x, 3, axis)
    return red * _LUMA[0] + green * _LUMA[1] + blue * _LUMA[2]


def from_hsv(x, axis):
    if axis != x.shape.rank - 1:
        return _computed(x, axis)

    @tf.custom_gradient
    def fused(x):
        # The kernel knows hues in [0, 1].
        turns = tf.floor(x) * tf.constant((1, 0, 0), x.dtype)
        result = tf.raw_ops.HSVToRGB(images=x - turns)

        def gradient(upstream):
            with tf.GradientTape() as tape:
                tape.watch(x)
                again = _computed(x, axis)
            return tape.gradient(again, x, upstream)

        return result, gradient

    return fused(x)


def _computed(x, axis):
    hue, saturation, value = tf.split(x, 3, axis)
    sixth = 6 * (hue - tf.floor(hue))
    lacks = (2 - tf.abs(sixth - 3), tf.abs(sixth - 2) - 1, tf.abs(sixth - 4) - 1)
    chroma = value * saturation
    return tf.concat([value - chroma * tf.clip_by_value(lack, 0, 1) for lack in lacks], axis)
