"""Batches of images on TensorFlow, a few images at a time: called eagerly on a CPU, where no gradient is wanted."""

from __future__ import annotations

import tensorflow as tf

from tricorn.backends.tensorflow.ops.eager import is_unrecorded

#: Elements of a slice. Memory up to some 32 MB is used again; more is taken from the system anew for each result, which
#: takes longer than arithmetic. Smaller slices cost more calls, and some time to put them together.
_SLICE = 2**21


def in_slices(images, factors, function, is_light=False):
    if is_light or not is_unrecorded() or "GPU" in images.device:
        return function(images, *factors)
    count = images.shape[0]
    step = max(_SLICE * count // max(images.shape.num_elements(), 1), 1)
    if step >= count:
        return function(images, *factors)
    parts = [slice(start, start + step) for start in range(0, count, step)]
    return tf.concat(
        [function(images[part], *(x if x.shape[0] == 1 else x[part] for x in factors)) for part in parts], 0
    )
