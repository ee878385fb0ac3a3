from __future__ import annotations

import itertools

from tricorn.core.errors import bad_argument
from tricorn.optimizers.schedules._learning_rate_schedule import FormulaSchedule


class PiecewiseConstantDecay(FormulaSchedule):
    """Constant between boundaries: `values[0]` up to and including step `boundaries[0]`, then `values[1]`, and so on.

    Args:
        boundaries: Steps, increasing.
        values: Rates, one more than boundaries.
        name: A name.

    Raises:
        ValueError: The lengths do not fit, or the boundaries do not increase.

    Example:
        PiecewiseConstantDecay([1000, 5000], [0.1, 0.01, 0.001])
    """

    def __init__(self, boundaries, values, name="PiecewiseConstant"):
        if len(boundaries) != len(values) - 1:
            raise bad_argument(
                "PiecewiseConstantDecay", "there must be one value more than boundaries.",
                given=f"{len(boundaries)} boundaries {boundaries}, {len(values)} values {values}",
            )  # fmt: skip
        if any(later <= earlier for earlier, later in itertools.pairwise(boundaries)):
            raise bad_argument("PiecewiseConstantDecay", "`boundaries` must increase.", given=boundaries)
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def _formula(self, step, xp):
        rate = step * 0 + float(self.values[-1])
        for boundary, value in zip(reversed(self.boundaries), reversed(self.values[:-1]), strict=True):
            rate = xp.where(step <= boundary, float(value), rate)
        return rate

    def get_config(self):
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}
