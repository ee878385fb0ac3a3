"""Indexing and sorting on JAX."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from tricorn.backends._xp import bind, index as shared, native_dtype
from tricorn.core.shapes import method_for, slice_sizes


def get_item(x, key):
    parts = key if isinstance(key, tuple) else (key,)
    if any(type(part) is int for part in parts):
        _check_places(x.shape, [part for part in parts if part is not None])
    return shared.get_item(jnp, x, key)


def _check_places(shape, parts):
    """For a number out of range JAX would take the nearest element there is."""
    if any(isinstance(part, bool) or getattr(part, "ndim", 0) > 1 for part in parts):
        return  # they may stand for any number of axes
    dots = next((place for place, part in enumerate(parts) if part is Ellipsis), len(parts))
    back = parts[dots + 1 :]
    for axis, part in (*enumerate(parts[:dots]), *enumerate(back, len(shape) - len(back))):
        if type(part) is int and axis < len(shape) and not -shape[axis] <= part < shape[axis]:
            raise IndexError(f"index {part} is out of range for axis {axis} of size {shape[axis]}")


def one_hot(x, num_classes, axis=-1, dtype=None, sparse=False):
    if sparse:
        from tricorn.backends.jax.sparse import one_hot as sparse_one_hot

        return sparse_one_hot(x, num_classes, axis, native_dtype(jnp, dtype))
    return shared.one_hot(jnp, x, num_classes, axis, dtype)


def slice(inputs, start_indices, shape):
    starts = _starts(start_indices)
    return jax.lax.dynamic_slice(inputs, starts, slice_sizes(inputs.shape, starts, shape))


def slice_update(inputs, start_indices, updates):
    starts = _starts(start_indices)
    slice_sizes(inputs.shape, starts, updates.shape)  # for its checks: JAX would move the slice inside
    return jax.lax.dynamic_update_slice(inputs, updates.astype(inputs.dtype), starts)


def _starts(start_indices):
    if isinstance(start_indices, jax.Array):
        return [start_indices[axis] for axis in range(start_indices.shape[0])]
    return [int(start) if isinstance(start, np.integer) else start for start in start_indices]


def scatter(indices, values, shape):
    return jnp.zeros(shape, values.dtype).at[tuple(jnp.moveaxis(indices, -1, 0))].add(values)


_METHODS = {None: "set", "add": "add", "max": "max", "min": "min", "mul": "multiply"}


def scatter_update(inputs, indices, updates, reduction=None):
    target = inputs.at[tuple(jnp.moveaxis(indices, -1, 0))]
    return getattr(target, method_for(reduction, _METHODS))(updates.astype(inputs.dtype))


def top_k(x, k, sorted=True):
    return tuple(jax.lax.top_k(x, k))


def argsort(x, axis=-1):
    return jnp.argsort(x, axis=axis).astype(jnp.int32)


bind(globals(), shared, jnp)
