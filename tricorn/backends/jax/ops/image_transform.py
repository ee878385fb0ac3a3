"""Interpolation on JAX, compiled as a whole: the gathers and their weights are one loop."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp

from tricorn.backends._xp import image_transform as shared


@partial(jax.jit, static_argnums=(2, 3, 4))
def sample(inputs, coordinates, order, fill_mode, fill_value):
    return shared.sample(jnp, inputs, coordinates, order, fill_mode, fill_value)
