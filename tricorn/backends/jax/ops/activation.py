"""Activations on JAX: its own functions, which carry tuned derivatives, where it has them."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from tricorn.backends._xp import activation as shared, bind

bind(globals(), shared, jnp)

relu = jax.nn.relu  # its gradient at 0 is 0, as on the other engines
sigmoid = jax.nn.sigmoid
softplus = jax.nn.softplus
silu = jax.nn.silu
gelu = jax.nn.gelu
elu = jax.nn.elu
selu = jax.nn.selu
celu = jax.nn.celu
leaky_relu = jax.nn.leaky_relu
log_sigmoid = jax.nn.log_sigmoid
mish = jax.nn.mish
glu = jax.nn.glu


def _axes(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def softmax(x, axis=-1):
    return jax.nn.softmax(x, axis=_axes(axis))


def log_softmax(x, axis=-1):
    return jax.nn.log_softmax(x, axis=_axes(axis))
