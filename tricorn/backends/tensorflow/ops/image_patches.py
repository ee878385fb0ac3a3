"""Windows of images on TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from tricorn.backends.tensorflow.ops.eager import is_unrecorded


def patches(x, size, strides, rates):
    rank = len(size)
    if rank == 2 and is_unrecorded():
        # The gradient of this is a product with a large sparse matrix.
        return tf.raw_ops.ExtractImagePatches(
            images=x, ksizes=[1, *size, 1], strides=[1, *strides, 1], rates=[1, *rates, 1], padding="VALID"
        )
    dynamic = None if x.shape.is_fully_defined() else tf.unstack(tf.shape(x))
    sizes = [dynamic[axis] if known is None else known for axis, known in enumerate(x.shape)]
    counts, channels = [], sizes[-1]
    for axis, (width, stride, rate) in enumerate(zip(size, strides, rates, strict=True)):
        count = (sizes[axis + 1] - (width - 1) * rate - 1) // stride + 1
        counts.append(count)
        channels = channels * width
        # What an axis has before it has been split in two already.
        places = (tf.range(count) * stride)[:, None] + tf.range(width) * rate
        x = tf.gather(x, places, axis=2 * axis + 1)
    places = range(1, 2 * rank + 1)
    x = tf.transpose(x, [0, *places[::2], *places[1::2], 2 * rank + 1])
    return tf.reshape(x, [sizes[0], *counts, channels])
