"""Metrics by name and configuration."""

from __future__ import annotations

import functools

from tricorn.core.errors import bad_argument, describe
from tricorn.core.naming import snake_case
from tricorn.core.registration import get_registered_object, public_object
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.metrics._metric import Metric

_SHORT = {
    "bce": "BinaryCrossentropy",
    "mae": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError",
    "mse": "MeanSquaredError",
    "msle": "MeanSquaredLogarithmicError",
}


@functools.cache
def _classes():
    """Classes by name, in snake case (`"f1_score"`), and by short names (`"mse"`)."""
    import importlib

    package = importlib.import_module("tricorn.metrics")
    found = {}
    for name in package.__all__:
        value = getattr(package, name)
        if isinstance(value, type) and issubclass(value, Metric):
            found[name] = found[snake_case(name)] = value
    for short, name in _SHORT.items():
        found[short] = found[short.upper()] = found[name]
    return found


def serialize(metric):
    """The configuration of a metric, or the name of a metric function in a dict.

    Args:
        metric: A Metric or a function.
    """
    return serialize_keras_object(metric)


def deserialize(config, custom_objects=None):
    """The metric of a configuration or name.

    Args:
        config: What `serialize` returned, or a name such as `"mse"`.
        custom_objects: Dict of classes and functions that may be named.

    Raises:
        ValueError: There is no such metric.
    """
    if isinstance(config, str):
        found = _by_name(config, custom_objects)
        if found is None:
            raise _unknown(config)
        return found
    return deserialize_keras_object(config, custom_objects=custom_objects)


def get(identifier):
    """The metric that `identifier` means.

    Args:
        identifier: A name (`"mse"`, `"auc"`, `"AUC"`: an instance; a function's name where there is no class: the
            function), a configuration, a Metric, a Metric class, a function, or None.

    Raises:
        ValueError: There is no such metric.
    """
    if identifier is None:
        return None
    if isinstance(identifier, str):
        metric = deserialize(identifier)
    elif isinstance(identifier, dict):
        bare = "class_name" in identifier and "module" not in identifier
        metric = deserialize({**identifier, "module": "keras.metrics"} if bare else identifier)
    else:
        metric = identifier
    if isinstance(metric, type):
        metric = metric()
    if not callable(metric):
        raise _unknown(identifier)
    return metric


def _by_name(name, custom_objects):
    found = get_registered_object(name, custom_objects) or _classes().get(name)
    if found is None and name not in ("get", "serialize", "deserialize"):
        found = public_object("metrics", name)
    return found if callable(found) else None


def _unknown(identifier):
    return bad_argument(
        "metrics.get", "there is no such metric.", expected="a metric's name or configuration, a Metric, or a function",
        given=describe(identifier), hint='"mse", "sparse_categorical_accuracy", or a registered name',
    )  # fmt: skip
