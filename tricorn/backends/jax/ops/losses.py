"""Cross-entropies on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import bind, losses as shared

bind(globals(), shared, jnp)
