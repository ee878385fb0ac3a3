"""Reductions without NaN on JAX: its own functions, where the dtype and the gradients are ours too."""

from __future__ import annotations

import jax.numpy as jnp


def _axes(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def nanmax(x, axis=None, keepdims=False):
    return jnp.nanmax(x, axis=_axes(axis), keepdims=keepdims)


def nanmin(x, axis=None, keepdims=False):
    return jnp.nanmin(x, axis=_axes(axis), keepdims=keepdims)


def nansum(x, axis=None, keepdims=False):
    return jnp.nansum(x, axis=_axes(axis), keepdims=keepdims, dtype=x.dtype)


def nanprod(x, axis=None, keepdims=False):
    return jnp.nanprod(x, axis=_axes(axis), keepdims=keepdims, dtype=x.dtype)


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    return jnp.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)
