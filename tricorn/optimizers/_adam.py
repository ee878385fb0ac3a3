from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.optimizers._scalars import like, one_minus_power, square_root
from tricorn.optimizers._value_first import ValueFirstOptimizer


class Adam(ValueFirstOptimizer):
    """Moving averages of the gradient and of its square, both corrected for their start at zero.

        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        w -= learning_rate * sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / (sqrt(v) + epsilon)

    epsilon is added before the correction of v, as in the paper's last remark ("epsilon hat"), unlike in torch.

    Args:
        learning_rate: Number, schedule or callable.
        beta_1: Weight of the old average of gradients, in [0, 1).
        beta_2: Weight of the old average of squares, in [0, 1).
        epsilon: Keeps the division finite; at least 0.
        amsgrad: Whether the largest v so far takes the place of v.

    The other arguments are those of `Optimizer`.

    Source: Kingma and Ba, Adam, 2014; Reddi et al., On the convergence of Adam and beyond, 2018 (amsgrad).
    """

    def __init__(self, learning_rate: Any = 0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False,
                 weight_decay=None, clipnorm=None, clipvalue=None, global_clipnorm=None, use_ema=False,
                 ema_momentum=0.99, ema_overwrite_frequency=None, loss_scale_factor=None,
                 gradient_accumulation_steps=None, name=None, **kwargs):  # fmt: skip
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
        self.amsgrad = amsgrad

    def _slot_groups(self):
        groups = [[("momentum", "zeros"), ("velocity", "zeros")]]
        return [*groups, [("velocity_hat", "zeros")]] if self.amsgrad else groups

    def _advance(self, shared, step):
        # The same for all Variables (of a dtype): computed once a step, not once for each.
        return {**super()._advance(shared, step), "correction": self._correction(step), "rates": {}}

    def _correction(self, step):
        """Of both biases together: sqrt(1 - beta_2**step) / (1 - beta_1**step)."""
        return square_root(one_minus_power(self.beta_2, step)) / one_minus_power(self.beta_1, step)

    def update(self, gradient, value, slots, step, learning_rate):
        momentum, velocity = slots["momentum"], slots["velocity"]
        correction = slots["correction"] if "correction" in slots else self._correction(step)
        rates = slots.get("rates", {})
        rate = rates.get(value.dtype)
        if rate is None:
            rate = rates[value.dtype] = like(correction, value) * learning_rate
        momentum = momentum + (gradient - momentum) * (1 - self.beta_1)
        velocity = velocity + (ops.square(gradient) - velocity) * (1 - self.beta_2)
        new, largest = {"momentum": momentum, "velocity": velocity}, velocity
        if self.amsgrad:
            new["velocity_hat"] = largest = ops.maximum(slots["velocity_hat"], velocity)
        return value - momentum * rate / (ops.sqrt(largest) + self.epsilon), new

    def _fused_settings(self):
        if type(self).update is not Adam.update:
            return None
        return "adam", {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}

    def get_config(self):
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "amsgrad": self.amsgrad,
        }
