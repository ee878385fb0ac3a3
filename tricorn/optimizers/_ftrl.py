from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.optimizers._scalars import Filled
from tricorn.optimizers._value_first import ValueFirstOptimizer


class Ftrl(ValueFirstOptimizer):
    """Follow the regularised leader: for large sparse linear models; L1 makes weights exactly zero.

        n' = n + g**2;   sigma = (n'**-p - n**-p) / learning_rate
        z += g + 2 * l2_shrinkage * w - sigma * w
        w = (clip(z, -l1, l1) - z) / (n'**-p / learning_rate + 2 * (l2 + beta / (2 * learning_rate)))

    with p = learning_rate_power.

    Args:
        learning_rate: Number, schedule or callable.
        learning_rate_power: How the rate falls with n; at most 0, which keeps it constant.
        initial_accumulator_value: Where n starts; at least 0.
        l1_regularization_strength: At least 0.
        l2_regularization_strength: At least 0; a penalty on the size of the weights, for stability.
        l2_shrinkage_regularization_strength: At least 0; a penalty on active weights only.
        beta: The paper's beta.

    The other arguments are those of `Optimizer`.

    Source: McMahan et al., Ad click prediction: a view from the trenches, 2013.
    """

    def __init__(self, learning_rate: Any = 0.001, learning_rate_power=-0.5, initial_accumulator_value=0.1,
                 l1_regularization_strength=0.0, l2_regularization_strength=0.0,
                 l2_shrinkage_regularization_strength=0.0, beta=0.0, weight_decay=None, clipnorm=None,
                 clipvalue=None, global_clipnorm=None, use_ema=False, ema_momentum=0.99,
                 ema_overwrite_frequency=None, loss_scale_factor=None, gradient_accumulation_steps=None,
                 name=None, **kwargs):  # fmt: skip
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, clipnorm=clipnorm, clipvalue=clipvalue,
            global_clipnorm=global_clipnorm, use_ema=use_ema, ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency, loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps, name=name, **kwargs,
        )  # fmt: skip
        self._check_not_negative(
            initial_accumulator_value=initial_accumulator_value,
            l1_regularization_strength=l1_regularization_strength,
            l2_regularization_strength=l2_regularization_strength,
            l2_shrinkage_regularization_strength=l2_shrinkage_regularization_strength,
        )
        if learning_rate_power > 0:
            raise bad_argument(
                self._where(), "`learning_rate_power` must be at most 0.", given=learning_rate_power
            )
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta

    def _slot_groups(self):
        return [[("accumulator", Filled(self.initial_accumulator_value)), ("linear", "zeros")]]

    def update(self, gradient, value, slots, step, learning_rate):
        accumulator, linear = slots["accumulator"], slots["linear"]
        power = -self.learning_rate_power
        larger = accumulator + ops.square(gradient)
        root = ops.power(larger, power)
        pull = gradient
        if self.l2_shrinkage_regularization_strength > 0:
            pull = gradient + value * (2 * self.l2_shrinkage_regularization_strength)
        linear = linear + pull - (root - ops.power(accumulator, power)) / learning_rate * value
        l2 = 2 * self.l2_regularization_strength + self.beta / learning_rate
        quadratic = root / learning_rate + l2
        l1 = self.l1_regularization_strength
        value = (ops.clip(linear, -l1, l1) - linear) / quadratic
        return value, {"accumulator": larger, "linear": linear}

    def get_config(self):
        return {
            **super().get_config(),
            "learning_rate_power": self.learning_rate_power,
            "initial_accumulator_value": self.initial_accumulator_value,
            "l1_regularization_strength": self.l1_regularization_strength,
            "l2_regularization_strength": self.l2_regularization_strength,
            "l2_shrinkage_regularization_strength": self.l2_shrinkage_regularization_strength,
            "beta": self.beta,
        }
