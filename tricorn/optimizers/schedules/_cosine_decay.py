from __future__ import annotations

import math

from tricorn.optimizers.schedules._learning_rate_schedule import FormulaSchedule


class CosineDecay(FormulaSchedule):
    """Half a cosine wave from the peak down to `alpha` times the peak, after an optional linear warm-up.

    Without a warm-up the peak is `initial_learning_rate`, at step 0. With `warmup_target` the rate first rises from
    `initial_learning_rate` to it in `warmup_steps`, and decays from there in `decay_steps` more.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: Length of the decay, in steps.
        alpha: The final rate, as a fraction of the peak.
        name: A name.
        warmup_target: The peak, or None for no warm-up.
        warmup_steps: Length of the warm-up, in steps.

    Raises:
        ValueError: `decay_steps` is not positive.

    Source: Loshchilov and Hutter, SGDR, 2016.
    """

    def __init__(self, initial_learning_rate, decay_steps, alpha=0.0, name="CosineDecay", warmup_target=None,
                 warmup_steps=0):  # fmt: skip
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps
        self._check_positive("decay_steps", decay_steps)

    def _formula(self, step, xp):
        steps = float(self.decay_steps)
        if self.warmup_target is None:
            return self._decay(xp.minimum(step, steps), self.initial_learning_rate, xp)
        warmup = float(self.warmup_steps)
        after = xp.maximum(0.0, xp.minimum(step - warmup, steps))
        decayed = self._decay(after, self.warmup_target, xp)
        if not warmup > 0:
            return decayed
        rise = self.warmup_target - self.initial_learning_rate
        return xp.where(step < warmup, rise * step / warmup + self.initial_learning_rate, decayed)

    def _decay(self, step, peak, xp):
        wave = 0.5 * (1 + xp.cos(step * (math.pi / self.decay_steps)))
        return peak * ((1 - self.alpha) * wave + self.alpha)

    def get_config(self):
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }
