"""Sets of numbers on TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from tricorn.backends.tensorflow.ops.eager import compiled_eagerly
from tricorn.backends.tensorflow.ops.index import argsort, searchsorted, sort
from tricorn.core.errors import NotSupportedError
from tricorn.core.rules import canonical_axis


@compiled_eagerly(2, static=((1, 0),))
def digitize(x, bins):
    if x.dtype.is_complex:
        raise TypeError("complex numbers have no order")
    size = bins.shape[0]
    if size is not None and size < 2:
        return searchsorted(bins, x, "right")
    descends = bins[-1] < bins[0]
    found = searchsorted(tf.where(descends, bins[::-1], bins), x, "right")
    return tf.where(descends, tf.size(bins) - found, found)


@compiled_eagerly(2)
def isin(x1, x2, assume_unique=False, invert=False):
    pool = sort(tf.reshape(x2, [-1]))
    place = searchsorted(pool, x1, "left")
    # One place more, so that there is something to look at behind the last element.
    beside = tf.gather(tf.concat([pool, tf.zeros([1], pool.dtype)], 0), place)
    found = tf.equal(beside, x1) & (place < tf.size(pool))
    return ~found if invert else found


def unique(x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, size=None,
           fill_value=None):  # fmt: skip
    rank, size = x.shape.rank, None if size is None else int(size)
    axis = None if axis is None else canonical_axis(axis, rank)
    order = None if axis is None else [axis, *range(axis), *range(axis + 1, rank)]
    back = None if axis is None else [*range(1, axis + 1), 0, *range(axis + 1, rank)]
    rows = tf.reshape(x, [-1]) if axis is None else tf.transpose(x, order) if axis else x
    flags = return_index, return_inverse, return_counts
    if rows.shape[0] == 0:
        values, is_used, *others = _of_nothing(rows, size or 0, *flags)
    else:
        ranks = argsort(rows) if axis is None else _lexicographic_order(rows)
        values, is_used, *others = _groups(rows, ranks, size, *flags)
    if fill_value is not None and size is not None:
        used = tf.reshape(is_used, [-1] + [1] * (rows.shape.rank - 1))
        values = tf.where(used, values, tf.cast(tf.convert_to_tensor(fill_value), x.dtype))
    if return_inverse and axis is None:
        others[return_index] = tf.ensure_shape(tf.reshape(others[return_index], tf.shape(x)), x.shape)
    values = tf.transpose(values, back) if axis else values
    return (values, *others) if others else values


@compiled_eagerly(2)
def _groups(rows, order, size, return_index, return_inverse, return_counts):
    """The distinct rows, which of them are no filling, and what else is wanted; `order` sorts the rows."""
    ordered = tf.gather(rows, order)
    is_new = tf.cast(_differ_from_the_one_before(ordered), tf.int32)
    group, found = tf.cumsum(is_new) - 1, tf.reduce_sum(is_new)
    slots = tf.range(found if size is None else size)
    is_used = slots < found
    # The slots beyond the last value show the first one.
    start = tf.where(is_used, searchsorted(group, slots, "left"), 0)
    results = [tf.gather(ordered, start), is_used]
    if return_index:
        results.append(tf.gather(order, start))
    if return_inverse:
        inverse = tf.scatter_nd(order[:, None], group, tf.shape(order))
        results.append(tf.ensure_shape(inverse, order.shape))
    if return_counts:
        results.append(tf.where(is_used, searchsorted(group, slots, "right") - start, 0))
    return tuple(results)


def _differ_from_the_one_before(ordered):
    one, other = ordered[1:], ordered[:-1]
    differ = tf.not_equal(one, other)
    if ordered.dtype.is_floating:  # all NaNs count as one
        differ &= ~(tf.math.is_nan(one) & tf.math.is_nan(other))
    is_new = tf.concat([tf.ones_like(ordered[:1], tf.bool), differ], 0)
    return is_new if ordered.shape.rank == 1 else tf.reduce_any(is_new, list(range(1, ordered.shape.rank)))


def _lexicographic_order(rows):
    """The order that sorts rows by their first element, then by the second ..."""
    width = rows.shape[1:].num_elements()
    if width is None:
        raise NotSupportedError(
            "ops.unique(axis=...) in a traced function needs to know the sizes of the slices."
        )
    order = tf.range(tf.shape(rows)[0])
    columns = tf.unstack(tf.reshape(rows, [-1, width]), axis=1) if width else []
    for column in reversed(columns):
        order = tf.gather(order, argsort(tf.gather(column, order)))
    return order


def _of_nothing(rows, size, return_index, return_inverse, return_counts):
    none = tf.zeros([size], tf.int32)
    inverse = tf.zeros([0], tf.int32)
    values = tf.zeros([size, *rows.shape[1:]], rows.dtype)
    wanted = [(return_index, none), (return_inverse, inverse), (return_counts, none)]
    return values, tf.zeros([size], tf.bool), *(one for flag, one in wanted if flag)
