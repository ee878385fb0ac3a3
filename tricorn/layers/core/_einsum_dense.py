"""`EinsumDense`: a dense layer over chosen axes."""

from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.activations import linear as identity
from tricorn.layers._arguments import keep, make_weight, refuse, written, written_regularizer
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._low_rank import LowRankLayer
from tricorn.layers._quantization import Quantizable
from tricorn.layers.core._einsum_equation import EinsumEquation, parse
from tricorn.ops._linear import linear


class EinsumDense(Quantizable, LowRankLayer):
    """`activation(einsum(equation, inputs, kernel) + bias)`.

    An equation that sums over the last axes of the input runs as one matrix product.

    Args:
        equation: `"inputs,kernel->outputs"`, such as `"abc,cd->abd"`; `...` may stand for any number of axes.
        output_shape: Sizes of the output without the batch axis (and without those of `...`); None for those that are
            the input's.
        activation: Activation (name or function); None for none.
        bias_axes: Axes of the output that have a bias, as letters of the equation; None for no bias.
        kernel_initializer: Initializer of the kernel.
        bias_initializer: Initializer of the bias.
        kernel_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        kernel_constraint: Projection of the kernel after each update.
        bias_constraint: Projection of the bias after each update.
        lora_rank: Rank of a low-rank adaptation, or None.
        lora_alpha: Scale of the adaptation; `lora_rank` by default.
        gptq_unpacked_column_size: For loading quantised weights, or None.
        quantization_config: Configuration of a quantisation, or None.
        **kwargs: Of `Layer`.

    Examples:
        >>> EinsumDense("abc,cde->abde", output_shape=(None, 4, 8), bias_axes="de")(Input((10, 32))).shape
        (None, 10, 4, 8)
    """

    kernel = bias = None

    def __init__(self, equation, output_shape, activation=None, bias_axes=None, kernel_initializer: Any = "glorot_uniform",
                 bias_initializer: Any = "zeros", kernel_regularizer=None, bias_regularizer=None, kernel_constraint=None,
                 bias_constraint=None, lora_rank=None, lora_alpha=None, gptq_unpacked_column_size=None,
                 quantization_config=None, **kwargs):  # fmt: skip
        super().__init__(lora_rank, lora_alpha, **kwargs)
        refuse(self, gptq_unpacked_column_size=gptq_unpacked_column_size,
               quantization_config=quantization_config)  # fmt: skip
        parse(self._where(), equation)
        self.equation = equation
        self.partial_output_shape = (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        self.bias_axes = bias_axes
        keep(self, activation=activation, kernel_initializer=kernel_initializer, bias_initializer=bias_initializer,
             kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
             kernel_constraint=kernel_constraint, bias_constraint=bias_constraint)  # fmt: skip

    def _read(self, input_shape):
        return EinsumEquation(
            self._where(), self.equation, self.partial_output_shape, self.bias_axes, input_shape
        )

    def build(self, input_shape):
        equation = self._read(input_shape)
        self.kernel = make_weight(self, "kernel", equation.kernel_shape)
        if equation.bias_shape is not None:
            self.bias = make_weight(self, "bias", equation.bias_shape)
        self.full_output_shape = equation.output_shape(input_shape)
        self.input_spec = InputSpec(ndim=len(input_shape))
        self._contracted = equation.contracted
        self._new_sizes = equation.new_sizes
        self._fuses_bias = self.bias is not None and equation.bias_is_flat
        self._adds_bias = self.bias is not None and not (self._fuses_bias and self._contracted)
        if self._contracted:
            self._matrix_shape = equation.matrix_shape
        self._build_adaptation()

    def call(self, inputs, training=None):
        kernel = self._adapted_weight() if self.lora_enabled else self.kernel
        outputs = (
            self._product(inputs, kernel) if self._contracted else ops.einsum(self.equation, inputs, kernel)
        )
        if self._adds_bias:
            outputs = outputs + self.bias
        return outputs if self.activation is identity else self.activation(outputs)

    def _product(self, inputs, kernel):
        count, matrix = self._contracted, self._matrix_shape
        bias = self.bias if self._fuses_bias else None
        news = len(self._new_sizes)
        if count == news == 1:
            return linear(inputs, kernel, bias)
        sizes = tuple(inputs.shape)
        if None in sizes:
            sizes = ops.shape(inputs)
        batch = sizes[:-count]
        if count > 1:
            inputs = ops.reshape(inputs, (*batch, matrix[0]))
        if bias is not None and news > 1:
            bias = ops.reshape(bias, (matrix[1],))
        outputs = linear(inputs, ops.reshape(kernel, matrix), bias)
        return ops.reshape(outputs, (*batch, *self._new_sizes)) if news > 1 else outputs

    def quantized_build(self, kernel_shape, mode, config=None):
        """Make the weights of a quantised kernel; no mode is available yet.

        Raises:
            NotImplementedError: Always.
        """
        raise self._not_built(f"{self._where()}.quantized_build", mode)

    def compute_output_shape(self, input_shape):
        return self._read(input_shape).output_shape(input_shape)

    def get_config(self):
        return {
            **super().get_config(),
            "output_shape": self.partial_output_shape,
            "equation": self.equation,
            "bias_axes": self.bias_axes,
            **written(self, "activation", "kernel_initializer", "bias_initializer", "kernel_regularizer",
                      "bias_regularizer", "kernel_constraint", "bias_constraint"),
            **written_regularizer(self),
            "quantization_config": None,
            **self._written_adaptation(),
        }  # fmt: skip
