from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.optimizers._scalars import Filled
from tricorn.optimizers._value_first import ValueFirstOptimizer


class Adagrad(ValueFirstOptimizer):
    """The gradient divided by the root of the sum of all squares so far: rarely used weights take larger steps.

        a += g**2
        w -= learning_rate * g / sqrt(a + epsilon)

    Args:
        learning_rate: Number, schedule or callable.
        initial_accumulator_value: Where a starts; at least 0.
        epsilon: Keeps the division finite; at least 0.

    The other arguments are those of `Optimizer`.

    Source: Duchi et al., Adaptive subgradient methods, 2011.
    """

    def __init__(self, learning_rate: Any = 0.001, initial_accumulator_value=0.1, epsilon=1e-07, weight_decay=None,
                 clipnorm=None, clipvalue=None, global_clipnorm=None, use_ema=False, ema_momentum=0.99,
                 ema_overwrite_frequency=None, loss_scale_factor=None, gradient_accumulation_steps=None,
                 name=None, **kwargs):  # fmt: skip
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, clipnorm=clipnorm, clipvalue=clipvalue,
            global_clipnorm=global_clipnorm, use_ema=use_ema, ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency, loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps, name=name, **kwargs,
        )  # fmt: skip
        self._check_not_negative(initial_accumulator_value=initial_accumulator_value, epsilon=epsilon)
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def _slot_groups(self):
        return [[("accumulator", Filled(self.initial_accumulator_value))]]

    def update(self, gradient, value, slots, step, learning_rate):
        accumulator = slots["accumulator"] + ops.square(gradient)
        move = gradient * learning_rate / ops.sqrt(accumulator + self.epsilon)
        return value - move, {"accumulator": accumulator}

    def get_config(self):
        return {
            **super().get_config(),
            "initial_accumulator_value": self.initial_accumulator_value,
            "epsilon": self.epsilon,
        }
