"""`TimeDistributed`: a layer applied at each step of a sequence."""

from __future__ import annotations

from tricorn import ops, tree
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor
from tricorn.layers._layer_call import call_signature
from tricorn.layers.core._wrapper import Wrapper


class TimeDistributed(Wrapper):
    """Applies a layer to each of the steps of `(batch, time, ...)`, with the same weights.

    All steps run at once, as one batch of `batch * time` examples.

    Args:
        layer: The layer.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: The input has no time axis.
    """

    def __init__(self, layer, **kwargs):
        super().__init__(layer, **kwargs)
        self.supports_masking = True
        signature = call_signature(type(layer))
        self._passes_training = signature.takes_training
        self._passes_mask = signature.takes_mask

    def build(self, input_shape):
        self._child_shape(input_shape)
        if not self.layer.built:
            self.layer.build(self._child_shape(input_shape))

    def _child_shape(self, shape):
        if len(shape) < 3:
            raise bad_argument(self._where(), "the input must have a time axis.", expected="(batch, time, ...)",
                               given=f"shape {tuple(shape)}")  # fmt: skip
        return (shape[0], *shape[2:])

    def call(self, inputs, training=None, mask=None):
        sizes = ops.shape(inputs)
        batch, time = sizes[0], sizes[1]
        merged = ops.reshape(inputs, (-1, *sizes[2:]))
        extra = {}
        if self._passes_training and training is not None:
            extra["training"] = training
        if self._passes_mask and mask is not None and len(mask.shape) > 2:
            extra["mask"] = ops.reshape(mask, (-1, *ops.shape(mask)[2:]))
        outputs = self.layer(merged, **extra)
        return tree.map_structure(lambda x: ops.reshape(x, (batch, time, *ops.shape(x)[1:])), outputs)

    def compute_output_shape(self, input_shape):
        shape = self.layer.compute_output_shape(self._child_shape(input_shape))
        return tree.map_shape_structure(lambda one: (*input_shape[:2], *one[1:]), shape)

    def compute_output_spec(self, inputs, training=None, mask=None):
        child = KerasTensor(self._child_shape(inputs.shape), inputs.dtype, record_history=False)
        specs = self.layer(child)
        return tree.map_structure(
            lambda x: KerasTensor((*inputs.shape[:2], *x.shape[1:]), x.dtype, record_history=False), specs
        )
