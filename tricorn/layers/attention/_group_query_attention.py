"""`GroupQueryAttention`: attention by several heads, groups of which share their keys and values."""

from __future__ import annotations

import math
from typing import Any

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers._arguments import known_size, positive_integer
from tricorn.layers.activation._softmax import Softmax
from tricorn.layers.attention._base_attention import HeadAttention
from tricorn.layers.regularization._dropout import Dropout


class GroupedQueryAttention(HeadAttention):
    """Attention of `query` to `key` and `value` by several heads; neighbouring heads share a key and a value.

    With `r = num_query_heads / num_key_value_heads`, query head `h` attends to key and value head `h // r`:
    `softmax(q @ k^T / sqrt(head_dim)) @ v`. One key and value head is multi-query attention, as many as query heads is
    multi-head attention. Keys and values, which a decoder keeps, take r times less memory.

    Without dropout and `return_attention_scores` it runs as one op. The public name is `GroupQueryAttention`.

    Args:
        head_dim: Size of each head.
        num_query_heads: Number of heads.
        num_key_value_heads: Number of heads of key and value; divides `num_query_heads`.
        dropout: Share of attention weights to drop in training.
        use_bias: Whether the projections have biases.
        sliding_window: Positions that far apart or more do not see each other; None for no bound.
        flash_attention: True or False asks for or against the engine's flash kernel; None for the configured choice.
        kernel_initializer: Initializer of the kernels.
        bias_initializer: Initializer of the biases.
        kernel_regularizer: Penalty on the kernels.
        bias_regularizer: Penalty on the biases.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Projection of the kernels after each update.
        bias_constraint: Projection of the biases after each update.
        use_gate: Whether each head's result is multiplied by a sigmoid of a projection of the query.
        seed: Seed of the dropout, an int.
        **kwargs: Of `Layer`.

    Call arguments:
        query: (batch, T, features), floating.
        value: (batch, S, features).
        key: (batch, S, features); `value` by default.
        query_mask, value_mask, key_mask: (batch, T), (batch, S), (batch, S), bool; those that travel with the inputs by
            default.
        attention_mask: Broadcasts to (batch, T, S), or with an axis of heads to (batch, heads, T, S); True where a
            position may be looked at.
        return_attention_scores: Whether the result is `(output, scores)`, scores of shape (batch, heads, T, S).
        training: Whether dropout acts.
        use_causal_mask: Whether position t sees positions up to t only.

    Output shape:
        (batch, T, features of the query).

    Raises:
        ValueError: An argument is out of its range, the heads do not divide, or the shapes do not fit.

    Example:
        >>> layer = GroupQueryAttention(head_dim=8, num_query_heads=4, num_key_value_heads=2)
        >>> layer(Input((10, 16)), Input((6, 16))).shape
        (None, 10, 16)

    Source: Ainslie et al., "GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints", 2023.
    """

    _heeds_query_mask = True

    def __init__(self, head_dim, num_query_heads, num_key_value_heads, dropout=0.0, use_bias=True, sliding_window=None,
                 flash_attention=None, kernel_initializer: Any = "glorot_uniform", bias_initializer: Any = "zeros",
                 kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
                 bias_constraint=None, use_gate=False, seed=None, **kwargs):  # fmt: skip
        super().__init__(
            dropout=dropout, use_bias=use_bias, sliding_window=sliding_window, flash_attention=flash_attention,
            use_gate=use_gate, seed=seed, kernel_initializer=kernel_initializer, bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint, bias_constraint=bias_constraint,
            activity_regularizer=activity_regularizer, **kwargs,
        )  # fmt: skip
        self.head_dim = positive_integer(self, "head_dim", head_dim)
        self.num_query_heads = positive_integer(self, "num_query_heads", num_query_heads)
        self.num_key_value_heads = positive_integer(self, "num_key_value_heads", num_key_value_heads)
        if self.num_query_heads % self.num_key_value_heads:
            raise bad_argument(self._where(), "`num_key_value_heads` must divide `num_query_heads`.",
                               expected=f"a divisor of {num_query_heads}",
                               given=f"num_key_value_heads={num_key_value_heads}")  # fmt: skip
        self._repeats = self.num_query_heads // self.num_key_value_heads
        self._scale = 1 / math.sqrt(self.head_dim)
        self._may_fuse = True

    def build(self, query_shape, value_shape, key_shape=None):
        key_shape = value_shape if key_shape is None else key_shape
        if not len(query_shape) == len(value_shape) == len(key_shape) == 3:
            raise bad_argument(self._where(), "query, value and key must be of rank 3.",
                               expected="(batch, positions, features)",
                               given=f"query {query_shape}, value {value_shape}, key {key_shape}")  # fmt: skip
        self._check_value_and_key(value_shape, key_shape)
        known_size(self, query_shape, -1)
        heads, shared = (self.num_query_heads, self.head_dim), (self.num_key_value_heads, self.head_dim)
        self._query_dense = self._projection("query", "ab", query_shape, heads)
        self._key_dense = self._projection("key", "ab", key_shape, shared)
        self._gate_dense = self._projection("gate", "ab", query_shape, heads) if self._use_gate else None
        self._value_dense = self._projection("value", "ab", value_shape, shared)
        self._softmax = Softmax(axis=-1, dtype=self._dtype_policy)
        self._dropout_layer = Dropout(self._dropout, seed=self.seed, dtype=self._dtype_policy)
        scores = (None, self.num_query_heads, None, None)
        self._softmax.build(scores)
        self._dropout_layer.build(scores)
        self._output_dense = self._output_projection("ab", (*query_shape[:-1], *heads), (query_shape[-1],))

    def _compute_attention(self, query, key, value, attention_mask=None, training=None):
        """`(results, scores)`, step by step; scores are the weights before dropout."""
        if self._repeats > 1:
            key, value = (ops.repeat(x, self._repeats, axis=2) for x in (key, value))
        scores = ops.einsum("bthd,bshd->bhts", query * self._scale, key)
        if attention_mask is not None and len(attention_mask.shape) == 3:
            attention_mask = ops.expand_dims(attention_mask, 1)
        scores = self._softmax.call(scores, attention_mask)
        weights = self._dropout_layer(scores, training=training) if training and self._dropout else scores
        return ops.einsum("bhts,bshd->bthd", weights, value), scores

    def compute_output_shape(self, query_shape, value_shape, key_shape=None):
        return tuple(query_shape)

    def compute_output_spec(self, query, value, key=None, query_mask=None, value_mask=None, key_mask=None,
                            attention_mask=None, return_attention_scores=False, training=None,
                            use_causal_mask=False):  # fmt: skip
        output = self._spec(self.compute_output_shape(query.shape, value.shape))
        if not return_attention_scores:
            return output
        return output, self._spec((query.shape[0], self.num_query_heads, query.shape[1], value.shape[1]))

    def get_config(self):
        return {
            **super().get_config(),
            "head_dim": self.head_dim,
            "num_query_heads": self.num_query_heads,
            "num_key_value_heads": self.num_key_value_heads,
            **self._written_options(),
        }


# The class is named as the reference's is, which names weights and groups in files after it.
GroupQueryAttention = GroupedQueryAttention
