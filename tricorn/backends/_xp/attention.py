"""Scaled dot-product attention over a NumPy-like namespace `xp`."""

from __future__ import annotations

import math


def dot_product_attention(xp, query, key, value, bias=None, mask=None, scale=None, is_causal=False,
                          flash_attention=None, attn_logits_soft_cap=None, softmax=None):  # fmt: skip
    length, source = query.shape[1], key.shape[1]
    scale = 1 / math.sqrt(query.shape[3]) if scale is None else scale
    dtype = query.dtype
    logits = _scores(query * _like(xp, scale, dtype), key)
    if dtype.name in ("float16", "bfloat16"):
        logits = logits.astype(xp.float32)
    if attn_logits_soft_cap is not None:
        logits = xp.tanh(logits / attn_logits_soft_cap) * attn_logits_soft_cap
    if bias is not None:
        logits = logits + bias.astype(logits.dtype)
    if is_causal:
        causal = xp.tril(xp.ones((length, source), bool))
        mask = causal if mask is None else xp.logical_and(mask, causal)
    if mask is not None:
        # A large finite number: a row with everything masked gives the mean of the values, not NaN.
        logits = xp.where(mask, logits, _like(xp, -0.7 * float(xp.finfo(logits.dtype).max), logits.dtype))
    weights = (_softmax(xp, logits) if softmax is None else softmax(logits)).astype(dtype)
    return _results(weights, value)


# Each group of query heads shares one key and value head. Heads go next to the batch: plain batched matrix products, which
# XLA runs on a CPU in less than half the time of einsums that leave the heads where they are.
def _scores(query, key):
    """`(batch, T, heads, D)` and `(batch, S, groups, D)` give `(batch, heads, T, S)`."""
    (batch, length, heads, width), (_, source, groups, _) = query.shape, key.shape
    query = query.swapaxes(1, 2).reshape(batch, groups, (heads // groups) * length, width)
    return (query @ key.transpose(0, 2, 3, 1)).reshape(batch, heads, length, source)


def _results(weights, value):
    """`(batch, heads, T, S)` and `(batch, S, groups, D)` give `(batch, T, heads, D)`."""
    (batch, heads, length, source), (_, _, groups, width) = weights.shape, value.shape
    weights = weights.reshape(batch, groups, (heads // groups) * length, source)
    return (weights @ value.swapaxes(1, 2)).reshape(batch, heads, length, width).swapaxes(1, 2)


def _softmax(xp, logits):
    weights = xp.exp(logits - xp.max(logits, axis=-1, keepdims=True))
    return weights / xp.sum(weights, axis=-1, keepdims=True)


def _like(xp, number, dtype):
    return xp.asarray(number, dtype=dtype)
