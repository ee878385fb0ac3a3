"""What attention by heads with projections of their own shares, however the heads share their keys."""

from __future__ import annotations

import string

from tricorn import ops
from tricorn.core.config import is_flash_attention_enabled
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor
from tricorn.layers._arguments import checked_rate, keep, positive_integer, written, written_regularizer
from tricorn.layers._layer import Layer
from tricorn.layers.attention._attention_mask import joined_mask
from tricorn.layers.core._einsum_dense import EinsumDense
from tricorn.ops._attention import dot_product_attention

_WEIGHT_ARGUMENTS = (
    "kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer", "kernel_constraint",
    "bias_constraint",
)  # fmt: skip


class HeadAttention(Layer):
    """Projects query, key and value to heads, lets them attend, and projects what comes out.

    A subclass builds `_query_dense`, `_key_dense`, `_value_dense`, `_gate_dense` (or None), `_output_dense`, sets
    `_scale` and `_may_fuse`, and defines `_compute_attention`.
    """

    #: Whether masked positions of the query look nowhere; they come out masked either way.
    _heeds_query_mask = False

    def __init__(self, *, dropout, use_bias, sliding_window, flash_attention, use_gate, seed, kernel_initializer,
                 bias_initializer, kernel_regularizer, bias_regularizer, kernel_constraint, bias_constraint,
                 **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.supports_masking = True
        self._dropout = checked_rate(self, "dropout", dropout)
        self._use_bias = bool(use_bias)
        if sliding_window is not None:
            sliding_window = positive_integer(self, "sliding_window", sliding_window)
        self.sliding_window = sliding_window
        self._flash_attention = flash_attention
        if flash_attention and self._dropout:
            raise bad_argument(self._where(), "flash attention knows no dropout.", given=f"dropout={dropout}",
                               hint="dropout=0 or flash_attention=None")  # fmt: skip
        keep(self, kernel_initializer=kernel_initializer, bias_initializer=bias_initializer,
             kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
             kernel_constraint=kernel_constraint, bias_constraint=bias_constraint)  # fmt: skip
        self._use_gate = bool(use_gate)
        self.seed = seed

    dropout = property(lambda self: self._dropout, doc="Share of attention weights to drop in training.")
    use_bias = property(lambda self: self._use_bias, doc="Whether the projections have biases.")
    use_gate = property(lambda self: self._use_gate, doc="Whether the heads are gated.")

    # --- building -------------------------------------------------------------------------------------------
    def _check_value_and_key(self, value_shape, key_shape):
        if value_shape[1:-1] != key_shape[1:-1]:
            raise bad_argument(self._where(), "value and key must have the same positions.",
                               given=f"value {value_shape}, key {key_shape}")  # fmt: skip

    def _projection(self, name, letters, shape, sizes):
        rank = len(shape)
        given, new = string.ascii_lowercase[rank - 1], string.ascii_lowercase[rank : rank + 2]
        return self._dense(name, f"{letters}{given},{given}{new}->{letters}{new}", shape, sizes, new)

    def _output_projection(self, letters, shape, sizes):
        """From heads, `shape`, to features of `sizes`."""
        rank = len(shape) - 1
        new = string.ascii_lowercase[rank + 1 : rank + 1 + len(sizes)]
        summed = string.ascii_lowercase[rank - 1 : rank + 1]
        equation = f"{letters}{summed},{summed}{new}->{letters}{new}"
        return self._dense("attention_output", equation, shape, sizes, new)

    def _dense(self, name, equation, shape, sizes, new):
        free = len(equation.partition("->")[2]) - 1 - len(new)
        dense = EinsumDense(equation, output_shape=(*(None,) * free, *sizes), bias_axes=new if self._use_bias else None,
                            name=name, **self._weight_options())  # fmt: skip
        dense.supports_masking = True  # the masks go on to the attention
        dense.build(shape)
        return dense

    def _weight_options(self):
        """Options of the projections. Initializers are cloned, so that kernels of one shape do not begin equal."""
        options = {name: getattr(self, name) for name in _WEIGHT_ARGUMENTS}
        for name in ("kernel_initializer", "bias_initializer"):
            clone = getattr(options[name], "clone", None)
            options[name] = options[name] if clone is None else clone()
        return {**options, "dtype": self._dtype_policy}

    # --- running ----------------------------------------------------------------------------------------------
    def call(self, query, value, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None,
             return_attention_scores=False, training=None, use_causal_mask=False):  # fmt: skip
        if return_attention_scores and self._flash_attention:
            raise bad_argument(self._where(), "flash attention does not make the scores.",
                               given="return_attention_scores=True, flash_attention=True",
                               hint="flash_attention=None")  # fmt: skip
        key = value if key is None else key
        drops = training and self._dropout
        fused = self._may_fuse and not drops and not return_attention_scores
        only_causal = use_causal_mask and fused and self.sliding_window is None and attention_mask is None and (
            value_mask is None and key_mask is None and (query_mask is None or not self._heeds_query_mask)
        )  # fmt: skip
        mask = None
        if not only_causal:
            mask = self._compute_attention_mask(
                query, value, query_mask, value_mask, key_mask, attention_mask, use_causal_mask
            )
        q, k, v = self._query_dense(query), self._key_dense(key), self._value_dense(value)
        if fused:
            results, scores = self._attend_fused(q, k, v, mask, only_causal), None
        else:
            results, scores = self._compute_attention(q, k, v, mask, training)
        if self._use_gate:
            results = results * ops.sigmoid(self._gate_dense(query))
        output = self._output_dense(results)
        return (output, scores) if return_attention_scores else output

    def _attend_fused(self, query, key, value, mask, is_causal):
        if mask is not None and len(mask.shape) == 3:
            mask = ops.expand_dims(mask, 1)
        flash = self._flash_attention
        if flash is None and is_flash_attention_enabled() is False:
            # The setting may forbid it. That it asks for it means "where there is one": what engines choose by themselves.
            flash = False
        return dot_product_attention(query, key, value, None, mask, self._scale, is_causal, flash)

    def _compute_attention(self, query, key, value, attention_mask=None, training=None):
        """`(results, scores)`, step by step; scores are the weights before dropout."""
        raise NotImplementedError

    def _compute_attention_mask(self, query, value, query_mask=None, value_mask=None, key_mask=None,
                                attention_mask=None, use_causal_mask=False):  # fmt: skip
        mask = joined_mask(
            query, value, value_mask, key_mask, attention_mask, use_causal_mask, self.sliding_window
        )
        if query_mask is None or not self._heeds_query_mask:
            return mask
        looks = ops.expand_dims(ops.cast(query_mask, "bool"), -1)
        if mask is None:
            return looks
        return ops.logical_and(mask, ops.expand_dims(looks, 1) if len(mask.shape) == 4 else looks)

    def compute_mask(self, query, previous_mask):
        return previous_mask[0] if isinstance(previous_mask, (list, tuple)) else previous_mask

    def _spec(self, shape):
        return KerasTensor(shape, self.compute_dtype, record_history=False)

    def _written_options(self):
        return {
            "dropout": self._dropout,
            "use_bias": self._use_bias,
            "use_gate": self._use_gate,
            "sliding_window": self.sliding_window,
            **written(self, *_WEIGHT_ARGUMENTS),
            **written_regularizer(self),
            "seed": self.seed,
        }
