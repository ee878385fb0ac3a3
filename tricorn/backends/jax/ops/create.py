"""Making tensors on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import bind, create as shared

bind(globals(), shared, jnp)
