from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.optimizers._scalars import is_host, like, one_minus_power
from tricorn.optimizers._value_first import ValueFirstOptimizer


class Nadam(ValueFirstOptimizer):
    """Adam with Nesterov momentum.

        u(t) = beta_1 * (1 - 0.5 * 0.96**t);   p(t) = u(1) * ... * u(t)
        m, v as in Adam
        m_ahead = u(t+1) * m / (1 - p(t+1)) + (1 - u(t)) * g / (1 - p(t))
        w -= learning_rate * m_ahead / (sqrt(v / (1 - beta_2**t)) + epsilon)

    Args:
        learning_rate: Number, schedule or callable.
        beta_1: Weight of the old average of gradients, in [0, 1).
        beta_2: Weight of the old average of squares, in [0, 1).
        epsilon: Keeps the division finite; at least 0.

    The other arguments are those of `Optimizer`.

    Source: Dozat, Incorporating Nesterov momentum into Adam, 2016.
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

    def _make_slots(self, variables):
        super()._make_slots(variables)
        self._shared["u_product"] = self.add_variable((), "ones", name="u_product")

    def _u(self, step):
        """The momentum at `step`, which warms up."""
        if is_host(step):
            return self.beta_1 * (1 - 0.5 * 0.96**step)
        return self.beta_1 * (1 - 0.5 * ops.power(0.96, ops.cast(step, "float32")))

    def _advance(self, shared, step):
        return {"u_product": shared["u_product"] * self._u(step)}

    def update(self, gradient, value, slots, step, learning_rate):
        momentum, velocity, product = slots["momentum"], slots["velocity"], slots["u_product"]
        now, ahead = self._u(step), self._u(step + 1)
        momentum = momentum + (gradient - momentum) * (1 - self.beta_1)
        velocity = velocity + (ops.square(gradient) - velocity) * (1 - self.beta_2)
        of_momentum = like(ahead / (1 - product * ahead), value)
        of_gradient = like((1 - now) / (1 - product), value)
        numerator = momentum * of_momentum + gradient * of_gradient
        scale = ops.sqrt(velocity / like(one_minus_power(self.beta_2, step), value)) + self.epsilon
        return value - numerator * learning_rate / scale, {"momentum": momentum, "velocity": velocity}

    def get_config(self):
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }
