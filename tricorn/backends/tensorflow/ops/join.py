"""Joining and splitting on TensorFlow."""

from __future__ import annotations

import operator

import tensorflow as tf

from tricorn.core.errors import bad_argument
from tricorn.core.rules import canonical_axis


def concatenate(xs, axis=0):
    return tf.concat([tf.reshape(x, [-1]) for x in xs], 0) if axis is None else tf.concat(xs, axis)


def stack(x, axis=0):
    return tf.stack(x, operator.index(axis))  # it would cut off a float


def vstack(xs):
    ranks = {x.shape.rank for x in xs}
    if ranks == {1}:
        return tf.stack(xs)
    return tf.concat(
        [tf.reshape(x, [1, -1]) if x.shape.rank < 2 else x for x in xs] if min(ranks) < 2 else xs, 0
    )


def _size(x, axis):
    size = x.shape[axis]
    return tf.shape(x)[axis] if size is None else size


def split(x, indices_or_sections, axis=0):
    if isinstance(indices_or_sections, int):
        size = x.shape[axis]
        if size is not None and size % indices_or_sections:
            raise bad_argument("ops.split", "the axis does not divide into equal parts.",
                               expected=f"a divisor of {size}", given=indices_or_sections,
                               hint="ops.array_split")  # fmt: skip
        return list(tf.split(x, indices_or_sections, axis))
    return _split_at(x, [int(index) for index in indices_or_sections], axis)


def array_split(x, indices_or_sections, axis=0):
    if not isinstance(indices_or_sections, int):
        return split(x, indices_or_sections, axis)
    size, sections = _size(x, axis), indices_or_sections
    if isinstance(size, int) and sections > 0:
        return list(
            tf.split(x, [size // sections + (part < size % sections) for part in range(sections)], axis)
        )
    ends = [size // sections * part + tf.minimum(part, size % sections) if not isinstance(size, int)
            else size // sections * part + min(part, size % sections) for part in range(1, sections)]  # fmt: skip
    return _split_at(x, ends, axis)


def _split_at(x, ends, axis):
    leading = (slice(None),) * canonical_axis(axis, x.shape.rank)
    return [x[(*leading, slice(begin, end))] for begin, end in zip([None, *ends], [*ends, None], strict=True)]


def unstack(x, num=None, axis=0):
    return tf.unstack(x, num, axis)


def grid_of(xs, indexing="xy"):
    vectors = [tf.reshape(x, [-1]) for x in xs]
    order = list(range(len(vectors)))
    if indexing == "xy" and len(vectors) > 1:
        order[0], order[1] = 1, 0
    sizes = [_size(vectors[index], 0) for index in order]
    grids = []
    for index, vector in enumerate(vectors):
        shape = [1] * len(vectors)
        shape[order.index(index)] = -1
        grids.append(tf.broadcast_to(tf.reshape(vector, shape), sizes))
    return grids
