"""Rounding on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import round as shared
from tricorn.backends._xp import bind

bind(globals(), shared, jnp)
