"""Dtypes and copies on JAX."""

from __future__ import annotations

from tricorn.backends.jax import backend
from tricorn.core.dtypes import standardize_dtype


def cast(x, dtype):
    return backend.cast(x, standardize_dtype(dtype))


def stop_gradient(variable):
    return backend.stop_gradient(variable)


def copy(x):
    return x.copy()
