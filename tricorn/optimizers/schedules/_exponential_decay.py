from __future__ import annotations

from tricorn.optimizers.schedules._learning_rate_schedule import FormulaSchedule


class ExponentialDecay(FormulaSchedule):
    """initial_learning_rate * decay_rate ** (step / decay_steps).

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: In how many steps the rate is multiplied by `decay_rate` once.
        decay_rate: The factor.
        staircase: Whether the exponent is rounded down to whole numbers.
        name: A name.

    Raises:
        ValueError: `decay_steps` is not positive.
    """

    def __init__(
        self, initial_learning_rate, decay_steps, decay_rate, staircase=False, name="ExponentialDecay"
    ):
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name
        self._check_positive("decay_steps", decay_steps)

    def _formula(self, step, xp):
        exponent = step / self.decay_steps
        if self.staircase:
            exponent = xp.floor(exponent)
        return self.initial_learning_rate * xp.power(float(self.decay_rate), exponent)

    def get_config(self):
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }
