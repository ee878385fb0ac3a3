"""Shapes and layouts on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import reshape as shared
from tricorn.backends._xp import bind

bind(globals(), shared, jnp)
