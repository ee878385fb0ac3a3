"""Filters on JAX, compiled as a whole: XLA adds the shifted copies in one loop."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp

from tricorn.backends._xp import image_filter as shared


@partial(jax.jit, static_argnums=(1, 2, 3, 4))
def filtered(images, size, sigma, padding, channels_first):
    return shared.filtered(jnp, images, size, sigma, padding, channels_first)
