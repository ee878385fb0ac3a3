from __future__ import annotations

from typing import Any

from tricorn.core.errors import bad_argument
from tricorn.optimizers._value_first import ValueFirstOptimizer


class SGD(ValueFirstOptimizer):
    """Gradient descent, with momentum if asked for.

        without:   w -= learning_rate * g
        momentum:  m = momentum * m - learning_rate * g;   w += m
        nesterov:  the same m;                             w += momentum * m - learning_rate * g

    Args:
        learning_rate: Number, schedule or callable.
        momentum: In [0, 1].
        nesterov: Whether the gradient is taken to be that of the point ahead.

    The other arguments are those of `Optimizer`.

    Source: Sutskever et al., On the importance of initialization and momentum, 2013.
    """

    def __init__(self, learning_rate: Any = 0.01, momentum=0.0, nesterov=False, weight_decay=None, clipnorm=None,
                 clipvalue=None, global_clipnorm=None, use_ema=False, ema_momentum=0.99, ema_overwrite_frequency=None,
                 loss_scale_factor=None, gradient_accumulation_steps=None, name=None, **kwargs):  # fmt: skip
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, clipnorm=clipnorm, clipvalue=clipvalue,
            global_clipnorm=global_clipnorm, use_ema=use_ema, ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency, loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps, name=name, **kwargs,
        )  # fmt: skip
        if not isinstance(momentum, (int, float)) or not 0 <= momentum <= 1:
            raise bad_argument(self._where(), "`momentum` must be in [0, 1].", given=repr(momentum))
        self.momentum = momentum
        self.nesterov = nesterov

    def build(self, variables):
        super().build(variables)

    build.__doc__ = ValueFirstOptimizer.build.__doc__

    def _slot_groups(self):
        return [[("momentum", "zeros")]] if self.momentum else []

    def update(self, gradient, value, slots, step, learning_rate):
        move = gradient * learning_rate
        if not self.momentum:
            return value - move, {}
        momentum = slots["momentum"] * self.momentum - move
        if self.nesterov:
            return value + (momentum * self.momentum - move), {"momentum": momentum}
        return value + momentum, {"momentum": momentum}

    def _fused_settings(self):
        if type(self).update is not SGD.update:
            return None
        return "sgd", {"momentum": float(self.momentum), "nesterov": bool(self.nesterov)}

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
