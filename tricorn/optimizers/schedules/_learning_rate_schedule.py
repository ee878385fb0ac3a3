"""What schedules share."""

from __future__ import annotations

import numpy as np

from tricorn import ops
from tricorn.core.errors import bad_argument


class LearningRateSchedule:
    """A learning rate that is a function of the step.

    Subclass it and define `__call__(step)`, which returns the learning rate at `step` (a scalar integer tensor: the
    number of calls of `apply` so far), and `get_config()`, so that it can be saved.

    Example:
        class Halving(LearningRateSchedule):
            def __call__(self, step):
                return 0.1 * 0.5 ** (ops.cast(step, "float32") // 1000)
    """

    def __call__(self, step):
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, step).")

    def get_config(self):
        raise NotImplementedError(f"{type(self).__name__} must define get_config() to be saved.")

    @classmethod
    def from_config(cls, config):
        """The schedule with the constructor arguments `config`."""
        return cls(**config)


class FormulaSchedule(LearningRateSchedule):
    """A schedule given by one formula over a namespace: `ops` inside a computation, NumPy where the host computes.

    Subclasses define `_formula(step, xp)`, where `step` is a float scalar.
    """

    def __call__(self, step):
        return self._formula(ops.cast(step, "float32"), ops)

    def on_host(self, step: int) -> float:
        """The learning rate at `step`, in float64 and without an engine."""
        return float(self._formula(np.float64(step), np))

    def _formula(self, step, xp):
        raise NotImplementedError

    def _check_positive(self, name, value):
        if not value > 0:
            raise bad_argument(type(self).__name__, f"`{name}` must be positive.", given=f"{name}={value}")
