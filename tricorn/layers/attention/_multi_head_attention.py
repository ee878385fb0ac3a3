"""`MultiHeadAttention`: attention by several heads."""

from __future__ import annotations

import math
import string
from typing import Any

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers._arguments import known_size, positive_integer
from tricorn.layers.activation._softmax import Softmax
from tricorn.layers.attention._base_attention import HeadAttention
from tricorn.layers.regularization._dropout import Dropout


class MultiHeadAttention(HeadAttention):
    """Attention of `query` to `key` and `value`, by several heads with projections of their own.

    Per head: `softmax(q @ k^T / sqrt(key_dim)) @ v`; the heads' results side by side are projected to the output.

    Called as `layer(query, value, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None,
    return_attention_scores=False, training=None, use_causal_mask=False)`: shapes `(batch, T, features)` for the query
    and `(batch, S, features)` for value and key; `key` is `value` by default. `attention_mask` broadcasts to
    `(batch, T, S)`, True where a position may be looked at; masks that travel with the inputs are respected too.

    Without dropout, `return_attention_scores` or other attention axes it runs as one op.

    Args:
        num_heads: Number of heads.
        key_dim: Size of each head's queries and keys.
        value_dim: Size of each head's values; `key_dim` by default.
        dropout: Share of attention weights to drop in training.
        use_bias: Whether the projections have biases.
        output_shape: Size or sizes of the output's features; the query's by default.
        attention_axes: Axes over which attention goes; by default all between batch and features.
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

    Source: Vaswani et al., "Attention Is All You Need", 2017.
    """

    def __init__(self, num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, output_shape=None,
                 attention_axes=None, sliding_window=None, flash_attention=None, kernel_initializer: Any = "glorot_uniform",
                 bias_initializer: Any = "zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, use_gate=False, seed=None, **kwargs):  # fmt: skip
        super().__init__(
            dropout=dropout, use_bias=use_bias, sliding_window=sliding_window, flash_attention=flash_attention,
            use_gate=use_gate, seed=seed, kernel_initializer=kernel_initializer, bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint, bias_constraint=bias_constraint,
            activity_regularizer=activity_regularizer, **kwargs,
        )  # fmt: skip
        self._num_heads = positive_integer(self, "num_heads", num_heads)
        self._key_dim = positive_integer(self, "key_dim", key_dim)
        self._value_dim = (
            self._key_dim if value_dim is None else positive_integer(self, "value_dim", value_dim)
        )
        if output_shape is not None:
            sizes = [output_shape] if isinstance(output_shape, int) else list(output_shape)
            output_shape = tuple(positive_integer(self, "output_shape", size) for size in sizes)
        self._output_sizes = output_shape
        if attention_axes is not None:
            attention_axes = (attention_axes,) if isinstance(attention_axes, int) else tuple(attention_axes)
            if not attention_axes or not all(isinstance(axis, int) for axis in attention_axes):
                raise bad_argument(self._where(), "`attention_axes` must be axes.",
                                   given=f"attention_axes={attention_axes!r}")  # fmt: skip
        self._attention_axes = attention_axes
        self._scale = 1 / math.sqrt(self._key_dim)

    num_heads = property(lambda self: self._num_heads, doc="Number of heads.")
    key_dim = property(lambda self: self._key_dim, doc="Size of each head's queries and keys.")
    value_dim = property(lambda self: self._value_dim, doc="Size of each head's values.")
    attention_axes = property(lambda self: self._attention_axes, doc="Axes over which attention goes.")
    # The reference's files know the projections by these names; those of GroupQueryAttention have private ones there.
    query_dense = property(lambda self: self._query_dense, doc="Projection of the query.")
    key_dense = property(lambda self: self._key_dense, doc="Projection of the key.")
    value_dense = property(lambda self: self._value_dense, doc="Projection of the value.")
    output_dense = property(lambda self: self._output_dense, doc="Projection of the heads' results.")

    # --- building -------------------------------------------------------------------------------------------
    def build(self, query_shape, value_shape, key_shape=None):
        key_shape = value_shape if key_shape is None else key_shape
        rank = len(query_shape)
        if len(value_shape) != rank or len(key_shape) != rank or rank < 3:
            raise bad_argument(self._where(), "query, value and key must have one rank, 3 or more.",
                               given=f"query {query_shape}, value {value_shape}, key {key_shape}")  # fmt: skip
        self._check_value_and_key(value_shape, key_shape)
        if self._attention_axes is None:
            self._attention_axes = tuple(range(1, rank - 1))
        axes = tuple(axis % rank for axis in self._attention_axes)
        if any(axis in (0, rank - 1) for axis in axes) or len(set(axes)) != len(axes):
            raise bad_argument(self._where(), "`attention_axes` must lie between batch and features.",
                               expected=f"axes from 1 to {rank - 2}",
                               given=f"attention_axes={self._attention_axes}")  # fmt: skip
        letters = string.ascii_lowercase[: rank - 1]
        heads, keys, values = self._num_heads, self._key_dim, self._value_dim
        self._query_dense = self._projection("query", letters, query_shape, (heads, keys))
        self._key_dense = self._projection("key", letters, key_shape, (heads, keys))
        self._gate_dense = (
            self._projection("gate", letters, query_shape, (heads, values)) if self._use_gate else None
        )
        self._value_dense = self._projection("value", letters, value_shape, (heads, values))
        self._build_attention(rank, axes)
        sizes = self._output_sizes or (query_shape[-1],)
        known_size(self, query_shape, -1)
        self._output_dense = self._output_projection(letters, (*query_shape[:-1], heads, values), sizes)

    def _build_attention(self, rank, axes):
        """The equations of the two products: "query,key->scores" and "scores,value->results"."""
        query = list(
            string.ascii_lowercase[: rank + 1]
        )  # ... positions of the query, then heads, then the head's axis
        key = list(query)
        fresh = iter(string.ascii_lowercase[rank + 1 :])
        for axis in axes:
            key[axis] = next(fresh)
        shared = [query[axis] for axis in range(rank - 1) if axis not in axes]
        scores = [*shared, query[-2], *(query[axis] for axis in axes), *(key[axis] for axis in axes)]
        self._scores_equation = f"{''.join(query)},{''.join(key)}->{''.join(scores)}"
        self._results_equation = f"{''.join(scores)},{''.join(key)}->{''.join(query)}"
        self._scores_rank = len(scores)
        self._softmax = Softmax(axis=tuple(range(-len(axes), 0)), dtype=self._dtype_policy)
        self._dropout_layer = Dropout(self._dropout, seed=self.seed, dtype=self._dtype_policy)
        scores = (None,) * (
            rank + len(axes)
        )  # batch axes, heads, positions of the query, positions of the key
        self._softmax.build(scores)
        self._dropout_layer.build(scores)
        self._may_fuse = rank == 3

    # --- running ----------------------------------------------------------------------------------------------
    def _compute_attention(self, query, key, value, attention_mask=None, training=None):
        """`(results, scores)`, step by step; scores are the weights before dropout."""
        scores = ops.einsum(self._scores_equation, query * self._scale, key)
        if attention_mask is not None:
            # An axis for the heads, unless the mask has one.
            while len(attention_mask.shape) < self._scores_rank:
                attention_mask = ops.expand_dims(attention_mask, -2 * len(self._attention_axes) - 1)
        scores = self._softmax.call(scores, attention_mask)
        weights = self._dropout_layer(scores, training=training) if training and self._dropout else scores
        return ops.einsum(self._results_equation, weights, value), scores

    # --- shapes -----------------------------------------------------------------------------------------------
    def compute_output_shape(self, query_shape, value_shape, key_shape=None):
        sizes = self._output_sizes or (query_shape[-1],)
        return (*query_shape[:-1], *sizes)

    def compute_output_spec(self, query, value, key=None, query_mask=None, value_mask=None, key_mask=None,
                            attention_mask=None, return_attention_scores=False, training=None,
                            use_causal_mask=False):  # fmt: skip
        shape = self.compute_output_shape(query.shape, value.shape)
        output = self._spec(shape)
        if not return_attention_scores:
            return output
        rank = len(query.shape)
        axes = [axis % rank for axis in self._attention_axes]
        rest = [query.shape[axis] for axis in range(rank - 1) if axis not in axes]
        scores = (
            *rest,
            self._num_heads,
            *(query.shape[axis] for axis in axes),
            *(value.shape[axis] for axis in axes),
        )
        return output, self._spec(scores)

    def get_config(self):
        return {
            **super().get_config(),
            "num_heads": self._num_heads,
            "key_dim": self._key_dim,
            "value_dim": self._value_dim,
            "output_shape": self._output_sizes,
            "attention_axes": self._attention_axes,
            **self._written_options(),
        }
