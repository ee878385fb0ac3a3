"""Trigonometric and hyperbolic functions on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import bind, trig as shared

bind(globals(), shared, jnp)
