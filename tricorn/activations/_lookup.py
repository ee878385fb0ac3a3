"""Activations from names and configurations, and back."""

from __future__ import annotations

from tricorn.activations._activations import linear
from tricorn.core import registration
from tricorn.core.errors import bad_argument, describe


def serialize(activation):
    """The name of one of our activations; the configuration of another function or of a layer.

    Args:
        activation: A function, a layer, or a name.

    Returns:
        A string or a dict, which `deserialize` understands.

    Raises:
        TypeError: It cannot be saved, e.g. a lambda.

    Example:
        >>> from tricorn import activations
        >>> activations.serialize(activations.relu)
        'relu'
    """
    from tricorn.core.serial import serialize_keras_object

    name = getattr(activation, "__name__", None)
    ours = getattr(activation, "__module__", "").startswith("tricorn.")
    if name is not None and ours and _public(name) is not None:
        return name
    if isinstance(activation, str):
        return activation
    return serialize_keras_object(activation)


def deserialize(config, custom_objects=None):
    """The activation of a name or configuration.

    Args:
        config: A string or a dict.
        custom_objects: Names and objects that count besides the registered ones.

    Returns:
        A function or a layer.

    Raises:
        ValueError: It names none.

    Example:
        >>> from tricorn import activations
        >>> activations.deserialize("relu") is activations.relu
        True
    """
    if isinstance(config, str):
        found = registration.get_registered_object(config, custom_objects) or _public(config)
    else:
        from tricorn.core.serial import deserialize_keras_object

        found = deserialize_keras_object(config, custom_objects=custom_objects)
    if not callable(found):
        raise _unknown("activations.deserialize", config)
    return found


def get(identifier):
    """An activation from its name or configuration, a function or a layer; None is `linear`.

    Args:
        identifier: A string, a dict, a function, a layer, or None.

    Returns:
        A function or a layer.

    Raises:
        ValueError: It means none.

    Example:
        >>> from tricorn import activations
        >>> activations.get("tanh")(np.zeros(2))
        array([0., 0.])
    """
    if identifier is None:
        return linear
    if isinstance(identifier, (str, dict)):
        return deserialize(identifier)
    if callable(identifier):
        return identifier
    raise _unknown("activations.get", identifier)


def _public(name):
    if name in ("get", "serialize", "deserialize"):
        return None
    return registration.public_object("activations", name)


def _unknown(where, identifier):
    from tricorn import activations

    names = [name for name in activations.__all__ if _public(name) is not None]
    return bad_argument(where, "this is no activation.", expected=f"a callable, or one of {', '.join(names)}",
                        given=describe(identifier))  # fmt: skip
