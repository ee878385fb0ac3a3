"""Penalties on weights (or on a layer's output), added to the loss."""

from __future__ import annotations

import math

from tricorn import ops
from tricorn.core.errors import bad_argument, describe


class Regularizer:
    """Base of all regularizers: a callable from a weight tensor to a scalar.

    A subclass defines `__call__(self, x)` and, to be saved, `get_config`.
    """

    def __call__(self, x):
        return 0.0

    def get_config(self):
        raise NotImplementedError(f"{type(self).__name__} must define get_config() to be saved.")

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def _factor(where, name, value):
    """A non-negative finite float; None is 0."""
    if value is None:
        return 0.0
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, (bool, str)) or not 0 <= number < math.inf:
        raise bad_argument(where, f"`{name}` must be a non-negative finite number.", given=describe(value))
    return number


class L1(Regularizer):
    """`l1 * sum(|x|)`, which drives weights to exactly zero.

    Args:
        l1: Factor, not negative.
    """

    def __init__(self, l1=0.01):
        self.l1 = _factor("L1", "l1", l1)

    def __call__(self, x):
        return self.l1 * ops.sum(ops.absolute(x))

    def get_config(self):
        return {"l1": self.l1}


class L2(Regularizer):
    """`l2 * sum(x**2)`.

    Args:
        l2: Factor, not negative.
    """

    def __init__(self, l2=0.01):
        self.l2 = _factor("L2", "l2", l2)

    def __call__(self, x):
        return self.l2 * ops.sum(ops.square(x))

    def get_config(self):
        return {"l2": self.l2}


class L1L2(Regularizer):
    """`l1 * sum(|x|) + l2 * sum(x**2)`.

    Args:
        l1: Factor of the absolute values, not negative.
        l2: Factor of the squares, not negative.
    """

    def __init__(self, l1=0.0, l2=0.0):
        self.l1 = _factor("L1L2", "l1", l1)
        self.l2 = _factor("L1L2", "l2", l2)

    def __call__(self, x):
        penalty = 0.0
        if self.l1:
            penalty = self.l1 * ops.sum(ops.absolute(x))
        if self.l2:
            penalty = penalty + self.l2 * ops.sum(ops.square(x))
        return penalty if self.l1 or self.l2 else ops.convert_to_tensor(0.0)

    def get_config(self):
        return {"l1": self.l1, "l2": self.l2}


class OrthogonalRegularizer(Regularizer):
    """`factor` times the mean absolute cosine between two different rows (or columns) of a matrix.

    Args:
        factor: Factor, not negative.
        mode: `"rows"` or `"columns"`: which vectors are to be orthogonal.

    Source: Brock et al., "Neural Photo Editing with Introspective Adversarial Networks", 2017.
    """

    def __init__(self, factor=0.01, mode="rows"):
        self.factor = _factor("OrthogonalRegularizer", "factor", factor)
        if mode not in ("rows", "columns"):
            raise bad_argument("OrthogonalRegularizer", "unknown `mode`.", expected="'rows' or 'columns'",
                               given=repr(mode))  # fmt: skip
        self.mode = mode

    def __call__(self, x):
        if len(x.shape) != 2:
            raise bad_argument("OrthogonalRegularizer", "needs a matrix.", expected="two axes",
                               given=f"shape {tuple(x.shape)}")  # fmt: skip
        axis = 1 if self.mode == "rows" else 0
        count = x.shape[1 - axis]
        length = ops.sqrt(ops.maximum(ops.sum(ops.square(x), axis=axis, keepdims=True), 1e-12))
        unit = x / length
        transposed = ops.transpose(unit)
        cosines = ops.matmul(unit, transposed) if axis == 1 else ops.matmul(transposed, unit)
        others = ops.absolute(cosines * (1.0 - ops.eye(count, dtype=cosines.dtype)))
        pairs = count * (count - 1.0) / 2.0
        return self.factor * 0.5 * ops.sum(others) / max(pairs, 1.0)

    def get_config(self):
        return {"factor": self.factor, "mode": self.mode}


l1 = L1
l2 = L2
l1_l2 = L1L2
orthogonal_regularizer = OrthogonalRegularizer
