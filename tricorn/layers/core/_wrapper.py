"""`Wrapper`: the base of layers around another layer."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.layers._layer import Layer


class Wrapper(Layer):
    """Holds one layer, which a subclass calls in its own way.

    Args:
        layer: The layer inside.
        **kwargs: Of `Layer`.

    Raises:
        TypeError: `layer` is not a layer.
    """

    def __init__(self, layer, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(layer, Layer):
            raise bad_argument(type(self).__name__, "`layer` must be a layer.", given=repr(layer)[:200],
                               error=TypeError)  # fmt: skip
        self.layer = layer

    def build(self, input_shape=None):
        if not self.layer.built:
            self.layer.build(input_shape)

    def get_config(self):
        return {**super().get_config(), "layer": serialize_keras_object(self.layer)}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        layer = deserialize_keras_object(config.pop("layer"), custom_objects=custom_objects)
        return cls(layer, **config)
