"""Layers to configurations and back."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.layers._layer import Layer


def serialize(layer):
    """The configuration of a layer."""
    return serialize_keras_object(layer)


def deserialize(config, custom_objects=None):
    """The layer of a configuration.

    Raises:
        ValueError: It describes something else.
    """
    found = deserialize_keras_object(config, custom_objects=custom_objects)
    if not isinstance(found, Layer):
        raise bad_argument(
            "layers.deserialize", "the configuration is not that of a layer.", given=repr(config)[:200]
        )
    return found
