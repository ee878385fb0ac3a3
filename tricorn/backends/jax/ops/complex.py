"""Complex numbers, and bits seen as another dtype, on JAX."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from tricorn.backends.jax import native_dtype
from tricorn.core.arrays import numpy_dtype
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import NotSupportedError

real = jnp.real


def imag(x):
    return jnp.imag(x) if x.dtype.kind == "c" else jnp.zeros_like(x)


def conj(x):
    return jnp.conjugate(x) if x.dtype.kind == "c" else x


def angle(x):
    # The angle of real numbers is constant but at 0, where arctan2 would give the gradient NaN.
    return (
        jnp.angle(x) if x.dtype.kind == "c" else jnp.arctan2(jnp.zeros((), x.dtype), jax.lax.stop_gradient(x))
    )


def view_as_complex(x):
    if x.shape[-1] != 2:
        raise ValueError("the last axis does not hold pairs")
    return jax.lax.complex(x[..., 0], x[..., 1])


def view_as_real(x):
    return jnp.stack((jnp.real(x), imag(x)), -1)


def polar(abs_, angle):
    return jax.lax.complex(abs_ * jnp.cos(angle), abs_ * jnp.sin(angle))


def view(x, dtype=None):
    if dtype is None:
        return x
    name = standardize_dtype(dtype)
    target = native_dtype(name)
    if target != numpy_dtype(name):
        raise NotSupportedError(
            f"JAX has {name} only with 64 bits: jax.config.update('jax_enable_x64', True)."
        )
    if x.dtype == target:
        return x
    if x.dtype.kind == "c":  # XLA does not look into complex numbers
        parts = view_as_real(x)
        return view(parts.reshape((*x.shape[:-1], 2 * x.shape[-1])) if x.ndim else parts, dtype)
    if target.kind == "c":
        part = jnp.finfo(target).dtype
        pairs = view(x, part.name)
        return view_as_complex(pairs.reshape((*pairs.shape[:-1], pairs.shape[-1] // 2, 2)))
    if x.dtype == "bool":
        x = x.astype("uint8")
    if target == "bool":
        return view(x, "uint8") != 0
    ratio = x.dtype.itemsize / target.itemsize
    if ratio < 1:
        x = x.reshape((*x.shape[:-1], round(x.shape[-1] * ratio), round(1 / ratio)))
    result = jax.lax.bitcast_convert_type(x, target)
    return result.reshape((*x.shape[:-1], round(x.shape[-1] * ratio))) if ratio > 1 else result
