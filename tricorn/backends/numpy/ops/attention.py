"""Attention on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import attention as shared
from tricorn.core.errors import NotSupportedError


def dot_product_attention(query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None,
                          attn_logits_soft_cap=None):  # fmt: skip
    if flash_attention:
        raise NotSupportedError("NumPy has no flash attention; use flash_attention=None.")
    return shared.dot_product_attention(np, query, key, value, bias, mask, scale, is_causal, flash_attention,
                                        attn_logits_soft_cap)  # fmt: skip
