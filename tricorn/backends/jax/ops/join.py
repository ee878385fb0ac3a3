"""Joining and splitting on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import join as shared
from tricorn.backends._xp import bind

bind(globals(), shared, jnp)
