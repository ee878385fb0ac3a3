from __future__ import annotations

from tricorn.optimizers.schedules._learning_rate_schedule import FormulaSchedule


class PolynomialDecay(FormulaSchedule):
    """(initial - end) * (1 - step / decay_steps) ** power + end, and `end` after `decay_steps`.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: When the end is reached.
        end_learning_rate: The rate at the end.
        power: The exponent; 1 is linear.
        cycle: Whether, instead of staying at the end, the decay is stretched to the next multiple of `decay_steps`.
        name: A name.

    Raises:
        ValueError: `decay_steps` is not positive.
    """

    def __init__(self, initial_learning_rate, decay_steps, end_learning_rate=0.0001, power=1.0, cycle=False,
                 name="PolynomialDecay"):  # fmt: skip
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name
        self._check_positive("decay_steps", decay_steps)

    def _formula(self, step, xp):
        steps = float(self.decay_steps)
        if self.cycle:
            left = 1 - step / (steps * xp.maximum(1.0, xp.ceil(step / steps)))
        else:
            left = 1 - xp.minimum(step, steps) / steps
        span = self.initial_learning_rate - self.end_learning_rate
        return span * xp.power(left, float(self.power)) + self.end_learning_rate

    def get_config(self):
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "end_learning_rate": self.end_learning_rate,
            "power": self.power,
            "cycle": self.cycle,
            "name": self.name,
        }
