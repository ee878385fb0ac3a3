"""Interpolation on TensorFlow: gathers, which any size, dtype and XLA can; transforms by its fused kernel in float32."""

from __future__ import annotations

import itertools

import tensorflow as tf
from tensorflow.python.ops import control_flow_util

from tricorn.backends.tensorflow.ops.eager import compiled_eagerly, is_unrecorded

_FAR = 2.0**30
# TensorFlow wraps by other rules than ours.
_FUSED = {"constant": "CONSTANT", "nearest": "NEAREST", "reflect": "REFLECT"}


def warp(images, transforms, order, fill_mode, fill_value):
    in_xla = control_flow_util.GraphOrParentsInXlaContext(tf.compat.v1.get_default_graph())
    if order == 0 or fill_mode not in _FUSED or images.dtype != tf.float32 or in_xla:
        return _warped(images, transforms, order, fill_mode, fill_value)

    if is_unrecorded():
        return _fused(images, transforms, fill_mode, fill_value)

    @tf.custom_gradient
    def fused(images, transforms):
        result = _fused(images, transforms, fill_mode, fill_value)

        def gradient(upstream):
            with tf.GradientTape() as tape:
                tape.watch([images, transforms])
                again = _warped(images, transforms, order, fill_mode, fill_value)
            return tape.gradient(again, [images, transforms], upstream)

        return result, gradient

    return fused(images, transforms)


def _fused(images, transforms, fill_mode, fill_value):
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images, transforms=transforms, output_shape=_image_size(images), fill_value=fill_value,
        interpolation="BILINEAR", fill_mode=_FUSED[fill_mode],
    )  # fmt: skip


def _image_size(images):
    size = images.shape[1:3]
    return size.as_list() if size.is_fully_defined() else tf.shape(images)[1:3]


@compiled_eagerly(2, static=((0, -1),))
def _warped(images, transforms, order, fill_mode, fill_value):
    dtype = transforms.dtype
    sizes = tf.shape(images)
    x, y = tf.cast(tf.range(sizes[2]), dtype), tf.cast(tf.range(sizes[1]), dtype)[:, None]
    a0, a1, a2, b0, b1, b2, c0, c1 = tf.unstack(transforms[:, :, None, None], 8, axis=1)
    divisor = c0 * x + (c1 * y + 1)
    # At infinity: somewhere far, but finite.
    divisor = tf.where(divisor == 0, tf.cast(1e-20, dtype), divisor)
    rows = (b0 * x + (b1 * y + b2)) / divisor
    columns = (a0 * x + (a1 * y + a2)) / divisor
    return sample(images, tf.stack([rows, columns]), order, fill_mode, fill_value)


def sample(inputs, coordinates, order, fill_mode, fill_value):
    if inputs.dtype == tf.bool:
        found = sample(tf.cast(inputs, tf.uint8), coordinates, order, fill_mode, int(fill_value))
        return tf.cast(found, tf.bool)
    rank = inputs.shape.rank
    sizes = tf.unstack(tf.shape(inputs), rank)
    channels = inputs.shape[-1] if inputs.shape[-1] is not None else sizes[-1]
    strides = [tf.reduce_prod(tf.stack([1, *sizes[axis + 1 : -1]])) for axis in range(1, rank - 1)]
    first = tf.range(sizes[0]) * sizes[1] * strides[0]
    first = tf.reshape(first, [-1] + [1] * (coordinates.shape.rank - 2))
    flat = tf.reshape(inputs, [-1, channels])
    sides = [
        [(index * stride, weight, inside) for index, weight, inside in _beside(place, size, order, fill_mode)]
        for place, size, stride in zip(tf.unstack(coordinates, rank - 2), sizes[1:-1], strides, strict=True)
    ]
    result, missing = None, None
    for corner in itertools.product(*sides):
        index, weight, inside = first, None, None
        for one, factor, within in corner:
            index = index + one
            weight = factor if weight is None else weight if factor is None else weight * factor
            inside = within if inside is None else inside if within is None else inside & within
        values = tf.gather(flat, index)
        if order == 0:
            return (
                values
                if inside is None
                else tf.where(inside[..., None], values, tf.cast(fill_value, flat.dtype))
            )
        if inside is not None:
            part = tf.where(inside, tf.zeros_like(weight), weight)
            missing = part if missing is None else missing + part
            weight = tf.where(inside, weight, tf.zeros_like(weight))
        part = values * weight[..., None]
        result = part if result is None else result + part
    if missing is not None and fill_value:
        result = result + tf.where(missing > 0, missing * fill_value, tf.zeros_like(missing))[..., None]
    return result


def _beside(place, size, order, fill_mode):
    """[(index, weight, is it inside)], with None for a weight of 1 and for what is always inside."""
    below = tf.floor(place + 0.5) if order == 0 else tf.floor(place)
    index = tf.cast(tf.clip_by_value(below, -_FAR, _FAR), tf.int32)
    if order == 0:
        return [(_extended(index, size, fill_mode), None, _inside(index, size, fill_mode))]
    share = place - tf.stop_gradient(below)
    return [
        (_extended(one, size, fill_mode), weight, _inside(one, size, fill_mode))
        for one, weight in ((index, 1 - share), (index + 1, share))
    ]


def _inside(index, size, fill_mode):
    return (index >= 0) & (index < size) if fill_mode == "constant" else None


def _extended(index, size, fill_mode):
    """Where the element stands that the extended row has at `index`."""
    if fill_mode in ("constant", "nearest"):
        return tf.clip_by_value(index, 0, size - 1)
    if fill_mode == "wrap":
        return tf.math.floormod(index, size)
    period = 2 * size if fill_mode == "reflect" else tf.maximum(2 * size - 2, 1)
    index = tf.math.floormod(index, period)
    return tf.where(index < size, index, (period - 1 if fill_mode == "reflect" else period) - index)
