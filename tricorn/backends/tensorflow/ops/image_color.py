"""Colour spaces on TensorFlow: its kernels for HSV, with gradients that they lack or that are not finite."""

from __future__ import annotations

import tensorflow as tf

from tricorn.backends.tensorflow.ops.eager import is_plain, is_unrecorded

_LUMA = (0.2989, 0.5870, 0.1140)


def luma(x, axis):
    if axis == x.shape.rank - 1:
        return tf.tensordot(x, tf.constant(_LUMA, x.dtype)[:, None], 1)
    red, green, blue = tf.split(x, 3, axis)
    return red * _LUMA[0] + green * _LUMA[1] + blue * _LUMA[2]


def to_hsv(x, axis):
    if axis != x.shape.rank - 1:
        return _hsv(x, axis)
    if is_unrecorded():
        return tf.raw_ops.RGBToHSV(images=x)

    @tf.custom_gradient
    def fused(x):
        def gradient(upstream):
            with tf.GradientTape() as tape:
                tape.watch(x)
                again = _hsv(x, axis)
            return tape.gradient(again, x, upstream)

        return tf.raw_ops.RGBToHSV(images=x), gradient

    return fused(x)


def _hsv(x, axis):
    red, green, blue = tf.split(x, 3, axis)
    value = tf.maximum(tf.maximum(red, green), blue)
    span = value - tf.minimum(tf.minimum(red, green), blue)
    one = tf.ones((), x.dtype)
    part = 1 / (6 * tf.where(tf.equal(span, 0), one, span))
    of_others = tf.where(tf.equal(value, green), (blue - red) * part + 1 / 3, (red - green) * part + 2 / 3)
    hue = tf.where(tf.equal(value, red), (green - blue) * part, of_others)
    hue = tf.where(hue < 0, hue + 1, hue)
    is_lit = value > 0
    saturation = tf.where(is_lit, span, 0 * one) / tf.where(is_lit, value, one)
    return tf.concat([hue, saturation, value], axis)


def from_hsv(x, axis):
    if axis != x.shape.rank - 1:
        return _computed(x, axis)
    if is_unrecorded():
        return tf.raw_ops.HSVToRGB(images=_of_one_turn(x))

    @tf.custom_gradient
    def fused(x):
        result = tf.raw_ops.HSVToRGB(images=_of_one_turn(x))

        def gradient(upstream):
            with tf.GradientTape() as tape:
                tape.watch(x)
                again = _computed(x, axis)
            return tape.gradient(again, x, upstream)

        return result, gradient

    return fused(x)


def _of_one_turn(x):
    """With hues in [0, 1], which the kernel knows."""
    if is_plain(x):
        # Looked at on the host, which copies nothing and takes less than an eager op.
        hues = x.numpy()[..., 0]
        if hues.min(initial=0) >= 0 and hues.max(initial=0) <= 1:
            return x
    return x - tf.floor(x) * tf.constant((1, 0, 0), x.dtype)


def _computed(x, axis):
    hue, saturation, value = tf.split(x, 3, axis)
    sixth = 6 * (hue - tf.floor(hue))
    lacks = (2 - tf.abs(sixth - 3), tf.abs(sixth - 2) - 1, tf.abs(sixth - 4) - 1)
    chroma = value * saturation
    return tf.concat([value - chroma * tf.clip_by_value(lack, 0, 1) for lack in lacks], axis)
