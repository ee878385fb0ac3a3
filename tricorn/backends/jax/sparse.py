"""Ops on `jax.experimental.sparse.BCOO`. `core/sparse.py` says which there are and what is sparse of their results."""

from __future__ import annotations

import math

import jax.numpy as jnp
from jax.experimental import sparse

from tricorn.core.sparse import STRUCTURAL, ZERO_TO_ZERO

BCOO = sparse.BCOO


def is_sparse(x):
    return isinstance(x, BCOO)


def to_dense(x):
    if not isinstance(x, BCOO):
        return x
    if x.dtype == bool:  # JAX adds up what is stored at one place, and booleans cannot be added
        return _with_data(x, x.data.astype("int8")).todense() > 0
    return x.todense()


def cast(x, dtype):
    return _with_data(x, x.data.astype(dtype))


def kernel(name, dense_kernel):
    """What runs an op on arguments of which some are sparse and whose result is to be sparse.

    Args:
        name: The op.
        dense_kernel: Its kernel on arrays.
    """
    if name in ZERO_TO_ZERO:
        return lambda x, *args: _with_data(_unique(x), dense_kernel(_unique(x).data, *args))
    if name in ("maximum", "minimum"):
        return lambda x1, x2: _joined(dense_kernel, x1, x2)
    if name == "divide":
        return _divide
    if name in STRUCTURAL:
        return lambda x, *args: _sparse(sparse.sparsify(lambda x: _MOVES[name](x, *args))(x))
    return sparse.sparsify(
        {"add": jnp.add, "subtract": jnp.subtract, "multiply": jnp.multiply}.get(name, jnp.matmul)
    )


def _sparse(x):
    """A sum over all axes comes dense."""
    return x if isinstance(x, BCOO) else BCOO.fromdense(x, nse=x.size)


def _mean(x, axis=None, keepdims=False):
    total = jnp.sum(x, axis, keepdims=keepdims)
    return total * (math.prod(total.shape) / math.prod(x.shape))


_MOVES = {
    "concatenate": jnp.concatenate,
    "expand_dims": jnp.expand_dims,
    "mean": _mean,
    "reshape": jnp.reshape,
    "squeeze": jnp.squeeze,
    "sum": lambda x, axis=None, keepdims=False: jnp.sum(x, axis, keepdims=keepdims),
    "transpose": jnp.transpose,
}


def mixed_product(x1, x2):
    """A sparse by a dense matrix, or the reverse: dense."""
    return sparse.sparsify(jnp.matmul)(x1, x2)


def _with_data(x, data):
    return BCOO(
        (data, x.indices), shape=x.shape, indices_sorted=x.indices_sorted, unique_indices=x.unique_indices
    )


def _unique(x):
    """`x` without places that are stored twice: their sum is what a function must see."""
    return x if x.unique_indices else sparse.bcoo_sum_duplicates(x, nse=x.nse)


def _joined(function, x1, x2):
    """`function` over the places that are stored in either."""
    x1, x2 = _unique(x1), _unique(x2)
    places = jnp.concatenate([x1.indices, x2.indices], 0)
    first = jnp.concatenate([x1.data, jnp.zeros_like(x2.data)])
    second = jnp.concatenate([jnp.zeros_like(x1.data), x2.data])
    first, second = (
        sparse.bcoo_sum_duplicates(BCOO((data, places), shape=x1.shape), nse=len(places))
        for data in (first, second)
    )
    return _with_data(first, function(first.data, second.data))


def _divide(x1, x2):
    x1 = _unique(x1)
    divisors = jnp.broadcast_to(x2, x1.shape)[tuple(x1.indices.T)]
    return _with_data(x1, x1.data / divisors)


def one_hot(x, num_classes, axis, dtype):
    """`one_hot` along a new axis, storing the ones only; places out of range are not stored."""
    rank = x.ndim + 1
    axis = axis % rank
    places = [grid.reshape(-1) for grid in jnp.indices(x.shape)]
    classes = x.reshape(-1)
    places.insert(axis, jnp.where((classes >= 0) & (classes < num_classes), classes, num_classes))
    shape = (*x.shape[:axis], num_classes, *x.shape[axis:])
    return BCOO((jnp.ones(classes.shape, dtype), jnp.stack(places, -1).astype(jnp.int32)), shape=shape)
