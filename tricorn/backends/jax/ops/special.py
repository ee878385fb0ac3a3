"""Special functions on JAX."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from tricorn.backends._xp import bind, special as shared
from tricorn.backends.jax.ops.arith import zero_divided_by_zero

erfc = jax.lax.erfc
erfinv = jax.lax.erf_inv


def hypot(x1, x2):
    # Its gradient at (0, 0) is not ours, 0: it does not see these places.
    is_zero = (x1 == 0) & (x2 == 0)
    zero, one = jnp.zeros((), x1.dtype), jnp.ones((), x1.dtype)
    return jnp.where(is_zero, zero, jnp.hypot(jnp.where(is_zero, one, x1), x2))


fmod = zero_divided_by_zero(jnp.fmod)

bind(globals(), shared, jnp)
