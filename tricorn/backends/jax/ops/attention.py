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
                                        attn_logits_soft_cap, jax.nn.softmax)  # fmt: skip
