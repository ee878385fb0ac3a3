"""Reductions over segments on JAX."""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp

from tricorn.core.errors import bad_argument


def _flat(data, ids, count):
    if not jnp.issubdtype(ids.dtype, jnp.integer):
        raise TypeError(f"Segment ids must be integers, not {ids.dtype}.")
    if not ids.ndim or data.shape[: ids.ndim] != ids.shape:
        raise ValueError("the ids are not those of the data's leading axes")
    if ids.ndim != 1:
        data, ids = data.reshape(ids.size, *data.shape[ids.ndim :]), ids.reshape(-1)
    if count is None:
        if isinstance(ids, jax.core.Tracer):
            raise bad_argument("ops.segment_...", "a compiled program cannot count the segments.",
                               expected="`num_segments`, an integer", given="num_segments=None")  # fmt: skip
        count = max(int(ids.max()) + 1, 0) if ids.size else 0
    if jnp.issubdtype(ids.dtype, jnp.unsignedinteger):
        ids = ids.astype(jnp.int32)
    # Below zero would count from the end; beyond it is dropped.
    return data, jnp.where(ids < 0, count, ids), count


def _wide(x):
    return x.astype(jnp.float32) if jnp.issubdtype(x.dtype, jnp.floating) and x.dtype.itemsize == 2 else x


def segment_sum(data, segment_ids, num_segments=None, sorted=False):
    values, ids, count = _flat(_wide(data), segment_ids, num_segments)
    return jax.ops.segment_sum(values, ids, count, sorted, mode="drop").astype(data.dtype)


def segment_max(data, segment_ids, num_segments=None, sorted=False):
    values, ids, count = _flat(data, segment_ids, num_segments)
    return jax.ops.segment_max(values, ids, count, sorted, mode="drop")


def segment_min(data, segment_ids, num_segments=None, sorted=False):
    values, ids, count = _flat(data, segment_ids, num_segments)
    return jax.ops.segment_min(values, ids, count, sorted, mode="drop")


def segment_prod(data, segment_ids, num_segments=None, sorted=False):
    values, ids, count = _flat(_wide(data), segment_ids, num_segments)
    return _product(values, ids, count, sorted).astype(data.dtype)


@functools.partial(jax.custom_jvp, nondiff_argnums=(1, 2, 3))
def _product(data, ids, count, is_sorted):
    return jax.ops.segment_prod(data, ids, count, is_sorted, mode="drop")


@_product.defjvp
def _product_jvp(ids, count, is_sorted, primals, tangents):
    """JAX has no derivative of it: each element's is the product of the others, zeros apart from the rest. A second
    derivative at a zero misses what that zero keeps from the others."""
    (data,), (tangent,) = primals, tangents
    is_zero = data == 0
    others = jnp.where(is_zero, 1, data)
    product = _product(others, ids, count, is_sorted)
    zeros = jax.ops.segment_sum(is_zero.astype(data.dtype), ids, count, is_sorted, mode="drop")
    # Without a zero: the product without this one. With one: only its own derivative is not 0.
    product_of, zeros_of = product[ids], zeros[ids]
    derivative = jnp.where(zeros_of == is_zero, product_of / others, 0)
    moved = jax.ops.segment_sum(tangent * derivative, ids, count, is_sorted, mode="drop")
    return jnp.where(zeros == 0, product, 0), moved
