"""Blocks of pixels as channels on TensorFlow: its own kernels, which know the channels last."""

from __future__ import annotations

import tensorflow as tf

from tricorn.core.windows import resolve_data_format


def _sizes(x):
    dynamic = None if x.shape.is_fully_defined() else tf.unstack(tf.shape(x))
    return [dynamic[axis] if size is None else size for axis, size in enumerate(x.shape)]


def depth_to_space(x, block_size, data_format="channels_last"):
    if resolve_data_format(data_format, "ops.depth_to_space") == "channels_last":
        return tf.raw_ops.DepthToSpace(input=x, block_size=_checked(block_size))
    b = _checked(block_size)
    batch, channels, height, width = _sizes(x)
    if isinstance(channels, int) and channels % b**2:
        raise ValueError("the channels do not divide")
    x = tf.transpose(tf.reshape(x, [batch, channels // b**2, b, b, height, width]), [0, 1, 4, 2, 5, 3])
    return tf.reshape(x, [batch, channels // b**2, height * b, width * b])


def space_to_depth(x, block_size, data_format="channels_last"):
    if resolve_data_format(data_format, "ops.space_to_depth") == "channels_last":
        return tf.raw_ops.SpaceToDepth(input=x, block_size=_checked(block_size))
    b = _checked(block_size)
    batch, channels, height, width = _sizes(x)
    if any(isinstance(size, int) and size % b for size in (height, width)):
        raise ValueError("the image does not divide")
    x = tf.transpose(tf.reshape(x, [batch, channels, height // b, b, width // b, b]), [0, 1, 3, 5, 2, 4])
    return tf.reshape(x, [batch, channels * b**2, height // b, width // b])


def _checked(block_size):
    if isinstance(block_size, bool) or not isinstance(block_size, int) or block_size < 2:
        raise ValueError("a block has at least 2 x 2 pixels")
    return block_size
