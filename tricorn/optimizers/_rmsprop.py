from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.optimizers._value_first import ValueFirstOptimizer


class RMSprop(ValueFirstOptimizer):
    """The gradient divided by the root of a moving average of its square.

        v = rho * v + (1 - rho) * g**2
        step = learning_rate * g / sqrt(v + epsilon)          centered: v - (average of g)**2 in the place of v
        w -= step                                             momentum: m = momentum * m + step;  w -= m

    Args:
        learning_rate: Number, schedule or callable.
        rho: Weight of the old average, in [0, 1).
        momentum: Weight of the old step; 0 for none.
        epsilon: Keeps the division finite; at least 0.
        centered: Whether the gradient's variance takes the place of its mean square.

    The other arguments are those of `Optimizer`.

    Source: Hinton, Neural Networks for Machine Learning, lecture 6, 2012; Graves, 2013 (centered).
    """

    def __init__(self, learning_rate: Any = 0.001, rho=0.9, momentum=0.0, epsilon=1e-07, centered=False,
                 weight_decay=None, clipnorm=None, clipvalue=None, global_clipnorm=None, use_ema=False,
                 ema_momentum=0.99, ema_overwrite_frequency=None, loss_scale_factor=None,
                 gradient_accumulation_steps=None, name=None, **kwargs):  # fmt: skip
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, clipnorm=clipnorm, clipvalue=clipvalue,
            global_clipnorm=global_clipnorm, use_ema=use_ema, ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency, loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps, name=name, **kwargs,
        )  # fmt: skip
        self._check_fractions(rho=rho)
        self._check_not_negative(momentum=momentum, epsilon=epsilon)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def _slot_groups(self):
        groups = [[("velocity", "zeros")]]
        if self.momentum > 0:
            groups.append([("momentum", "zeros")])
        if self.centered:
            groups.append([("average_gradient", "zeros")])
        return groups

    def update(self, gradient, value, slots, step, learning_rate):
        velocity = slots["velocity"] * self.rho + ops.square(gradient) * (1 - self.rho)
        new, spread = {"velocity": velocity}, velocity
        if self.centered:
            average = slots["average_gradient"] * self.rho + gradient * (1 - self.rho)
            new["average_gradient"] = average
            spread = velocity - ops.square(average)
        move = gradient * learning_rate / ops.sqrt(spread + self.epsilon)
        if self.momentum > 0:
            new["momentum"] = move = slots["momentum"] * self.momentum + move
        return value - move, new

    def get_config(self):
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }
