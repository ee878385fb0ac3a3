"""Trigonometric and hyperbolic functions on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import trig as shared
from tricorn.backends._xp import bind

bind(globals(), shared, jnp)
