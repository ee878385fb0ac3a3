"""Optimizers by name, and to configurations and back."""

from __future__ import annotations

from tricorn import optimizers
from tricorn.core.errors import bad_argument, describe
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.optimizers._optimizer import Optimizer


def serialize(optimizer):
    """The configuration of an optimizer."""
    return serialize_keras_object(optimizer)


def deserialize(config, custom_objects=None):
    """The optimizer that a configuration describes.

    Args:
        config: What `serialize` returned. Names of classes of ours may be in lower case.
        custom_objects: Dict of classes which the configuration may name.
    """
    classes = _classes()
    if isinstance(config, dict) and isinstance(config.get("class_name"), str):
        known = classes.get(config["class_name"].lower())
        if known is not None and not config.get("registered_name"):
            config = {**config, "class_name": known.__name__}
    return deserialize_keras_object(
        config, custom_objects=custom_objects, module_objects={cls.__name__: cls for cls in classes.values()}
    )


def get(identifier):
    """The optimizer that `identifier` means.

    Args:
        identifier: An optimizer; a name in any case ("adam", "RMSprop"), for its defaults; a configuration; or None.

    Raises:
        ValueError: It means no optimizer.
    """
    if identifier is None or isinstance(identifier, Optimizer):
        return identifier
    found = None
    if isinstance(identifier, dict):
        found = deserialize(identifier)
    elif isinstance(identifier, str):
        found = deserialize({"class_name": identifier, "config": {}}) if _is_known(identifier) else None
    elif callable(identifier) and not isinstance(identifier, type) and hasattr(identifier, "apply"):
        found = identifier
    if not isinstance(found, Optimizer) and not hasattr(found, "apply"):
        raise bad_argument("optimizers.get", "this is no optimizer.",
                           expected=f"an Optimizer, its configuration, or one of {', '.join(sorted(_classes()))}",
                           given=describe(identifier))  # fmt: skip
    return found


def _classes():
    """Our optimizers by their names in lower case."""
    named = {name: getattr(optimizers, name) for name in optimizers.__all__ if name[0].isupper()}
    return {
        name.lower(): cls for name, cls in named.items()
        if isinstance(cls, type) and issubclass(cls, Optimizer) and cls is not Optimizer
    }  # fmt: skip


def _is_known(name):
    from tricorn.core.serial import get_registered_object

    return name.lower() in _classes() or get_registered_object(name) is not None
