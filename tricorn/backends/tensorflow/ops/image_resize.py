"""Resampling on TensorFlow: its fused kernels in float32; weights computed in the graph for float64 and for XLA.

The kernels return float32 whatever they are given, and XLA has those of the plain bilinear filter only. The plain
bicubic kernel reads its weights from a table of 1024 entries, which shows in the third digit: ScaleAndTranslate, which
computes them, runs in its place.
"""

from __future__ import annotations

import math

import tensorflow as tf
from tensorflow.python.ops import control_flow_util

from tricorn.core.resampling import RADIUS

_KERNELS = {"bilinear": "triangle", "bicubic": "keyscubic", "lanczos3": "lanczos3", "lanczos5": "lanczos5"}


def resample(images, size, interpolation, antialias, channels_first):
    first = images.shape.rank - (2 if channels_first else 3)
    if interpolation == "nearest":
        for axis in (0, 1):
            images = tf.gather(images, _nearest(_size(images, first + axis), size[axis]), axis=first + axis)
        return images
    in_xla = control_flow_util.GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph())
    plain = interpolation == "bilinear" and not antialias
    if images.dtype == tf.float32 and (plain or not in_xla):
        return _fused(images, size, interpolation, antialias, channels_first)
    for axis in (0, 1):
        images = _along(images, first + axis, size[axis], interpolation, antialias)
    return images


def _size(x, axis):
    """A size as an int, or a scalar tensor where it is unknown."""
    static = x.shape[axis]
    return tf.shape(x)[axis] if static is None else static


def _nearest(old, new):
    old, new = tf.cast(old, tf.int64), tf.cast(new, tf.int64)
    return (2 * tf.range(new) + 1) * old // (2 * new)


def _fused(images, size, interpolation, antialias, channels_first):
    x = images if images.shape.rank == 4 else images[None]
    if channels_first:
        x = tf.transpose(x, (0, 2, 3, 1))
    size = (
        tf.convert_to_tensor(size, tf.int32)
        if _is_static(size)
        else tf.stack([tf.cast(s, tf.int32) for s in size])
    )
    if interpolation == "bilinear" and not antialias:
        y = tf.raw_ops.ResizeBilinear(images=x, size=size, half_pixel_centers=True)
    else:
        old = tf.shape(x)[1:3]
        scale = tf.cast(size, tf.float32) / tf.cast(old, tf.float32)
        y = tf.raw_ops.ScaleAndTranslate(images=x, size=size, scale=scale, translation=tf.zeros(2),
                                         kernel_type=_KERNELS[interpolation], antialias=antialias)  # fmt: skip
    if channels_first:
        y = tf.transpose(y, (0, 3, 1, 2))
    return y if images.shape.rank == 4 else y[0]


def _is_static(size):
    return all(isinstance(one, int) for one in size)


def _along(x, axis, new, method, antialias):
    matrix = _weights(_size(x, axis), new, method, antialias, x.dtype)
    product = tf.tensordot(x, matrix, ([axis], [1]))
    order = list(range(x.shape.rank - 1))
    return tf.transpose(product, [*order[:axis], x.shape.rank - 1, *order[axis:]])


def _weights(old, new, method, antialias, dtype):
    """(new, old), as `core.resampling` has it, of sizes that need not be known."""
    step = tf.cast(old, dtype) / tf.cast(new, dtype)
    stretch = tf.maximum(step, 1) if antialias else tf.ones((), dtype)
    centre = (tf.cast(tf.range(new), dtype) + 0.5) * step - 0.5
    distance = tf.abs(centre[:, None] - tf.cast(tf.range(old), dtype)) / stretch
    weights = _filter(method, distance)
    return weights / tf.reduce_sum(weights, 1, keepdims=True)


def _filter(method, x):
    if method == "bilinear":
        return tf.maximum(1 - x, 0)
    if method == "bicubic":
        near, far = ((1.5 * x - 2.5) * x) * x + 1, ((-0.5 * x + 2.5) * x - 4) * x + 2
        return tf.where(x < 1, near, tf.where(x < 2, far, tf.zeros_like(x)))
    radius = RADIUS[method]
    return tf.where(x < radius, _sinc(x) * _sinc(x / radius), tf.zeros_like(x))


def _sinc(x):
    angle = math.pi * x
    return tf.where(angle == 0, tf.ones_like(x), tf.math.divide_no_nan(tf.sin(angle), angle))
