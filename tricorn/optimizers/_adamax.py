from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.optimizers._scalars import like, one_minus_power
from tricorn.optimizers._value_first import ValueFirstOptimizer


class Adamax(ValueFirstOptimizer):
    """Adam with the largest recent gradient in the place of the root mean square.

        m = beta_1 * m + (1 - beta_1) * g
        u = max(beta_2 * u, |g|)
        w -= learning_rate / (1 - beta_1**t) * m / (u + epsilon)

    Args:
        learning_rate: Number, schedule or callable.
        beta_1: Weight of the old average, in [0, 1).
        beta_2: By what the old largest gradient fades, in [0, 1).
        epsilon: Keeps the division finite; at least 0.

    The other arguments are those of `Optimizer`.

    Source: Kingma and Ba, Adam, 2014, section 7.1.
    """

    def __init__(self, learning_rate: Any = 0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07, weight_decay=None,
                 clipnorm=None, clipvalue=None, global_clipnorm=None, use_ema=False, ema_momentum=0.99,
                 ema_overwrite_frequency=None, loss_scale_factor=None, gradient_accumulation_steps=None,
                 name=None, **kwargs):  # fmt: skip
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, clipnorm=clipnorm, clipvalue=clipvalue,
            global_clipnorm=global_clipnorm, use_ema=use_ema, ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency, loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps, name=name, **kwargs,
        )  # fmt: skip
        self._check_fractions(beta_1=beta_1, beta_2=beta_2)
        self._check_not_negative(epsilon=epsilon)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def _slot_groups(self):
        return [[("momentum", "zeros"), ("norm", "zeros")]]

    def update(self, gradient, value, slots, step, learning_rate):
        momentum = slots["momentum"]
        momentum = momentum + (gradient - momentum) * (1 - self.beta_1)
        norm = ops.maximum(slots["norm"] * self.beta_2, ops.absolute(gradient))
        rate = learning_rate / like(one_minus_power(self.beta_1, step), value)
        return value - momentum * rate / (norm + self.epsilon), {"momentum": momentum, "norm": norm}

    def get_config(self):
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }
