"""Special functions on JAX."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from tricorn.backends._xp import bind
from tricorn.backends._xp import special as shared
from tricorn.backends.jax.ops.arith import zero_divided_by_zero

erfc = jax.lax.erfc
erfinv = jax.lax.erf_inv
fmod = zero_divided_by_zero(jnp.fmod)

bind(globals(), shared, jnp)
