"""Attention on torch: `scaled_dot_product_attention`, which chooses a flash or memory-efficient kernel itself."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from tricorn.core.errors import NotSupportedError


def dot_product_attention(query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None,
                          attn_logits_soft_cap=None):  # fmt: skip
    heads, groups = query.shape[2], key.shape[2]
    q, k, v = query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)
    if mask is not None and mask.dtype is not torch.bool:
        mask = mask.bool()
    if attn_logits_soft_cap is not None:
        if flash_attention:
            raise NotSupportedError(
                "torch's flash attention knows no cap on the logits; use flash_attention=None."
            )
        return _capped(q, k, v, bias, mask, scale, is_causal, attn_logits_soft_cap)
    additive = bias
    if bias is not None and bias.dtype is not q.dtype:
        additive = bias.to(q.dtype)
    if is_causal and (bias is not None or mask is not None):
        # torch takes a mask or is_causal, not both.
        causal = torch.ones(q.shape[2], k.shape[2], dtype=torch.bool, device=q.device).tril()
        mask, is_causal = causal if mask is None else mask & causal, False
    if mask is not None:
        q, additive = _masked(q, additive, mask)
    if flash_attention is None:
        y = F.scaled_dot_product_attention(
            q, k, v, additive, 0.0, is_causal, scale=scale, enable_gqa=heads != groups
        )
    else:
        y = _chosen(flash_attention, q, k, v, additive, is_causal, scale, heads != groups)
    return y.transpose(1, 2)


def _masked(q, bias, mask):
    """The query, and what torch takes as its mask.

    A query that may look nowhere gives the mean of all values, as on the other engines, with no gradient for itself:
    it becomes zero, and may look everywhere. Left to torch it would be NaN, or have a gradient.
    """
    somewhere = mask.any(-1, keepdim=True)
    q = torch.where(somewhere, q, 0.0)
    if bias is None:
        return q, mask | ~somewhere
    masked = torch.where(mask, bias, 0.7 * torch.finfo(bias.dtype).min)
    return q, torch.where(somewhere, masked, 0.0)


def _chosen(flash, q, k, v, additive, is_causal, scale, grouped):
    from torch.nn.attention import SDPBackend, sdpa_kernel

    if flash and additive is not None and q.is_cuda:
        raise NotSupportedError(
            "ops.dot_product_attention: torch's flash attention takes no mask and no bias; "
            "use flash_attention=None, or is_causal=True without a mask."
        )
    kernels = [SDPBackend.FLASH_ATTENTION] if flash else [SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]
    with sdpa_kernel(kernels):
        return F.scaled_dot_product_attention(
            q, k, v, additive, 0.0, is_causal, scale=scale, enable_gqa=grouped
        )


def _capped(q, k, v, bias, mask, scale, is_causal, cap):
    """By hand: torch's kernels know no cap on the logits."""
    if k.shape[1] != q.shape[1]:
        repeats = q.shape[1] // k.shape[1]
        k, v = k.repeat_interleave(repeats, 1), v.repeat_interleave(repeats, 1)
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    logits = torch.matmul(q * scale, k.transpose(2, 3))
    logits = torch.tanh(logits / cap) * cap
    if bias is not None:
        logits = logits + bias.to(logits.dtype)
    if is_causal:
        causal = torch.ones(logits.shape[-2:], dtype=torch.bool, device=q.device).tril()
        mask = causal if mask is None else mask & causal
    if mask is not None:
        logits = logits.masked_fill(~mask, 0.7 * torch.finfo(logits.dtype).min)
    return torch.matmul(torch.softmax(logits, -1), v).transpose(1, 2)
