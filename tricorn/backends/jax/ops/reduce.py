"""Reductions on JAX."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from tricorn.backends._xp import bind, reduce as shared

bind(globals(), shared, jnp)


def logsumexp(x, axis=None, keepdims=False):
    return jax.nn.logsumexp(x, axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=keepdims)
