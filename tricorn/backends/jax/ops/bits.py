"""Bits of integers on JAX."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from tricorn.backends._xp import bind, bits as shared


def gcd(x1, x2):
    return _euclid(*_magnitudes(x1, x2)).astype(x1.dtype)


def lcm(x1, x2):
    wide1, wide2 = _magnitudes(x1, x2)
    divisor = jnp.maximum(_euclid(wide1, wide2), 1)
    return (wide1 // divisor * wide2).astype(x1.dtype)


def _magnitudes(x1, x2):
    """Both of one shape, not negative, as unsigned integers: jnp.gcd does not end on some signed ones."""
    wide = jnp.uint64 if x1.dtype.itemsize == 8 else jnp.uint32
    return jnp.broadcast_arrays(*(jnp.abs(x).astype(wide) for x in (x1, x2)))


def _euclid(a, b):
    def body(pair):
        a, b = pair
        return jnp.where(b == 0, a, b), jnp.where(b == 0, b, a % jnp.maximum(b, 1))

    return jax.lax.while_loop(lambda pair: jnp.any(pair[1] != 0), body, (a, b))[0]


bind(globals(), shared, jnp)
