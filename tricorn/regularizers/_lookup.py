"""Regularizers from names and configurations, and back."""

from __future__ import annotations

from tricorn.core.lookup import Lookup
from tricorn.regularizers._regularizers import Regularizer

_lookup = Lookup("regularizers", Regularizer, "regularizer")


def serialize(regularizer):
    """The configuration of a regularizer."""
    return _lookup.serialize(regularizer)


def deserialize(config, custom_objects=None):
    """The regularizer of a configuration or name.

    Raises:
        ValueError: It names none.
    """
    return _lookup.deserialize(config, custom_objects)


def get(identifier):
    """A regularizer from a regularizer, its class, name or configuration, or a callable; None stays None.

    Raises:
        ValueError: It means no regularizer.
    """
    return _lookup.get(identifier)
