"""Linear algebra on JAX. A compiled program cannot raise: what has no solution is NaN."""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
from jax import lax

from tricorn.backends._xp import bind, linalg as shared

bind(globals(), shared, jnp)


def _in_float32(kernel):
    wide = shared._in_float32(lambda _, *args: kernel(*args))
    return lambda *args: wide(jnp, *args)


@_in_float32
@functools.partial(jax.jit, static_argnums=1)
def cholesky_inverse(x, upper=False):
    eye = jnp.broadcast_to(jnp.eye(x.shape[-1], dtype=x.dtype), x.shape)
    inverse = lax.linalg.triangular_solve(x, eye, left_side=True, lower=not upper)
    transposed = jnp.swapaxes(inverse, -1, -2)
    return inverse @ transposed if upper else transposed @ inverse


@_in_float32
def lu_factor(x):
    return jax.scipy.linalg.lu_factor(x)


@jax.jit
def _solve(a, b):
    """a x = b for matrices of one batch: `jnp.linalg.solve`, but NaN as a whole where a pivot is 0."""
    lu, pivots = jax.scipy.linalg.lu_factor(lax.stop_gradient(a))
    is_singular = jnp.any(jnp.diagonal(lu, axis1=-2, axis2=-1) == 0, axis=-1)
    lu = jnp.where(is_singular[..., None, None], jnp.nan, lu)
    return lax.custom_linear_solve(
        lambda x: a @ x, b,
        lambda _, right: jax.scipy.linalg.lu_solve((lu, pivots), right),
        lambda _, right: jax.scipy.linalg.lu_solve((lu, pivots), right, 1),
    )  # fmt: skip


def _in_one_batch(a, b):
    batch = jnp.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return jnp.broadcast_to(a, batch + a.shape[-2:]), jnp.broadcast_to(b, batch + b.shape[-2:])


@_in_float32
def inv(x):
    return _solve(x, jnp.broadcast_to(jnp.eye(x.shape[-1], dtype=x.dtype), x.shape))


@_in_float32
def solve(a, b):
    if shared._is_vector(a, b):
        return _solve(*_in_one_batch(a, b[..., None]))[..., 0]
    return _solve(*_in_one_batch(a, b))


@_in_float32
def solve_triangular(a, b, lower=False):
    is_vector = shared._is_vector(a, b)
    a, b = _in_one_batch(a, b[..., None] if is_vector else b)
    x = lax.linalg.triangular_solve(a, b, left_side=True, lower=lower)
    return x[..., 0] if is_vector else x
