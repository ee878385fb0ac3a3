"""Indexing and sorting on TensorFlow."""

from __future__ import annotations

import builtins
import operator

import numpy as np
import tensorflow as tf

from tricorn.backends.tensorflow import sparse as sparse_tensors
from tricorn.backends.tensorflow.ops.eager import compiled_eagerly, is_plain
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.rules import canonical_axes
from tricorn.core.shapes import method_for, slice_sizes


def _size(x, axis):
    size = x.shape[axis]
    return tf.shape(x)[axis] if size is None else size


def _positions(indices, size):
    """Integer indices, counted from the start."""
    if indices.dtype not in (tf.int32, tf.int64):
        if indices.dtype.is_floating:
            raise TypeError("indices must be integers")
        indices = tf.cast(indices, tf.int32)
    return tf.where(indices < 0, indices + tf.cast(size, indices.dtype), indices)


def take(x, indices, axis=None):
    if axis is None:
        x, axis = tf.reshape(x, [-1]), 0
    return tf.gather(x, _positions(indices, _size(x, axis)), axis=axis)


def take_along_axis(x, indices, axis=None):
    if axis is None:
        x, indices, axis = tf.reshape(x, [-1]), tf.reshape(indices, [-1]), 0
    rank = x.shape.rank
    axis %= rank
    positions = _positions(indices, _size(x, axis))
    if axis == rank - 1 and x.shape[:-1].is_fully_defined() and x.shape[:-1] == positions.shape[:-1]:
        return tf.gather(x, positions, axis=-1, batch_dims=rank - 1)
    last = [*range(axis), *range(axis + 1, rank), axis]
    x, positions = tf.transpose(x, last), tf.transpose(positions, last)
    leading = tf.broadcast_dynamic_shape(tf.shape(x)[:-1], tf.shape(positions)[:-1])
    x = tf.broadcast_to(x, tf.concat([leading, tf.shape(x)[-1:]], 0))
    positions = tf.broadcast_to(positions, tf.concat([leading, tf.shape(positions)[-1:]], 0))
    taken = tf.gather(x, positions, axis=-1, batch_dims=rank - 1)
    return tf.transpose(taken, [*range(axis), rank - 1, *range(axis, rank - 1)])


def where_of(condition, x1, x2):
    return tf.where(condition if condition.dtype == tf.bool else tf.cast(condition, tf.bool), x1, x2)


def get_item(x, key):
    parts = key if type(key) is tuple else (key,)
    if any(_is_array(part) for part in parts):
        return _advanced(x, parts)
    return x[parts]


def _is_array(part):
    return (
        isinstance(part, (list, bool))
        or getattr(part, "ndim", 0) > 0
        or getattr(part, "dtype", None) in (np.bool_, tf.bool)
    )


def _advanced(x, parts):
    """NumPy's advanced indexing: slices first, then all arrays at once through gather_nd."""
    parts = [np.asarray(part) if isinstance(part, bool) else part for part in parts]
    used = sum(_axes_used(part) for part in parts)
    if Ellipsis not in [part for part in parts if not _is_array(part) and not tf.is_tensor(part)]:
        parts.append(Ellipsis)
    basic, arrays, axis = [], [], 0  # `axis` counts the axes of the result of the basic part
    for part in parts:
        if part is Ellipsis:
            missing = x.shape.rank - used
            basic += [builtins.slice(None)] * missing
            axis += missing
        elif part is None or isinstance(part, builtins.slice):
            basic.append(part)
            axis += 1
        elif getattr(part, "ndim", 1) == 0 and part.dtype in (np.bool_, tf.bool):
            # A new axis, of size 1 or 0.
            basic.append(None)
            arrays.append((axis, tf.zeros([tf.cast(part, tf.int32)], tf.int32)))
            axis += 1
        else:
            for positions in _as_integer_arrays(part):
                basic.append(builtins.slice(None))
                arrays.append((axis, positions))
                axis += 1
    x = x[tuple(basic)]
    axes = [axis for axis, _ in arrays]
    columns = [_positions(positions, _size(x, axis)) for axis, positions in arrays]
    dtype = tf.int64 if any(column.dtype == tf.int64 for column in columns) else tf.int32
    columns = [tf.cast(column, dtype) for column in columns]
    shape = tf.shape(columns[0])
    for column in columns[1:]:
        shape = tf.broadcast_dynamic_shape(shape, tf.shape(column))
    index = tf.stack([tf.broadcast_to(column, shape) for column in columns], -1)
    rest = [axis for axis in range(x.shape.rank) if axis not in axes]
    taken = tf.gather_nd(tf.transpose(x, [*axes, *rest]), index)
    if axes != list(range(axes[0], axes[0] + len(axes))) or axes[0] == 0:
        return taken  # arrays that a slice separates put their axes first
    count = index.shape.rank - 1
    before = axes[0]
    return tf.transpose(
        taken, [*range(count, count + before), *range(count), *range(count + before, taken.shape.rank)]
    )


def _axes_used(part):
    if part is None or part is Ellipsis:
        return 0
    if isinstance(part, list):
        part = np.asarray(part)
    return part.ndim if getattr(part, "dtype", None) in (np.bool_, tf.bool) else 1


def _as_integer_arrays(part):
    if not tf.is_tensor(part):
        part = tf.convert_to_tensor(np.asarray(part))
    if part.dtype == tf.bool:
        return tf.unstack(tf.where(part), axis=-1)
    return [part]


def slice(inputs, start_indices, shape):
    starts = start_indices if tf.is_tensor(start_indices) else list(start_indices)
    if not tf.is_tensor(starts):
        shape = [-1 if size is None else size for size in slice_sizes(tuple(inputs.shape), starts, shape)]
    return tf.slice(inputs, starts, shape)


def slice_update(inputs, start_indices, updates):
    starts = tf.unstack(start_indices) if tf.is_tensor(start_indices) else list(start_indices)
    slice_sizes(tuple(inputs.shape), starts, tuple(updates.shape))
    updates = tf.cast(updates, inputs.dtype)
    if not starts:
        return updates
    if updates.shape.is_fully_defined() and all(type(start) is int for start in starts):
        ends = [start + size for start, size in zip(starts, updates.shape, strict=True)]
        return tf.raw_ops.TensorStridedSliceUpdate(
            input=inputs, begin=starts, end=ends, strides=[1] * len(starts), value=updates
        )
    grids = tf.meshgrid(
        *(tf.range(start, start + _size(updates, axis)) for axis, start in enumerate(starts)), indexing="ij"
    )
    return tf.tensor_scatter_nd_update(inputs, tf.stack(grids, -1), updates)


def scatter(indices, values, shape):
    return tf.scatter_nd(indices, values, shape)


_METHODS = {
    None: tf.tensor_scatter_nd_update,
    "add": tf.tensor_scatter_nd_add,
    "max": tf.tensor_scatter_nd_max,
    "min": tf.tensor_scatter_nd_min,
    "mul": None,  # by way of the products per target, below
}


def scatter_update(inputs, indices, updates, reduction=None):
    updates = updates if updates.dtype == inputs.dtype else tf.cast(updates, inputs.dtype)
    method = method_for(reduction, _METHODS)
    if method is not None and indices.dtype in (tf.int32, tf.int64) and is_plain(inputs, indices, updates):
        try:
            return method(inputs, indices, updates)
        except tf.errors.InvalidArgumentError:
            pass  # there are indices from the end, or what is below tells what is wrong
    depth = indices.shape[-1]
    sizes = tf.shape(inputs)
    indices = _positions(indices, sizes[:depth])
    if method is not None:
        return method(inputs, indices, updates)
    flat = tf.zeros((), indices.dtype)
    for axis in range(depth):
        flat = flat * tf.cast(sizes[axis], indices.dtype) + indices[..., axis]
    rows = tf.reshape(updates, tf.concat([[-1], sizes[depth:]], 0))
    factors = tf.math.unsorted_segment_prod(rows, tf.reshape(flat, [-1]), tf.reduce_prod(sizes[:depth]))
    return inputs * tf.reshape(factors, sizes)


def one_hot(x, num_classes, axis=-1, dtype=None, sparse=False):
    x = x if x.dtype in (tf.int32, tf.int64, tf.uint8) else tf.cast(x, tf.int32)
    axis = operator.index(axis)  # TensorFlow would cut off a float
    dtype = standardize_dtype(dtype)
    if sparse:
        return sparse_tensors.one_hot(x, num_classes, axis, tf.as_dtype(dtype))
    on, off = (True, False) if dtype == "bool" else (1, 0)
    return tf.one_hot(x, num_classes, tf.cast(on, dtype), tf.cast(off, dtype), axis, dtype)


def top_k(x, k, sorted=True):
    values, indices = tf.math.top_k(tf.cast(x, tf.int32) if x.dtype == tf.bool else x, k, sorted)
    return tf.cast(values, x.dtype), indices


def _sortable(x, axis):
    x = tf.cast(x, tf.int32) if x.dtype == tf.bool else x
    return (tf.reshape(x, [-1]), 0) if axis is None else (x, operator.index(axis))


def sort(x, axis=-1):
    if x.dtype.is_floating:
        return _sorted_floats(x, axis)
    values, axis = _sortable(x, axis)
    return tf.cast(tf.sort(values, axis), x.dtype)


@compiled_eagerly(1)
def _sorted_floats(x, axis):
    values, axis = _sortable(x, axis)
    # NaNs go to the end, in place of as many infinities.
    is_nan = tf.math.is_nan(values)
    ordered = tf.sort(tf.where(is_nan, tf.constant(float("inf"), x.dtype), values), axis)
    numbers = tf.reduce_sum(tf.cast(~is_nan, tf.int32), axis, True)
    rank = values.shape.rank
    places = tf.reshape(tf.range(tf.shape(values)[axis]), [-1] + [1] * (rank - 1 - axis % rank))
    return tf.where(places < numbers, ordered, tf.constant(float("nan"), x.dtype))


@compiled_eagerly(1)
def argsort(x, axis=-1):
    values, axis = _sortable(x, axis)
    if x.dtype.is_floating:
        values = _ordered_as_integers(values)
    return tf.cast(tf.argsort(values, axis, stable=True), tf.int32)


def _ordered_as_integers(x):
    """Integers in the order of floats, with NaN as the largest."""
    if x.dtype.size == 2:
        x = tf.cast(x, tf.float32)
    integer = tf.int64 if x.dtype == tf.float64 else tf.int32
    x = tf.where(tf.math.is_nan(x), tf.constant(float("nan"), x.dtype), x)
    x = tf.where(tf.equal(x, 0), tf.zeros((), x.dtype), x)  # -0 is 0; a graph would drop + 0
    bits = tf.bitcast(x, integer)
    return tf.where((bits < 0) & ~tf.math.is_nan(x), bits ^ integer.max, tf.abs(bits))


def searchsorted(sorted_sequence, values, side="left"):
    flat = tf.reshape(values, [-1])
    if not flat.dtype.is_floating:
        found = tf.searchsorted(sorted_sequence, flat, side, tf.int32)
    else:
        # NaNs stand behind all numbers, as `sort` puts them.
        is_nan = tf.math.is_nan(sorted_sequence)
        numbers = tf.reduce_sum(tf.cast(~is_nan, tf.int32))
        plain = tf.where(is_nan, tf.constant(float("inf"), flat.dtype), sorted_sequence)
        found = tf.minimum(tf.searchsorted(plain, flat, side, tf.int32), numbers)
        behind = numbers if side == "left" else tf.size(sorted_sequence)
        found = tf.where(tf.math.is_nan(flat), behind, found)
    return tf.ensure_shape(tf.reshape(found, tf.shape(values)), values.shape)


def nonzero(x):
    found = tf.cast(tf.where(x if x.dtype == tf.bool else tf.cast(x, tf.bool)), tf.int32)
    return tuple(tf.unstack(found, x.shape.rank, axis=1))


def diagonal(x, offset=0, axis1=0, axis2=1):
    rank = x.shape.rank
    axis1, axis2 = canonical_axes((axis1, axis2), rank)
    order = [axis for axis in range(rank) if axis not in (axis1, axis2)]
    if (*order, axis1, axis2) != tuple(range(rank)):
        x = tf.transpose(x, [*order, axis1, axis2])
    if offset == 0:
        return tf.linalg.diag_part(x)
    # diag_part refuses an offset beyond the matrix.
    rows, columns = _size(x, -2), _size(x, -1)
    if isinstance(rows, int) and isinstance(columns, int) and -rows < offset < columns:
        return tf.linalg.diag_part(x, k=offset)
    first_row, first_column = builtins.max(-offset, 0), builtins.max(offset, 0)
    length = tf.maximum(tf.minimum(rows - first_row, columns - first_column), 0)
    places = (tf.range(length) + first_row) * columns + tf.range(length) + first_column
    diagonals = tf.gather(tf.reshape(x, tf.concat([tf.shape(x)[:-2], [-1]], 0)), places, axis=-1)
    # Of a matrix of known size only what lies beyond it comes here.
    is_known = isinstance(rows, int) and isinstance(columns, int)
    return tf.ensure_shape(diagonals, [*x.shape[:-2], 0 if is_known else None])


def diag(x, k=0):
    if x.shape.rank not in (1, 2):
        raise ValueError("no vector and no matrix")
    return tf.linalg.diag(x, k=k) if x.shape.rank == 1 else diagonal(x, k)


def in_top_k(targets, predictions, k):
    return tf.math.in_top_k(targets, tf.cast(predictions, tf.float32), k)
