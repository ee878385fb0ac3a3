from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.optimizers._value_first import ValueFirstOptimizer


class Adadelta(ValueFirstOptimizer):
    """The gradient in units of its own size, times the size of past steps: the rate is without a unit.

        a = rho * a + (1 - rho) * g**2
        step = g * sqrt(d + epsilon) / sqrt(a + epsilon)
        d = rho * d + (1 - rho) * step**2
        w -= learning_rate * step

    Args:
        learning_rate: Number, schedule or callable; 1 in the paper.
        rho: Weight of the old averages, in [0, 1).
        epsilon: Keeps the division finite; at least 0.

    The other arguments are those of `Optimizer`.

    Source: Zeiler, ADADELTA, 2012.
    """

    def __init__(self, learning_rate: Any = 0.001, rho=0.95, epsilon=1e-07, weight_decay=None, clipnorm=None,
                 clipvalue=None, global_clipnorm=None, use_ema=False, ema_momentum=0.99,
                 ema_overwrite_frequency=None, loss_scale_factor=None, gradient_accumulation_steps=None,
                 name=None, **kwargs):  # fmt: skip
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, clipnorm=clipnorm, clipvalue=clipvalue,
            global_clipnorm=global_clipnorm, use_ema=use_ema, ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency, loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps, name=name, **kwargs,
        )  # fmt: skip
        self._check_fractions(rho=rho)
        self._check_not_negative(epsilon=epsilon)
        self.rho = rho
        self.epsilon = epsilon

    def update_step(self, grad, variable, learning_rate):
        super().update_step(grad, variable, learning_rate)

    def _slot_groups(self):
        return [[("accumulated_grad", "zeros"), ("accumulated_delta_var", "zeros")]]

    def update(self, gradient, value, slots, step, learning_rate):
        squares = slots["accumulated_grad"] * self.rho + ops.square(gradient) * (1 - self.rho)
        moves = slots["accumulated_delta_var"]
        move = gradient * ops.sqrt(moves + self.epsilon) / ops.sqrt(squares + self.epsilon)
        moves = moves * self.rho + ops.square(move) * (1 - self.rho)
        return value - move * learning_rate, {"accumulated_grad": squares, "accumulated_delta_var": moves}

    def get_config(self):
        return {
            **super().get_config(),
            "rho": self.rho,
            "epsilon": self.epsilon,
        }
