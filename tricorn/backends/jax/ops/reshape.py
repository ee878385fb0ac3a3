"""Shapes and layouts on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import bind, reshape as shared

bind(globals(), shared, jnp)
