"""`ReversibleEmbedding`: a vector for each integer, and scores for all integers from a vector."""

from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.core.dtypes import is_float, standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor
from tricorn.layers._arguments import known_size
from tricorn.layers.core._embedding import Embedding
from tricorn.ops._linear import linear


class ReversibleEmbedding(Embedding):
    """An `Embedding` that also goes back: vectors to one score (logit) for each integer.

    Forward, row `i` of the table for each integer `i`. In reverse, `inputs @ transpose(embeddings)`, or
    `inputs @ reverse_embeddings` where the weights are not tied; under a cap c the scores become `c * tanh(scores / c)`.

    Args:
        input_dim: Number of rows: the largest integer plus 1.
        output_dim: Size of each vector.
        tie_weights: Whether both directions share one table; else a second one, shape `(output_dim, input_dim)`.
        embeddings_initializer: Initializer of the tables.
        embeddings_regularizer: Penalty on the tables.
        embeddings_constraint: Projection of the tables after each update.
        mask_zero: Whether 0 is padding: the output carries a mask that leaves it out.
        reverse_dtype: Dtype in which the scores are computed; the layer's compute dtype by default.
        logit_soft_cap: Bound of the scores, above 0; None for none.
        **kwargs: Of `Embedding`.

    Call arguments:
        inputs: Integers of any shape; in reverse, floats of shape `(..., output_dim)`.
        reverse: Whether to go from vectors to scores.

    Output shape: `(*shape of inputs, output_dim)`; in reverse, `(..., input_dim)`.

    Raises:
        ValueError: A size is not a positive integer, a cap is not positive, or the vectors have another size.

    Source: Press & Wolf, 2016.

    Examples:
        >>> layer = ReversibleEmbedding(100, 8)
        >>> vectors = layer(Input((5,), dtype="int32"))
        >>> vectors.shape, layer(vectors, reverse=True).shape
        ((None, 5, 8), (None, 5, 100))
    """

    reverse_embeddings = None

    def __init__(self, input_dim, output_dim, tie_weights=True, embeddings_initializer: Any = "uniform",
                 embeddings_regularizer=None, embeddings_constraint=None, mask_zero=False, reverse_dtype=None,
                 logit_soft_cap=None, **kwargs):  # fmt: skip
        # Before the parent's constructor, which may build: plain attributes, with nothing to track.
        self.__dict__["tie_weights"] = bool(tie_weights)
        super().__init__(
            input_dim, output_dim, embeddings_initializer, embeddings_regularizer, embeddings_constraint, mask_zero,
            **kwargs,
        )  # fmt: skip
        if logit_soft_cap is not None and not logit_soft_cap > 0:
            raise bad_argument(self._where(), "`logit_soft_cap` must be above 0.",
                               given=f"logit_soft_cap={logit_soft_cap!r}", hint="None for no cap")  # fmt: skip
        self.reverse_dtype = None if reverse_dtype is None else standardize_dtype(reverse_dtype)
        if self.reverse_dtype is not None and not is_float(self.reverse_dtype):
            raise bad_argument(
                self._where(), "`reverse_dtype` must be a floating dtype.", given=self.reverse_dtype
            )
        self.logit_soft_cap = logit_soft_cap

    def build(self, input_shape=None):
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                shape=(self.output_dim, self.input_dim), name="reverse_embeddings",
                initializer=self.embeddings_initializer, regularizer=self.embeddings_regularizer,
                constraint=self.embeddings_constraint,
            )  # fmt: skip

    def call(self, inputs, reverse=False):
        if not reverse:
            return super().call(inputs)
        table = ops.transpose(self._table()) if self.tie_weights else self.reverse_embeddings
        dtype = self.reverse_dtype or self.compute_dtype
        scores = linear(ops.cast(inputs, dtype), ops.cast(table, dtype))
        cap = self.logit_soft_cap
        return scores if cap is None else ops.tanh(scores / cap) * cap

    def quantized_build(self, embeddings_shape, mode, config=None):
        """Make the weights of quantised tables; no mode is available yet.

        Raises:
            NotImplementedError: Always.
        """
        return super().quantized_build(embeddings_shape, mode, config)

    def _saved_weights(self, mode):
        names = super()._saved_weights(mode)
        if self.tie_weights:
            return names
        return names + [f"reverse_{name}" for name in names if name.startswith("embeddings")]

    def _table(self):
        return self._adapted_weight() if self.lora_enabled else self.embeddings

    def compute_mask(self, inputs, mask=None):
        # Vectors are not compared with 0: in reverse the mask of the input stays.
        return mask if is_float(ops.dtype(inputs)) else super().compute_mask(inputs, mask)

    def compute_output_shape(self, input_shape, reverse=False):
        return (*input_shape[:-1], self.input_dim) if reverse else super().compute_output_shape(input_shape)

    def compute_output_spec(self, inputs, reverse=False):
        if not reverse:
            return super().compute_output_spec(inputs)
        if known_size(self, inputs.shape, -1) != self.output_dim:
            raise bad_argument(self._where(), "in reverse the last axis of the input must be `output_dim`.",
                               expected=f"(..., {self.output_dim})", given=tuple(inputs.shape))  # fmt: skip
        dtype = self.reverse_dtype or self.compute_dtype
        return KerasTensor(self.compute_output_shape(inputs.shape, True), dtype, record_history=False)

    def get_config(self):
        return {**super().get_config(), "tie_weights": self.tie_weights, "reverse_dtype": self.reverse_dtype,
                "logit_soft_cap": self.logit_soft_cap}  # fmt: skip
