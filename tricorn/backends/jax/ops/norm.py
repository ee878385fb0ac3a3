"""Normalisation on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import bind, norm as shared

bind(globals(), shared, jnp)
