"""The dense product on JAX."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import lax


def linear(x, kernel, bias=None):
    if x.dtype != kernel.dtype:
        x, kernel = _promoted(x, kernel)
    rows = x.shape[:-1]
    # As a product of matrices: the kernel's gradient then has one contracted axis, which XLA:CPU has a fast kernel for.
    # Elsewhere it gains nothing, and axes that are sharded would have to be merged.
    is_flat = x.ndim > 2 and jax.default_backend() == "cpu"
    if is_flat:
        x = x.reshape(math.prod(rows), x.shape[-1])
    y = lax.dot_general(x, kernel, (((x.ndim - 1,), (0,)), ((), ())))
    if bias is not None:
        y = y + bias.astype(y.dtype)
    return y.reshape(*rows, y.shape[-1]) if is_flat else y


def _promoted(x, kernel):
    dtype = jnp.promote_types(x.dtype, kernel.dtype)
    return x.astype(dtype), kernel.astype(dtype)


def embedding_lookup(table, indices):
    # Out of range, below zero too: NaN rows. A compiled program cannot raise, and a row of zeros would hide it.
    rows = table.shape[0]
    indices = jnp.where(indices < 0, rows, indices)
    return jnp.take(table, indices, axis=0, mode="fill", fill_value=jnp.nan)
