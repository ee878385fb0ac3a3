"""Comparisons and logic on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import bind, compare as shared

bind(globals(), shared, jnp)
