"""Shapes and layouts on TensorFlow; sizes may be scalar tensors."""

from __future__ import annotations

import tensorflow as tf

from tricorn.core.errors import bad_argument
from tricorn.core.rules import canonical_axes, canonical_axis
from tricorn.core.shapes import pad_pairs


def _tuple(value):
    return (value,) if isinstance(value, int) else tuple(value)


def _size(x, axis):
    size = x.shape[axis]
    return tf.shape(x)[axis] if size is None else size


def reshape(x, newshape):
    return tf.reshape(x, [newshape] if isinstance(newshape, int) else newshape)


def transpose(x, axes=None):
    return tf.transpose(x, axes)


def squeeze(x, axis=None):
    if isinstance(axis, (tuple, list)) and not axis:
        return x  # TensorFlow would take it for all axes
    if axis is not None and x.shape.rank is not None:
        axis = canonical_axes(axis, x.shape.rank)
    return tf.squeeze(x, axis)


def expand_dims(x, axis):
    if isinstance(axis, int):
        return tf.expand_dims(x, axis)
    for one in sorted(canonical_axes(tuple(axis), x.shape.rank + len(axis))):
        x = tf.expand_dims(x, one)
    return x


def ravel(x):
    return tf.reshape(x, [-1])


def flip(x, axis=None):
    return tf.reverse(x, canonical_axes(axis, x.shape.rank))


def moveaxis(x, source, destination):
    rank = x.shape.rank
    sources, destinations = canonical_axes(source, rank), canonical_axes(destination, rank)
    order = [axis for axis in range(rank) if axis not in sources]
    for position, axis in sorted(zip(destinations, sources, strict=True)):
        order.insert(position, axis)
    return tf.transpose(x, order)


def swapaxes(x, axis1, axis2):
    order = list(range(x.shape.rank))
    axis1, axis2 = canonical_axis(axis1, len(order)), canonical_axis(axis2, len(order))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return tf.transpose(x, order)


def broadcast_to(x, shape):
    return tf.broadcast_to(x, [shape] if isinstance(shape, int) else shape)


def tile(x, repeats):
    repeats = _tuple(repeats)
    rank = x.shape.rank
    if len(repeats) > rank:
        x = tf.reshape(x, [*([1] * (len(repeats) - rank)), *(_size(x, axis) for axis in range(rank))])
    return tf.tile(x, [*([1] * (rank - len(repeats))), *repeats])


def repeat(x, repeats, axis=None):
    return tf.repeat(x, repeats, axis)


def roll(x, shift, axis=None):
    if axis is None:
        flat = tf.roll(tf.reshape(x, [-1]), tf.reduce_sum(shift), 0)
        return tf.ensure_shape(tf.reshape(flat, tf.shape(x)), x.shape)
    if not isinstance(axis, int) and isinstance(shift, int):
        shift = [shift] * len(axis)
    elif isinstance(axis, int) and not isinstance(shift, int):
        axis = [axis] * len(shift)
    return tf.roll(x, shift, axis)


def pad(x, pad_width, mode="constant", constant_values=None):
    pairs = pad_pairs(pad_width, x.shape.rank)
    if not pairs:
        return x
    if mode == "constant":
        is_bool = x.dtype == tf.bool
        value = tf.cast(0 if constant_values is None else constant_values, tf.int32 if is_bool else x.dtype)
        padded = tf.pad(tf.cast(x, tf.int32) if is_bool else x, pairs, constant_values=value)
        return tf.cast(padded, tf.bool) if is_bool else padded
    if constant_values is not None:
        raise ValueError("a value that has no use")
    for axis, (before, after) in enumerate(pairs):
        if before or after:
            padded = tf.gather(x, _border(mode, before, after, _size(x, axis)), axis=axis)
            x = padded
    return x


def _border(mode, before, after, size):
    """Where each element of a padded axis comes from."""
    positions = tf.range(-before, size + after)
    if mode == "edge":
        return tf.clip_by_value(positions, 0, size - 1)
    if mode == "wrap":
        return tf.math.floormod(positions, size)
    if mode == "symmetric":
        positions = tf.math.floormod(positions, 2 * size)
        return tf.where(positions < size, positions, 2 * size - 1 - positions)
    if mode == "reflect":
        period = tf.maximum(2 * (size - 1), 1)
        positions = tf.math.floormod(positions, period)
        return tf.where(positions < size, positions, period - positions)
    raise bad_argument(
        "ops.pad", "unknown mode.", expected="constant, reflect, symmetric, edge or wrap", given=repr(mode)
    )
