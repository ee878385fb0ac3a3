from __future__ import annotations

import math

from tricorn.optimizers.schedules._learning_rate_schedule import FormulaSchedule

# On the first step of a period the logarithms may come out just below the whole number that they stand for; without
# this the rate would be at the bottom of the old period there.
_ROUNDING = 1e-6


class CosineDecayRestarts(FormulaSchedule):
    """Cosine decay that starts again after each period; periods grow by `t_mul`, peaks change by `m_mul`.

    Args:
        initial_learning_rate: The rate at step 0.
        first_decay_steps: Length of the first period, in steps.
        t_mul: The length of a period by that of the one before, at least 1.
        m_mul: The peak of a period by that of the one before.
        alpha: The lowest rate, as a fraction of the initial one.
        name: A name.

    Raises:
        ValueError: `first_decay_steps` or `t_mul` is not positive.

    Source: Loshchilov and Hutter, SGDR, 2016.
    """

    def __init__(
        self, initial_learning_rate, first_decay_steps, t_mul=2.0, m_mul=1.0, alpha=0.0, name="SGDRDecay"
    ):
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self._t_mul = t_mul
        self._m_mul = m_mul
        self.alpha = alpha
        self.name = name
        self._check_positive("first_decay_steps", first_decay_steps)
        self._check_positive("t_mul", t_mul)

    def _formula(self, step, xp):
        done = step / self.first_decay_steps  # in first periods
        growth = float(self._t_mul)
        if growth == 1:
            period = xp.floor(done)
            phase = done - period
        else:
            # Before period n lie 1 + t + ... + t**(n-1) = (1 - t**n) / (1 - t) first periods.
            period = xp.floor(xp.log(1 - done * (1 - growth)) / math.log(growth) + _ROUNDING)
            length = xp.power(growth, period)
            phase = (done - (1 - length) / (1 - growth)) / length
        wave = 0.5 * xp.power(float(self._m_mul), period) * (1 + xp.cos(math.pi * phase))
        return self.initial_learning_rate * ((1 - self.alpha) * wave + self.alpha)

    def get_config(self):
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "first_decay_steps": self.first_decay_steps,
            "t_mul": self._t_mul,
            "m_mul": self._m_mul,
            "alpha": self.alpha,
            "name": self.name,
        }
