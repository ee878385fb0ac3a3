from __future__ import annotations

from tricorn.optimizers.schedules._learning_rate_schedule import FormulaSchedule


class InverseTimeDecay(FormulaSchedule):
    """initial_learning_rate / (1 + decay_rate * step / decay_steps).

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: The unit of time, in steps.
        decay_rate: How fast the rate falls per unit of time.
        staircase: Whether time is rounded down to whole units.
        name: A name.

    Raises:
        ValueError: `decay_steps` is not positive.
    """

    def __init__(
        self, initial_learning_rate, decay_steps, decay_rate, staircase=False, name="InverseTimeDecay"
    ):
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name
        self._check_positive("decay_steps", decay_steps)

    def _formula(self, step, xp):
        time = step / self.decay_steps
        if self.staircase:
            time = xp.floor(time)
        return self.initial_learning_rate / (1 + self.decay_rate * time)

    def get_config(self):
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }
