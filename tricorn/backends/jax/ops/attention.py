"""Attention on JAX."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from tricorn.backends._xp import attention as shared
from tricorn.core.errors import NotSupportedError


def dot_product_attention(query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None,
                          attn_logits_soft_cap=None):  # fmt: skip
    if flash_attention:
        if jax.default_backend() not in ("gpu", "cuda") or attn_logits_soft_cap is not None:
            raise NotSupportedError("JAX has flash attention (cuDNN) on GPUs only, and without a cap on the logits; "
                                    "use flash_attention=None.")  # fmt: skip
        return jax.nn.dot_product_attention(query, key, value, bias, mask, scale=scale, is_causal=is_causal,
                                            implementation="cudnn")  # fmt: skip
    # JAX's own softmax does not differentiate through the maximum.
    return shared.dot_product_attention(jnp, query, key, value, bias, mask, scale, is_causal, flash_attention,
                                        attn_logits_soft_cap, jax.nn.softmax, (_scores, _results))  # fmt: skip


# XLA orders the axes of an einsum itself: fewer transpositions than products of swapped axes need, most of all backward.
def _scores(query, key):
    """`(batch, T, heads, D)` and `(batch, S, groups, D)` give `(batch, heads, T, S)`."""
    (batch, length, heads, width), (_, source, groups, _) = query.shape, key.shape
    if groups == heads:
        return jnp.einsum("bthd,bshd->bhts", query, key)
    query = query.reshape(batch, length, groups, heads // groups, width)
    return jnp.einsum("btgrd,bsgd->bgrts", query, key).reshape(batch, heads, length, source)


def _results(weights, value):
    """`(batch, heads, T, S)` and `(batch, S, groups, D)` give `(batch, T, heads, D)`."""
    (batch, heads, length, source), (_, _, groups, width) = weights.shape, value.shape
    if groups == heads:
        return jnp.einsum("bhts,bshd->bthd", weights, value)
    weights = weights.reshape(batch, groups, heads // groups, length, source)
    return jnp.einsum("bgrts,bsgd->btgrd", weights, value).reshape(batch, length, heads, width)
