"""Attention on TensorFlow: two batched matrix products and a softmax."""

from __future__ import annotations

import math

import tensorflow as tf

from tricorn.core.errors import NotSupportedError


def dot_product_attention(query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None,
                          attn_logits_soft_cap=None):  # fmt: skip
    if flash_attention:
        raise NotSupportedError("TensorFlow has no flash attention; use flash_attention=None.")
    heads, groups, width = query.shape[2], key.shape[2], query.shape[3]
    scale = 1 / math.sqrt(width) if scale is None else scale
    q = tf.transpose(query * tf.cast(scale, query.dtype), (0, 2, 1, 3))
    k, v = tf.transpose(key, (0, 2, 1, 3)), tf.transpose(value, (0, 2, 1, 3))
    if groups != heads:
        # Each group of query heads shares one key and value head.
        k, v = tf.repeat(k, heads // groups, 1), tf.repeat(v, heads // groups, 1)
    logits = tf.matmul(q, k, transpose_b=True)
    if logits.dtype in (tf.float16, tf.bfloat16):
        logits = tf.cast(logits, tf.float32)
    if attn_logits_soft_cap is not None:
        logits = tf.tanh(logits / attn_logits_soft_cap) * attn_logits_soft_cap
    if bias is not None:
        logits += tf.cast(bias, logits.dtype)
    if mask is not None:
        mask = tf.cast(mask, tf.bool)
    if is_causal:
        length, source = tf.shape(logits)[2], tf.shape(logits)[3]
        causal = tf.range(length)[:, None] >= tf.range(source)[None, :]
        mask = causal if mask is None else tf.logical_and(mask, causal)
    if mask is not None:
        # A large finite number: a row with everything masked gives the mean of the values, not NaN.
        logits = tf.where(mask, logits, tf.cast(0.7 * logits.dtype.min, logits.dtype))
    weights = tf.cast(tf.nn.softmax(logits, -1), query.dtype)
    return tf.transpose(tf.matmul(weights, v), (0, 2, 1, 3))
