"""Constraints from names and configurations, and back."""

from __future__ import annotations

from tricorn.constraints._constraints import Constraint
from tricorn.core.lookup import Lookup

_lookup = Lookup("constraints", Constraint, "constraint")


def serialize(constraint):
    """The configuration of a constraint."""
    return _lookup.serialize(constraint)


def deserialize(config, custom_objects=None):
    """The constraint of a configuration or name.

    Raises:
        ValueError: It names none.
    """
    return _lookup.deserialize(config, custom_objects)


def get(identifier):
    """A constraint from a constraint, its class, name or configuration, or a callable; None stays None.

    Raises:
        ValueError: It means no constraint.
    """
    return _lookup.get(identifier)
