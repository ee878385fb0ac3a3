"""`Dense`: a fully connected layer."""

from __future__ import annotations

from typing import Any

from tricorn import activations, constraints, initializers, regularizers
from tricorn.activations import linear as identity, relu
from tricorn.core.errors import bad_argument
from tricorn.layers._arguments import refuse
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._low_rank import LowRankLayer
from tricorn.layers._quantization import Quantizable
from tricorn.ops._linear import linear, linear_relu


class Dense(Quantizable, LowRankLayer):
    """A fully connected layer: `activation(inputs @ kernel + bias)`.

    Acts on the last axis; all other axes are batch axes.

    Args:
        units: Size of the output's last axis.
        activation: Activation (name or function); None for none.
        use_bias: Whether to add a bias.
        kernel_initializer: Initializer of the kernel, shape `(last input size, units)`.
        bias_initializer: Initializer of the bias, shape `(units,)`.
        kernel_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Projection of the kernel after each update.
        bias_constraint: Projection of the bias after each update.
        lora_rank: Rank of a low-rank adaptation, or None.
        lora_alpha: Scale of the adaptation; `lora_rank` by default.
        quantization_config: Configuration of a quantisation, or None.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: `units` is not a positive integer.
    """

    kernel = bias = None

    def __init__(self, units, activation=None, use_bias=True, kernel_initializer: Any = "glorot_uniform",
                 bias_initializer: Any = "zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, lora_rank=None, lora_alpha=None,
                 quantization_config=None, **kwargs):  # fmt: skip
        super().__init__(lora_rank, lora_alpha, activity_regularizer=activity_regularizer, **kwargs)
        if isinstance(units, bool) or not isinstance(units, int) or units <= 0:
            raise bad_argument(self._where(), "`units` must be a positive integer.", given=f"units={units!r}")
        refuse(self, quantization_config=quantization_config)
        self.units = units
        self.activation = activations.get(activation)
        self.use_bias = bool(use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.quantization_config = quantization_config
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape):
        size = input_shape[-1]
        if size is None:
            raise bad_argument(self._where(), "the last axis of the input must have a known size.",
                               expected="e.g. (None, 32)", given=tuple(input_shape))  # fmt: skip
        self.kernel = self.add_weight(
            shape=(size, self.units), initializer=self.kernel_initializer, name="kernel",
            regularizer=self.kernel_regularizer, constraint=self.kernel_constraint,
        )  # fmt: skip
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(self.units,), initializer=self.bias_initializer, name="bias",
                regularizer=self.bias_regularizer, constraint=self.bias_constraint,
            )  # fmt: skip
        self.input_spec = InputSpec(min_ndim=2, axes={-1: size})
        self._build_adaptation()

    def call(self, inputs, training=None):
        activation = self.activation
        if self.lora_enabled:
            a, b, scale = self._adaptation()
            outputs = linear(inputs, self.kernel, self.bias) + linear(linear(inputs, a), b) * scale
            return activation(outputs)
        if activation is relu:
            return linear_relu(inputs, self.kernel, self.bias)
        outputs = linear(inputs, self.kernel, self.bias)
        return outputs if activation is identity else activation(outputs)

    def quantized_build(self, kernel_shape, mode, config=None):
        """Make the weights of a quantised kernel; no mode is available yet.

        Raises:
            NotImplementedError: Always.
        """
        raise self._not_built(f"{self._where()}.quantized_build", mode)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            "quantization_config": None,
            **self._written_adaptation(),
        }
