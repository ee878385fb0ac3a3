"""Making sparse tensors on JAX."""

from __future__ import annotations

from jax.experimental.sparse import BCOO


def to_sparse(x):
    return BCOO.fromdense(x)
