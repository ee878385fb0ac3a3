"""Initializers without chance."""

from __future__ import annotations

import numpy as np

from tricorn.core.errors import bad_argument, describe
from tricorn.initializers._initializer import Initializer, sliced_shape


class Zeros(Initializer):
    """All zeros."""

    def values(self, place, shape, index, dtype):
        return np.zeros(sliced_shape(shape, index), dtype)


class Ones(Initializer):
    """All ones."""

    def values(self, place, shape, index, dtype):
        return np.ones(sliced_shape(shape, index), dtype)


class Constant(Initializer):
    """A given value.

    Args:
        value: A number, or an array (or nested lists) that broadcasts to the shape asked for.

    Raises:
        ValueError: The value is not numeric; when used, it does not broadcast to the shape.
    """

    def __init__(self, value=0.0):
        array = np.asarray(_on_host(value))
        if array.dtype.kind not in "biufcV":
            raise bad_argument("Constant", "`value` must be numeric.", given=describe(value))
        self.value = value
        self._array = array

    def values(self, place, shape, index, dtype):
        try:
            whole = np.broadcast_to(self._array, shape)
        except ValueError:
            raise bad_argument("Constant", "`value` does not broadcast to the shape.", expected=f"shape {shape}",
                               given=f"a value of shape {self._array.shape}") from None  # fmt: skip
        return np.array(whole if index is None else whole[index], dtype)

    def get_config(self):
        from tricorn.core.serial import serialize_keras_object

        return {"value": serialize_keras_object(self.value)}

    @classmethod
    def from_config(cls, config):
        from tricorn.core.serial import deserialize_keras_object

        return cls(deserialize_keras_object(config.get("value", 0.0)))

    def __repr__(self):
        return f"Constant(value={describe(self.value)})"


def _on_host(value):
    from tricorn.core.backend import backend_of

    if isinstance(value, (int, float, np.ndarray, np.generic, list, tuple)):
        return value
    owner = backend_of(value)
    return owner.to_numpy(getattr(value, "value", value)) if owner is not None else value


class Identity(Initializer):
    """The identity matrix times `gain`; ones on the diagonal also if it is not square.

    Args:
        gain: Factor.
    """

    def __init__(self, gain=1.0):
        if isinstance(gain, str) or not np.isscalar(gain) or not np.isfinite(gain):
            raise bad_argument("Identity", "`gain` must be a finite number.", given=describe(gain))
        self.gain = gain

    def values(self, place, shape, index, dtype):
        if len(shape) != 2:
            raise bad_argument(
                "Identity", "is a matrix.", expected="a shape of two axes", given=f"shape={shape}"
            )
        if index is None:
            return np.eye(*shape, dtype=dtype) * np.asarray(self.gain, dtype)
        rows, columns = index
        part = np.arange(rows.start, rows.stop)[:, None] == np.arange(columns.start, columns.stop)
        return part.astype(dtype) * np.asarray(self.gain, dtype)

    def get_config(self):
        return {"gain": self.gain}


IdentityInitializer = Identity
zeros = Zeros
ones = Ones
constant = Constant
identity = Identity
