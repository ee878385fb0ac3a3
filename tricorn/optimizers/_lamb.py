from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.optimizers._scalars import like, one_minus_power
from tricorn.optimizers._value_first import ValueFirstOptimizer


class Lamb(ValueFirstOptimizer):
    """Adam whose step is scaled, per Variable, to the norm of its weights: for very large batches.

        r = (m / (1 - beta_1**t)) / (sqrt(v / (1 - beta_2**t)) + epsilon)
        w -= learning_rate * norm(w) / norm(r) * r            the ratio is 1 where a norm is 0

    Args:
        learning_rate: Number, schedule or callable.
        beta_1: Weight of the old average of gradients, in [0, 1).
        beta_2: Weight of the old average of squares, in [0, 1).
        epsilon: Keeps the division finite; at least 0.

    The other arguments are those of `Optimizer`.

    Source: You et al., Large batch optimization for deep learning, 2019.
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
        return [[("momentum", "zeros"), ("velocity", "zeros")]]

    def update(self, gradient, value, slots, step, learning_rate):
        momentum, velocity = slots["momentum"], slots["velocity"]
        momentum = momentum + (gradient - momentum) * (1 - self.beta_1)
        velocity = velocity + (ops.square(gradient) - velocity) * (1 - self.beta_2)
        mean = momentum / like(one_minus_power(self.beta_1, step), value)
        mean_square = velocity / like(one_minus_power(self.beta_2, step), value)
        direction = mean / (ops.sqrt(mean_square) + self.epsilon)
        size, length = _norm(value), _norm(direction)
        usable = ops.logical_and(size > 0, length > 0)
        ratio = ops.where(
            usable, size / ops.where(usable, length, ops.ones_like(length)), ops.ones_like(size)
        )
        return value - direction * (ratio * learning_rate), {"momentum": momentum, "velocity": velocity}

    def get_config(self):
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }


def _norm(tensor):
    return ops.sqrt(ops.sum(ops.square(tensor)))
