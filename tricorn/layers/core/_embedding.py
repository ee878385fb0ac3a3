"""`Embedding`: a vector for each integer."""

from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor
from tricorn.layers._arguments import (
    keep,
    make_weight,
    positive_integer,
    refuse,
    written,
    written_regularizer,
)
from tricorn.layers._low_rank import LowRankLayer
from tricorn.layers._quantization import Quantizable
from tricorn.ops._linear import embedding_lookup

#: Weights that files hold, by mode of quantisation.
_TABLES = {
    None: ("embeddings",),
    "int8": ("embeddings", "embeddings_scale"),
    "int4": ("embeddings", "embeddings_scale", "embeddings_zero", "g_idx"),
}


class Embedding(Quantizable, LowRankLayer):
    """Row `i` of a learnt table for each integer `i` of the input.

    Out of range, torch and TensorFlow raise on CPU, and JAX gives NaN.

    Args:
        input_dim: Number of rows: the largest integer plus 1.
        output_dim: Size of each vector.
        embeddings_initializer: Initializer of the table, shape `(input_dim, output_dim)`.
        embeddings_regularizer: Penalty on the table.
        embeddings_constraint: Projection of the table after each update.
        mask_zero: Whether 0 is padding: the output carries a mask that leaves it out.
        weights: The table itself, or a list of it.
        lora_rank: Rank of a low-rank adaptation, or None.
        lora_alpha: Scale of the adaptation; `lora_rank` by default.
        quantization_config: Configuration of a quantisation, or None.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: A size is not a positive integer, or `weights` have another shape.
    """

    embeddings = None
    _adapted = "embeddings"

    def __init__(self, input_dim, output_dim, embeddings_initializer: Any = "uniform", embeddings_regularizer=None,
                 embeddings_constraint=None, mask_zero=False, weights=None, lora_rank=None, lora_alpha=None,
                 quantization_config=None, **kwargs):  # fmt: skip
        input_length = kwargs.pop("input_length", None)
        if input_length is not None:
            kwargs["input_shape"] = (input_length,)
        super().__init__(lora_rank, lora_alpha, **kwargs)
        refuse(self, quantization_config=quantization_config)
        self.autocast = False  # rows are cast after the lookup: never the whole table, and never the indices
        self.input_dim = positive_integer(self, "input_dim", input_dim)
        self.output_dim = positive_integer(self, "output_dim", output_dim)
        keep(self, embeddings_initializer=embeddings_initializer, embeddings_regularizer=embeddings_regularizer,
             embeddings_constraint=embeddings_constraint)  # fmt: skip
        self.mask_zero = bool(mask_zero)
        self.supports_masking = self.mask_zero
        self.quantization_config = quantization_config
        if weights is not None:
            self.build()
            self.set_weights(
                weights if isinstance(weights, (list, tuple)) and len(weights) == 1 else [weights]
            )

    def build(self, input_shape=None):
        self.embeddings = make_weight(self, "embeddings", (self.input_dim, self.output_dim))
        self._casts = self.compute_dtype != self.variable_dtype
        self._build_adaptation()

    def call(self, inputs):
        outputs = embedding_lookup(self.embeddings, inputs)
        if self.lora_enabled:
            a, b, scale = self._adaptation()
            outputs = outputs + ops.matmul(embedding_lookup(a, inputs), b) * scale
        return ops.cast(outputs, self.compute_dtype) if self._casts else outputs

    def _makes_masks(self):
        return self.mask_zero

    def compute_mask(self, inputs, mask=None):
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def quantized_build(self, embeddings_shape, mode, config=None):
        """Make the weights of a quantised table; no mode is available yet.

        Raises:
            NotImplementedError: Always.
        """
        raise self._not_built(f"{self._where()}.quantized_build", mode)

    _quantization_modes = ("int8", "int4")

    def _saved_weights(self, mode):
        return list(_TABLES[mode])

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.output_dim)

    def compute_output_spec(self, inputs):
        if inputs.dtype in ("bool", "string") or "complex" in inputs.dtype:
            raise bad_argument(self._where(), "the input must hold integers.", given=f"dtype {inputs.dtype}",
                               hint='Input(..., dtype="int32")')  # fmt: skip
        return KerasTensor(self.compute_output_shape(inputs.shape), self.compute_dtype, record_history=False)

    def get_config(self):
        return {
            **super().get_config(),
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            **written(self, "embeddings_initializer", "embeddings_regularizer", "embeddings_constraint"),
            **written_regularizer(self),
            "mask_zero": self.mask_zero,
            "quantization_config": None,
            **self._written_adaptation(),
        }
