"""Projections of weights, applied after each update."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.config import epsilon
from tricorn.core.errors import bad_argument, describe


class Constraint:
    """Base of all constraints: a callable from a weight tensor to the projected one.

    A subclass defines `__call__(self, w)` and, if it has arguments, `get_config`.
    """

    def __call__(self, w):
        raise NotImplementedError(f"{type(self).__name__} must define `__call__(self, w)`.")

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def _norms(w, axis):
    return ops.sqrt(ops.sum(ops.square(w), axis=axis, keepdims=True))


def _number(where, name, value, low, high=float("inf")):
    try:
        inside = not isinstance(value, (bool, str)) and low <= float(value) <= high
    except (TypeError, ValueError):
        inside = False
    if not inside:
        raise bad_argument(where, f"`{name}` is out of range.", expected=f"a number in [{low}, {high}]",
                           given=describe(value))  # fmt: skip
    return value


def _axis(axis):
    return tuple(axis) if isinstance(axis, list) else axis


class MaxNorm(Constraint):
    """Norms along `axis` at most `max_value`; longer vectors are scaled down.

    Args:
        max_value: The largest norm.
        axis: Axis or axes that make up one vector: 0 for Dense kernels (inputs, units), (0, 1, 2) for Conv2D kernels.

    Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
    """

    def __init__(self, max_value=2, axis=0):
        self.max_value = _number("MaxNorm", "max_value", max_value, 0)
        self.axis = _axis(axis)

    def __call__(self, w):
        norms = _norms(w, self.axis)
        return w * (ops.clip(norms, 0, self.max_value) / (epsilon() + norms))

    def get_config(self):
        return {"max_value": self.max_value, "axis": self.axis}


class NonNeg(Constraint):
    """Negative weights become zero."""

    def __call__(self, w):
        return ops.maximum(w, 0)


class UnitNorm(Constraint):
    """Vectors along `axis` are scaled to norm 1.

    Args:
        axis: Axis or axes that make up one vector, as of `MaxNorm`.
    """

    def __init__(self, axis=0):
        self.axis = _axis(axis)

    def __call__(self, w):
        return w / (epsilon() + _norms(w, self.axis))

    def get_config(self):
        return {"axis": self.axis}


class MinMaxNorm(Constraint):
    """Norms along `axis` between `min_value` and `max_value`.

    The new norm is `rate * clip(norm, min_value, max_value) + (1 - rate) * norm`.

    Args:
        min_value: The least norm.
        max_value: The largest norm.
        rate: How strictly it is enforced with each update, in [0, 1].
        axis: Axis or axes that make up one vector, as of `MaxNorm`.
    """

    def __init__(self, min_value=0.0, max_value=1.0, rate=1.0, axis=0):
        self.min_value = _number("MinMaxNorm", "min_value", min_value, 0)
        self.max_value = _number("MinMaxNorm", "max_value", max_value, min_value)
        self.rate = _number("MinMaxNorm", "rate", rate, 0, 1)
        self.axis = _axis(axis)

    def __call__(self, w):
        norms = _norms(w, self.axis)
        desired = self.rate * ops.clip(norms, self.min_value, self.max_value) + (1 - self.rate) * norms
        return w * (desired / (epsilon() + norms))

    def get_config(self):
        return {
            "min_value": self.min_value,
            "max_value": self.max_value,
            "rate": self.rate,
            "axis": self.axis,
        }


max_norm = MaxNorm
non_neg = NonNeg
unit_norm = UnitNorm
min_max_norm = MinMaxNorm
