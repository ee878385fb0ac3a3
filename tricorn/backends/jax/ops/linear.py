"""The dense product on JAX."""

from __future__ import annotations

import jax.numpy as jnp
from jax import lax


def linear(x, kernel, bias=None):
    if x.dtype != kernel.dtype:
        x, kernel = _promoted(x, kernel)
    y = lax.dot_general(x, kernel, (((x.ndim - 1,), (0,)), ((), ())))
    return y if bias is None else y + bias.astype(y.dtype)


def _promoted(x, kernel):
    dtype = jnp.promote_types(x.dtype, kernel.dtype)
    return x.astype(dtype), kernel.astype(dtype)


def embedding_lookup(table, indices):
    # Out of range, below zero too: NaN rows. A compiled program cannot raise, and a row of zeros would hide it.
    rows = table.shape[0]
    indices = jnp.where(indices < 0, rows, indices)
    return jnp.take(table, indices, axis=0, mode="fill", fill_value=jnp.nan)
