"""Patches on JAX: gathers along each axis, or only another view where windows do not overlap; compiled as a whole."""

from __future__ import annotations

import math
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np


@partial(jax.jit, static_argnums=(1, 2, 3))
def patches(x, size, strides, rates):
    rank = len(size)
    counts = []
    for axis, (width, stride, rate) in enumerate(zip(size, strides, rates, strict=True)):
        place = 2 * axis + 1
        count = (x.shape[place] - (width - 1) * rate - 1) // stride + 1
        counts.append(count)
        if width == stride and rate == 1:
            x = jax.lax.slice_in_dim(x, 0, count * width, axis=place)
            x = x.reshape(*x.shape[:place], count, width, *x.shape[place + 1 :])
        else:
            x = jnp.take(x, np.arange(count)[:, None] * stride + np.arange(width) * rate, place, mode="clip")
    places = range(1, 2 * rank + 1)
    x = x.transpose(0, *places[::2], *places[1::2], 2 * rank + 1)
    return x.reshape(x.shape[0], *counts, math.prod(size) * x.shape[-1])
