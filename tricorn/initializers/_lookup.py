"""Initializers from names and configurations, and back."""

from __future__ import annotations

from tricorn.core.lookup import Lookup
from tricorn.initializers._initializer import Initializer

_lookup = Lookup(
    "initializers", Initializer, "initializer",
    aliases={"normal": "RandomNormal", "uniform": "RandomUniform", "one": "Ones", "zero": "Zeros"},
)  # fmt: skip


def serialize(initializer):
    """The configuration of an initializer."""
    return _lookup.serialize(initializer)


def deserialize(config, custom_objects=None):
    """The initializer of a configuration or name.

    Raises:
        ValueError: It names none.
    """
    return _lookup.deserialize(config, custom_objects)


def get(identifier):
    """An initializer from an initializer, its class, name or configuration, or a callable `(shape, dtype)`; None stays.

    Raises:
        ValueError: It means no initializer.

    Examples:
        `get("glorot_uniform")`, `get({"class_name": "Constant", "config": {"value": 2.0}})`.
    """
    return _lookup.get(identifier)
