"""Colour spaces on JAX, compiled as a whole."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp

_LUMA = (0.2989, 0.5870, 0.1140)


def _channels(x, axis):
    return (jax.lax.slice_in_dim(x, k, k + 1, axis=axis) for k in range(3))


@partial(jax.jit, static_argnums=1)
def luma(x, axis):
    red, green, blue = _channels(x, axis)
    return red * _LUMA[0] + green * _LUMA[1] + blue * _LUMA[2]


@partial(jax.jit, static_argnums=1)
def to_hsv(x, axis):
    red, green, blue = _channels(x, axis)
    value = jnp.maximum(jnp.maximum(red, green), blue)
    span = value - jnp.minimum(jnp.minimum(red, green), blue)
    part = 1 / (6 * jnp.where(span == 0, 1, span))
    others = jnp.where(value == green, (blue - red) * part + 1 / 3, (red - green) * part + 2 / 3)
    hue = jnp.where(value == red, (green - blue) * part, others)
    hue = jnp.where(hue < 0, hue + 1, hue)
    lit = value > 0
    saturation = jnp.where(lit, span, 0) / jnp.where(lit, value, 1)
    return jnp.concatenate([hue, saturation, value], axis)


@partial(jax.jit, static_argnums=1)
def from_hsv(x, axis):
    hue, saturation, value = _channels(x, axis)
    sixth = 6 * (hue - jnp.floor(hue))
    lacks = (2 - jnp.abs(sixth - 3), jnp.abs(sixth - 2) - 1, jnp.abs(sixth - 4) - 1)
    chroma = value * saturation
    return jnp.concatenate([value - chroma * jnp.clip(lack, 0, 1) for lack in lacks], axis)
