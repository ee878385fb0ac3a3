from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.optimizers._value_first import ValueFirstOptimizer


class Lion(ValueFirstOptimizer):
    """Steps of one size, in the direction of the sign of a moving average of gradients; one slot.

        w -= learning_rate * sign(beta_1 * m + (1 - beta_1) * g)
        m = beta_2 * m + (1 - beta_2) * g

    The steps are larger than Adam's at the same rate: take a rate 3 to 10 times smaller, a decay as much larger.

    Args:
        learning_rate: Number, schedule or callable.
        beta_1: Weight of the average in the step, in (0, 1].
        beta_2: Weight of the old average, in [0, 1).

    The other arguments are those of `Optimizer`.

    Source: Chen et al., Symbolic discovery of optimization algorithms, 2023.
    """

    def __init__(self, learning_rate: Any = 0.001, beta_1=0.9, beta_2=0.99, weight_decay=None, clipnorm=None,
                 clipvalue=None, global_clipnorm=None, use_ema=False, ema_momentum=0.99,
                 ema_overwrite_frequency=None, loss_scale_factor=None, gradient_accumulation_steps=None,
                 name=None, **kwargs):  # fmt: skip
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, clipnorm=clipnorm, clipvalue=clipvalue,
            global_clipnorm=global_clipnorm, use_ema=use_ema, ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency, loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps, name=name, **kwargs,
        )  # fmt: skip
        if not 0 < beta_1 <= 1:
            raise bad_argument(self._where(), "`beta_1` must be in (0, 1]: at 0 only the gradient's sign is left.",
                               given=f"beta_1={beta_1}")  # fmt: skip
        self._check_fractions(beta_2=beta_2)
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def _slot_groups(self):
        return [[("momentum", "zeros")]]

    def update(self, gradient, value, slots, step, learning_rate):
        momentum = slots["momentum"]
        direction = ops.sign(momentum * self.beta_1 + gradient * (1 - self.beta_1))
        momentum = momentum * self.beta_2 + gradient * (1 - self.beta_2)
        return value - direction * learning_rate, {"momentum": momentum}

    def get_config(self):
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
        }
