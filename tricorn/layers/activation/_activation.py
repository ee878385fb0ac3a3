"""`Activation`: an activation function as a layer."""

from __future__ import annotations

from tricorn import activations
from tricorn.layers._like_input import Pointwise


class Activation(Pointwise):
    """Applies an activation function.

    Args:
        activation: Name, function or layer.
        **kwargs: Of `Layer`.
    """

    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def call(self, inputs):
        return self.activation(inputs)

    def compute_output_spec(self, inputs, *args, **kwargs):
        if getattr(self.activation, "__module__", "").startswith("tricorn."):
            return super().compute_output_spec(inputs)
        return self._spec_by_running(inputs)

    def get_config(self):
        return {**super().get_config(), "activation": activations.serialize(self.activation)}
