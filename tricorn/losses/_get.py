"""Losses by name and configuration."""

from __future__ import annotations

from tricorn.core.errors import bad_argument, describe
from tricorn.core.registration import get_registered_object, public_object
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.losses._loss import Loss

ALIASES = {
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
}


def serialize(loss):
    """The configuration of a loss, or the name of a loss function in a dict.

    Args:
        loss: A Loss or a function.
    """
    return serialize_keras_object(loss)


def deserialize(name, custom_objects=None):
    """The loss of a configuration or name.

    Args:
        name: What `serialize` returned, or a name such as `"mse"`.
        custom_objects: Dict of classes and functions that may be named.

    Raises:
        ValueError: There is no such loss.
    """
    if isinstance(name, str):
        found = _by_name(name, custom_objects)
        if found is None:
            raise _unknown(name)
        return found
    return deserialize_keras_object(name, custom_objects=custom_objects)


def get(identifier):
    """The loss that `identifier` means.

    Args:
        identifier: A name (`"mse"`, `"mean_squared_error"`, `"MeanSquaredError"`: lower-case names give functions,
            class names instances), a configuration, a Loss, a Loss class, a function, or None.

    Raises:
        ValueError: There is no such loss.

    Examples:
        tricorn.losses.get("SparseCategoricalCrossentropy")
    """
    if identifier is None:
        return None
    if isinstance(identifier, str):
        loss = deserialize(identifier)
    elif isinstance(identifier, dict):
        loss = deserialize(_with_module(identifier))
    else:
        loss = identifier
    if isinstance(loss, type):
        loss = loss()
    if not callable(loss):
        raise _unknown(identifier)
    return loss


def _by_name(name, custom_objects):
    found = get_registered_object(name, custom_objects)
    if found is not None:
        return found
    found = public_object("losses", ALIASES.get(name.lower() if name.isupper() else name, name))
    is_loss = isinstance(found, type) and issubclass(found, Loss)
    return found if is_loss or (callable(found) and found not in (get, serialize, deserialize)) else None


def _with_module(config):
    """A bare `{"class_name", "config"}` means a class of this package."""
    return (
        {**config, "module": "keras.losses"} if "class_name" in config and "module" not in config else config
    )


def _unknown(identifier):
    return bad_argument(
        "losses.get", "there is no such loss.", expected="a loss's name or configuration, a Loss, or a function",
        given=describe(identifier), hint='"mse", "sparse_categorical_crossentropy", or a registered name',
    )  # fmt: skip
