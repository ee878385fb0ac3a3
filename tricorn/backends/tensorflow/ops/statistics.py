"""Statistics on TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from tricorn.core.errors import bad_argument


def _size(x):
    size = x.shape[0]
    return tf.shape(x)[0] if size is None else size


def correlate(x1, x2, mode="valid"):
    kept = x1.dtype
    if kept.size == 2:
        x1, x2 = tf.cast(x1, tf.float32), tf.cast(x2, tf.float32)
    size1, size2 = _size(x1), _size(x2)
    padded = tf.pad(x1, [[size2 - 1, size2 - 1]])
    full = tf.nn.conv1d(padded[None, :, None], x2[:, None, None], 1, "VALID")[0, :, 0]
    static = isinstance(size1, int) and isinstance(size2, int)
    longer, shorter = (max(size1, size2), min(size1, size2)) if static else (
        tf.maximum(size1, size2), tf.minimum(size1, size2))  # fmt: skip
    if mode == "valid":
        full = full[shorter - 1 : longer]
    elif mode == "same":
        # The longer one is the frame; the half element of an even overlap falls to the same side of it.
        first, second = shorter - shorter // 2 - 1, shorter // 2
        start = (second if size2 > size1 else first) if static else tf.where(size2 > size1, second, first)
        full = full[start : start + longer]
    elif mode != "full":
        raise bad_argument(
            "ops.correlate", "unknown `mode`.", expected="'valid', 'same' or 'full'", given=repr(mode)
        )
    return tf.cast(full, kept)
