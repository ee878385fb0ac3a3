"""Pooling on JAX.

XLA differentiates a maximum over windows by `select_and_scatter`, which on CPU costs more than the convolutions around
it. The derivative here is written out instead: over the offsets in a window, the strided slice of the tangents under
the mask of the first maximum. It is linear in the tangents, so JAX transposes it into padded sums by itself. The first
maximum of a window gets the whole gradient, as with `select_and_scatter`: after a ReLU, ties are common.
"""

from __future__ import annotations

import itertools
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tricorn.core.windows import pooling

# Above so many elements a window, the unrolled derivative is long and XLA's own is used.
_UNROLLED = 25


def max_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    plan = pooling(inputs.shape, pool_size, strides, padding, data_format, "ops.max_pool")
    window, strides, pads = _full(plan)
    if np.prod(window) > _UNROLLED or not jnp.issubdtype(inputs.dtype, jnp.floating):
        return _reduce_max(inputs, window, strides, pads)
    return _max_pool(inputs, window, strides, pads)


def average_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    plan = pooling(inputs.shape, pool_size, strides, padding, data_format, "ops.average_pool")
    window, strides, pads = _full(plan)
    zero = np.zeros((), inputs.dtype)
    total = lax.reduce_window(inputs, zero, lax.add, window, strides, pads)
    if not plan.is_padded:
        return total / np.prod(window).astype(inputs.dtype)
    # Shapes are static, so how many real elements each window holds is a constant, made on the host.
    counts = np.ones((), inputs.dtype)
    for axis, (width, stride, (before, _)) in enumerate(zip(window, strides, pads, strict=True)):
        size = inputs.shape[axis] if width > 1 or stride > 1 else 1
        starts = np.arange(total.shape[axis] if size > 1 else 1) * stride - before
        real = np.minimum(starts + width, size) - np.maximum(starts, 0)
        shape = [1] * inputs.ndim
        shape[axis] = -1
        counts = counts * real.reshape(shape).astype(inputs.dtype)
    return total / counts


def _full(plan):
    """Window, strides and pads of all axes of the inputs."""
    around = (
        (lambda inner, one: (one, one, *inner))
        if plan.channels_first
        else (lambda inner, one: (one, *inner, one))
    )
    return around(plan.window, 1), around(plan.strides, 1), around(plan.pads, (0, 0))


def _lowest(dtype):
    if jnp.issubdtype(dtype, jnp.bool_):
        return np.array(False)
    return np.array(-np.inf if jnp.issubdtype(dtype, jnp.floating) else jnp.iinfo(dtype).min, dtype)


def _reduce_max(x, window, strides, pads):
    return lax.reduce_window(x, _lowest(x.dtype), lax.max, window, strides, pads)


@partial(jax.custom_jvp, nondiff_argnums=(1, 2, 3))
def _max_pool(x, window, strides, pads):
    return _reduce_max(x, window, strides, pads)


@_max_pool.defjvp
def _max_pool_jvp(window, strides, pads, primals, tangents):
    (x,), (tangent,) = primals, tangents
    y = _reduce_max(x, window, strides, pads)
    config = [(before, after, 0) for before, after in pads]
    x = lax.pad(x, _lowest(x.dtype), config)
    tangent = lax.pad(tangent, np.zeros((), tangent.dtype), config)
    found = jnp.zeros(y.shape, bool)
    result = jnp.zeros(y.shape, tangent.dtype)
    for offset in itertools.product(*(range(width) for width in window)):
        limits = [
            start + (size - 1) * stride + 1
            for start, size, stride in zip(offset, y.shape, strides, strict=True)
        ]
        is_first = (lax.slice(x, offset, limits, strides) == y) & ~found
        found = found | is_first
        result = result + jnp.where(is_first, lax.slice(tangent, offset, limits, strides), 0)
    return y, result
