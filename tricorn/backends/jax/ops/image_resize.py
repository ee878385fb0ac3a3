"""Resampling on JAX: a few taps an axis, gathered and added in one loop; a matrix only where there are many.

XLA fuses the taps, which on CPU is some twenty times as fast as the product with a matrix that is mostly zero.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from tricorn.core import resampling

# Above so many the loop over taps is written out no more.
_MANY_TAPS = 32


def resample(images, size, interpolation, antialias, channels_first):
    return _resample(images, tuple(map(int, size)), interpolation, antialias, channels_first)


@partial(jax.jit, static_argnums=(1, 2, 3, 4))
def _resample(images, size, interpolation, antialias, channels_first):
    first = images.ndim - (2 if channels_first else 3)
    # The axis that shrinks goes first.
    for axis in sorted((0, 1), key=lambda axis: size[axis] / images.shape[first + axis]):
        old, new = images.shape[first + axis], size[axis]
        if interpolation == "nearest":
            images = _gathered(images, resampling.nearest(old, new), first + axis)
        elif old != new:
            images = _along(images, first + axis, old, new, interpolation, antialias)
    return images


def _gathered(x, indices, axis):
    return jnp.take(x, np.asarray(indices), axis, mode="clip")


def _along(x, axis, old, new, method, antialias):
    indices, weights = resampling.taps(old, new, method, antialias)
    if indices.shape[1] > _MANY_TAPS:
        matrix = resampling.matrix(old, new, method, antialias, x.dtype.name)
        product = jnp.tensordot(x, matrix, ((axis,), (1,)), precision=jax.lax.Precision.HIGHEST)
        return jnp.moveaxis(product, -1, axis)
    columns = weights.astype(x.dtype).reshape(new, -1, *(1,) * (x.ndim - axis - 1))
    result = _gathered(x, indices[:, 0], axis) * columns[:, 0]
    for tap in range(1, indices.shape[1]):
        result = result + _gathered(x, indices[:, tap], axis) * columns[:, tap]
    return result
