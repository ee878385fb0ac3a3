"""Counts and sets on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import bind, counting as shared

bind(globals(), shared, jnp)
