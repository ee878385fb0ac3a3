"""Filters on JAX, compiled as a whole: XLA adds the shifted copies in one loop."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp

from tricorn.backends._xp import image_filter as shared


@partial(jax.jit, static_argnums=(1, 2, 3, 4))
def filtered(images, size, sigma, padding, channels_first):
    return shared.filtered(jnp, images, size, sigma, padding, channels_first)


@partial(jax.jit, static_argnums=(1, 2))
def slopes(x, height, width):
    before, after = _neighbours(x, height)
    left, right = _neighbours(after - before, width)
    down = left + 2 * (after - before) + right
    before, after = _neighbours(before + 2 * x + after, width)
    return jnp.stack([down, after - before], -1)


def _neighbours(x, axis):
    """`x` moved by one pixel along an axis, both ways; mirrored at the ends (an axis of size 1 is its own neighbour)."""
    pads = [(0, 0)] * x.ndim
    pads[axis] = (1, 1)
    wide = jnp.pad(x, pads, "reflect" if x.shape[axis] > 1 else "edge")
    size = x.shape[axis]
    return jax.lax.slice_in_dim(wide, 0, size, axis=axis), jax.lax.slice_in_dim(wide, 2, size + 2, axis=axis)
