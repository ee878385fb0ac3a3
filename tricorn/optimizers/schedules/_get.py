"""Schedules to configurations and back."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.optimizers import schedules
from tricorn.optimizers.schedules._learning_rate_schedule import LearningRateSchedule


def serialize(learning_rate_schedule):
    """The configuration of a schedule."""
    return serialize_keras_object(learning_rate_schedule)


def deserialize(config, custom_objects=None):
    """The schedule that a configuration describes.

    Args:
        config: What `serialize` returned.
        custom_objects: Dict of classes which the configuration may name.

    Raises:
        TypeError: It does not describe a schedule.
    """
    module_objects = {name: getattr(schedules, name) for name in schedules.__all__ if name[0].isupper()}
    found = deserialize_keras_object(config, custom_objects, module_objects=module_objects)
    if not isinstance(found, LearningRateSchedule):
        raise bad_argument(
            "schedules.deserialize", "this is not the configuration of a schedule.",
            expected='{"class_name": ..., "config": {...}}', given=repr(config), error=TypeError,
        )  # fmt: skip
    return found
