"""Running sums and products on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import cumulative as shared
from tricorn.backends._xp import bind

bind(globals(), shared, jnp)
