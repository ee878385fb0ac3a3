"""Histograms on JAX."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp


@partial(jax.jit, static_argnums=(1,))
def histograms(x, bins):
    rows = jnp.arange(x.shape[0])[:, None]
    return jnp.zeros((x.shape[0], bins), jnp.int32).at[rows, x].add(1, mode="promise_in_bounds")


@jax.jit
def looked_up(table, positions):
    return jnp.take_along_axis(table, positions, 1, mode="promise_in_bounds")
