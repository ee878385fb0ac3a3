"""Scaled dot-product attention over a NumPy-like namespace `xp`."""

from __future__ import annotations

import math


def dot_product_attention(xp, query, key, value, bias=None, mask=None, scale=None, is_causal=False,
                          flash_attention=None, attn_logits_soft_cap=None, softmax=None):  # fmt: skip
    batch, length, heads, width = query.shape
    source, groups = key.shape[1], key.shape[2]
    scale = 1 / math.sqrt(width) if scale is None else scale
    dtype = query.dtype
    # Heads next to the batch: two plain batched matrix products, (.., T, D) x (.., D, S) and (.., T, S) x (.., S, D).
    q, k, v = (
        xp.swapaxes(query * _like(xp, scale, dtype), 1, 2),
        xp.swapaxes(key, 1, 2),
        xp.swapaxes(value, 1, 2),
    )
    if groups != heads:
        # Each group of query heads shares one key and value head.
        q = q.reshape(batch, groups, (heads // groups) * length, width)
    logits = xp.matmul(q, xp.swapaxes(k, 2, 3)).reshape(batch, heads, length, source)
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
    if groups != heads:
        weights = weights.reshape(batch, groups, (heads // groups) * length, source)
    return xp.swapaxes(xp.matmul(weights, v).reshape(batch, heads, length, v.shape[-1]), 1, 2)


def _softmax(xp, logits):
    weights = xp.exp(logits - xp.max(logits, axis=-1, keepdims=True))
    return weights / xp.sum(weights, axis=-1, keepdims=True)


def _like(xp, number, dtype):
    return xp.asarray(number, dtype=dtype)
