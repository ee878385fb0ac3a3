"""Exponentials, logarithms and roots on JAX."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from tricorn.backends._xp import bind, explog as shared

erf = jax.lax.erf
rsqrt = jax.lax.rsqrt

bind(globals(), shared, jnp)
