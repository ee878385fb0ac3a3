"""Functions of JAX's own inside a layer: trees of parameters, keys, and Flax modules."""

from __future__ import annotations

import importlib

import jax
import jax.numpy as jnp
import numpy as np

from tricorn.backends.jax import native_dtype
from tricorn.core.errors import NotSupportedError


def flatten(tree):
    """`(leaves, structure)` of a tree of JAX; None and registered containers as JAX sees them."""
    return jax.tree_util.tree_flatten(tree)


def unflatten(structure, leaves):
    return jax.tree_util.tree_unflatten(structure, leaves)


def is_array(value):
    """Whether a leaf becomes a Variable."""
    return isinstance(value, (jax.Array, np.ndarray, np.generic, int, float)) and not isinstance(value, bool)


def as_array(value):
    return jnp.asarray(value)


def is_trainable(value):
    """Whether gradients can be taken with respect to a leaf."""
    return jnp.issubdtype(jnp.asarray(value).dtype, jnp.floating)


def example(shape, dtype):
    """An input to initialise with: ones, unknown sizes 1."""
    return jnp.ones([1 if size is None else size for size in shape], native_dtype(dtype))


def fold(key, number):
    """Another key from a key."""
    return jax.random.fold_in(key, number)


def flax_linen():
    """`flax.linen`.

    Raises:
        NotSupportedError: Flax is not installed.
    """
    try:
        return importlib.import_module("flax.linen")
    except ImportError as error:
        raise NotSupportedError("FlaxLayer needs Flax: pip install flax") from error
