"""Arithmetic on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import arith as shared, bind
from tricorn.core.errors import bad_argument
from tricorn.core.op import accepts_scalars


def zero_divided_by_zero(division):
    """A binary kernel from `division`, in which integers divided by 0 give 0: XLA does not say what they give."""

    def kernel(x1, x2):
        dtype = (x2 if type(x1) in (int, float) else x1).dtype
        if dtype.kind not in "iu":
            return division(x1, x2)
        if type(x2) in (int, float):
            return jnp.zeros_like(x1) if x2 == 0 else division(x1, x2)
        is_zero = x2 == 0
        return jnp.where(
            is_zero, jnp.zeros((), dtype), division(x1, jnp.where(is_zero, jnp.ones((), dtype), x2))
        )

    return accepts_scalars(kernel)


floor_divide = zero_divided_by_zero(jnp.floor_divide)
mod = zero_divided_by_zero(jnp.mod)


@accepts_scalars
def power(x1, x2):
    if type(x2) is int and x2 < 0 and x1.dtype.kind in "iu":
        raise bad_argument("ops.power", "integers have no negative powers.", expected="exponents from 0 up", given=x2,
                           hint="a float base or exponent")  # fmt: skip
    return jnp.power(x1, x2)


bind(globals(), shared, jnp)
