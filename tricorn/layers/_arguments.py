"""What many layers do with the arguments of their constructor: check them, keep them, write them into a config."""

from __future__ import annotations

from tricorn import activations, constraints, initializers, regularizers
from tricorn.core.errors import bad_argument

# How an argument is read and written follows from the last word of its name.
_KINDS = {
    "activation": activations,
    "initializer": initializers,
    "regularizer": regularizers,
    "constraint": constraints,
}


def _kind(name):
    return _KINDS[name.rpartition("_")[2]]


def is_object_argument(name):
    """Whether the name is one of those that `keep` reads and `written` writes."""
    return name.rpartition("_")[2] in _KINDS


def keep(layer, **arguments):
    """Set attributes from arguments named `..._initializer`, `..._regularizer`, `..._constraint` or `activation`."""
    for name, value in arguments.items():
        setattr(layer, name, _kind(name).get(value))


def written(layer, *names):
    """The part of a config that `keep` reads."""
    return {name: _kind(name).serialize(getattr(layer, name)) for name in names}


def written_regularizer(layer):
    """`activity_regularizer`, for layers whose config always has that key."""
    return {"activity_regularizer": regularizers.serialize(layer.activity_regularizer)}


def make_weight(layer, name, shape, **options):
    """`layer.add_weight` with the initializer, regularizer and constraint that `keep` kept under `name`."""
    return layer.add_weight(
        shape=shape, name=name, initializer=getattr(layer, f"{name}_initializer"),
        regularizer=getattr(layer, f"{name}_regularizer", None),
        constraint=getattr(layer, f"{name}_constraint", None), **options,
    )  # fmt: skip


def positive_integer(layer, name, value):
    """`value`, if it is an integer above 0.

    Raises:
        ValueError: It is not.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__") or int(value) <= 0:
        raise bad_argument(layer._where(), f"`{name}` must be a positive integer.", given=f"{name}={value!r}")
    return int(value)


def checked_rate(layer, name, value):
    """`value`, if it is a share that may be dropped.

    Raises:
        ValueError: It is not in [0, 1].
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise bad_argument(
            layer._where(), f"`{name}` must be a number from 0 to 1.", given=f"{name}={value!r}"
        )
    return value


def known_size(layer, input_shape, axis):
    """The size of `input_shape` on `axis`.

    Raises:
        ValueError: It is not known, or there is no such axis.
    """
    if not -len(input_shape) <= axis < len(input_shape):
        raise bad_argument(layer._where(), "the axis is outside the input.", expected=f"an input of more axes, or "
                           f"an axis in [{-len(input_shape)}, {len(input_shape)})",
                           given=f"axis {axis}, input shape {tuple(input_shape)}")  # fmt: skip
    size = input_shape[axis]
    if size is None:
        raise bad_argument(layer._where(), f"axis {axis} of the input must have a known size.",
                           expected="an int", given=f"input shape {tuple(input_shape)}",
                           hint="give the size in Input(shape=...)")  # fmt: skip
    return size


def refuse(layer, **arguments):
    """Raise for arguments that are not None and name what cannot be done yet."""
    for name, value in arguments.items():
        if value is not None:
            raise bad_argument(layer._where(), f"`{name}` is not available yet.", given=f"{name}={value!r}",
                               hint="leave it out", error=NotImplementedError)  # fmt: skip
