"""Filters on TensorFlow: depthwise convolutions of few taps; many taps, or unknown channels, as a matrix an axis."""

from __future__ import annotations

import tensorflow as tf

from tricorn.backends.tensorflow.ops.eager import compiled_eagerly
from tricorn.core.gaussian import gaussian_taps, zeros_around

_FEW_TAPS = 9


def filtered(images, size, sigma, padding, channels_first):
    if images.shape[1 if channels_first else -1] is None or max(size) > _FEW_TAPS:
        for axis, width, deviation in zip((2, 3) if channels_first else (1, 2), size, sigma, strict=True):
            images = _along(images, axis, width, deviation, padding)
        return images
    x = tf.transpose(images, (0, 2, 3, 1)) if channels_first else images
    # TensorFlow's "SAME" puts the odd zero after, as we do.
    options = {"strides": (1, 1, 1, 1), "padding": padding.upper()}
    rows, columns = (tf.constant(gaussian_taps(*one), x.dtype) for one in zip(size, sigma, strict=True))
    if max(size) <= 3:
        x = tf.nn.depthwise_conv2d(x, _window(rows[:, None] * columns, x.shape[-1]), **options)
    else:
        x = tf.nn.depthwise_conv2d(x, _window(rows[:, None], x.shape[-1]), **options)
        x = tf.nn.depthwise_conv2d(x, _window(columns[None], x.shape[-1]), **options)
    return tf.transpose(x, (0, 3, 1, 2)) if channels_first else x


@compiled_eagerly(1, static=((0, 0), (0, -1)))
def slopes(x, height, width):
    rank = x.shape.rank
    images = x if rank == 4 else x[None]
    channels_first = height - rank == -2
    images = tf.transpose(images, (0, 2, 3, 1)) if channels_first else images
    sizes = tf.shape(images)
    # Mirrored about the border pixels; a single one is its own neighbour.
    images = tf.concat([images[:, :2][:, -1:], images, images[:, -2:][:, :1]], 1)
    images = tf.concat([images[:, :, :2][:, :, -1:], images, images[:, :, -2:][:, :, :1]], 2)
    down = tf.constant([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], x.dtype)
    both = tf.stack([down, tf.transpose(down)], -1)
    # Without knowing how many channels there are: each is an image of its own.
    if images.shape[-1] is None:
        images = tf.reshape(tf.transpose(images, (0, 3, 1, 2)), [-1, sizes[1] + 2, sizes[2] + 2, 1])
        y = tf.nn.conv2d(images, both[:, :, None], 1, "VALID")
        y = tf.reshape(y, [sizes[0], sizes[3], sizes[1], sizes[2], 2])
        y = y if channels_first else tf.transpose(y, (0, 2, 3, 1, 4))
    else:
        window = tf.repeat(both[:, :, None], images.shape[-1], axis=2)
        y = tf.nn.depthwise_conv2d(images, window, (1, 1, 1, 1), "VALID")
        y = tf.reshape(y, [*tf.unstack(sizes), 2])
        y = tf.transpose(y, (0, 3, 1, 2, 4)) if channels_first else y
    return tf.ensure_shape(y if rank == 4 else y[0], [*x.shape, 2])


def _window(taps, channels):
    return tf.repeat(taps[:, :, None, None], channels, axis=2)


def _along(x, axis, size, sigma, padding):
    before, after = zeros_around(size, padding)
    old = tf.shape(x)[axis] if x.shape[axis] is None else x.shape[axis]
    new = old + before + after - size + 1
    tap = tf.range(old)[None] - tf.range(new)[:, None] + before
    taps = tf.gather(tf.constant(gaussian_taps(size, sigma), x.dtype), tf.clip_by_value(tap, 0, size - 1))
    matrix = tf.where((tap >= 0) & (tap < size), taps, tf.zeros_like(taps))
    order = list(range(x.shape.rank - 1))
    return tf.transpose(
        tf.tensordot(x, matrix, ([axis], [1])), [*order[:axis], x.shape.rank - 1, *order[axis:]]
    )
