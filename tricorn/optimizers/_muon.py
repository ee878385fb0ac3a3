from __future__ import annotations

import math
import re
from typing import Any

from tricorn import ops
from tricorn.optimizers._scalars import like, one_minus_power, square_root
from tricorn.optimizers._value_first import ValueFirstOptimizer


class Muon(ValueFirstOptimizer):
    """Momentum made orthogonal, for matrices; AdamW for all other Variables.

        m = momentum * m + g;   u = g + momentum * m if nesterov else m
        w -= learning_rate * scale * orthogonal(u)             scale = rms_rate * sqrt(larger side)

    `orthogonal` brings all singular values of a matrix near 1, by `ns_steps` steps of a quintic Newton-Schulz
    iteration. With `rms_rate=None` the scale is 1.

    Args:
        learning_rate: Number, schedule or callable.
        adam_beta_1: AdamW's weight of the old average of gradients, in [0, 1).
        adam_beta_2: AdamW's weight of the old average of squares, in [0, 1).
        adam_weight_decay: AdamW's weight decay.
        epsilon: AdamW's epsilon.
        weight_decay: The decay of matrices.
        exclude_layers: Regular expressions; a Variable whose path contains a match gets AdamW.
        exclude_embeddings: Whether Variables with "embedding" in their path get AdamW.
        muon_a, muon_b, muon_c: Coefficients of the iteration.
        adam_lr_ratio: AdamW's learning rate by that of the matrices.
        momentum: Weight of the old momentum.
        ns_steps: How many steps of the iteration.
        nesterov: Whether the gradient is taken to be that of the point ahead.
        rms_rate: Root mean square of the steps at learning rate 1, near that of Adam's; or None.

    The other arguments are those of `Optimizer`.

    Source: Jordan et al., Muon, 2024; Liu et al., Muon is scalable for LLM training, 2025 (the scale).
    """

    def __init__(self, learning_rate: Any = 0.001, adam_beta_1=0.9, adam_beta_2=0.999, adam_weight_decay=0.004,
                 epsilon=1e-07, weight_decay=0.004, clipnorm=None, clipvalue=None, global_clipnorm=None, use_ema=False,
                 ema_momentum=0.99, ema_overwrite_frequency=None, loss_scale_factor=None,
                 gradient_accumulation_steps=None, name=None, exclude_layers=None, exclude_embeddings=True,
                 muon_a=3.4445, muon_b=-4.775, muon_c=2.0315, adam_lr_ratio=1, momentum=0.95, ns_steps=5,
                 nesterov=True, rms_rate=0.2, **kwargs):  # fmt: skip
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, clipnorm=clipnorm, clipvalue=clipvalue,
            global_clipnorm=global_clipnorm, use_ema=use_ema, ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency, loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps, name=name, **kwargs,
        )  # fmt: skip
        self._check_fractions(adam_beta_1=adam_beta_1, adam_beta_2=adam_beta_2)
        self._check_not_negative(epsilon=epsilon, momentum=momentum)
        self.adam_beta_1 = adam_beta_1
        self.adam_beta_2 = adam_beta_2
        self.epsilon = epsilon
        self.exclude_layers = exclude_layers or []
        self.muon_a = muon_a
        self.muon_b = muon_b
        self.muon_c = muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.exclude_embeddings = exclude_embeddings
        self.adam_weight_decay = adam_weight_decay
        self.rms_rate = rms_rate

    def _uses_adam(self, variable):
        if len(variable.shape) != 2:
            return True
        if self.exclude_embeddings and "embedding" in variable.path.lower():
            return True
        return any(re.search(pattern, variable.path) for pattern in self.exclude_layers)

    def _make_slots(self, variables):
        for slots, variable in zip(self._slots, variables, strict=True):
            if variable.overwrite_with_gradient:
                continue
            slots["momentum"] = self.add_variable_from_reference(variable, "momentum")
            if self._uses_adam(variable):
                slots["velocity"] = self.add_variable_from_reference(variable, "velocity")

    def _weight_decay_of(self, variable):
        decay = self.adam_weight_decay if self._uses_adam(variable) else self.weight_decay
        return decay if decay and self._use_weight_decay(variable) else None

    def update(self, gradient, value, slots, step, learning_rate):
        momentum = slots["momentum"]
        if "velocity" in slots:
            return self._adam(
                gradient, value, momentum, slots["velocity"], step, learning_rate * self.adam_lr_ratio
            )
        momentum = momentum * self.momentum + gradient
        ahead = gradient + momentum * self.momentum if self.nesterov else momentum
        move = self.zeropower_via_newtonschulz5(ahead, self.ns_steps) * learning_rate
        return value - self.lr_adjust(move), {"momentum": momentum}

    def _adam(self, gradient, value, momentum, velocity, step, learning_rate):
        momentum = momentum + (gradient - momentum) * (1 - self.adam_beta_1)
        velocity = velocity + (ops.square(gradient) - velocity) * (1 - self.adam_beta_2)
        start = square_root(one_minus_power(self.adam_beta_2, step)) / one_minus_power(self.adam_beta_1, step)
        rate = like(start, value) * learning_rate
        move = momentum * rate / (ops.sqrt(velocity) + self.epsilon)
        return value - move, {"momentum": momentum, "velocity": velocity}

    def lr_adjust(self, x):
        """`x` times the scale of its shape, see the class."""
        if self.rms_rate is None:
            return x
        return x * (self.rms_rate * math.sqrt(max(x.shape[-2], x.shape[-1])))

    def transpose_last_axis(self, X):
        """The matrix, or each of a stack, transposed."""
        return ops.swapaxes(X, -1, -2)

    def zeropower_via_newtonschulz5(self, x, steps):
        """A matrix with the singular vectors of `x` and singular values near 1."""
        tall = x.shape[-2] > x.shape[-1]
        x = self.transpose_last_axis(x) if tall else x
        norm = ops.sqrt(ops.sum(ops.square(x), axis=(-2, -1), keepdims=True))
        x = x / (norm + 1e-7)
        for _ in range(steps):
            square = ops.matmul(x, self.transpose_last_axis(x))
            x = x * self.muon_a + ops.matmul(
                square * self.muon_b + ops.matmul(square, square) * self.muon_c, x
            )
        return self.transpose_last_axis(x) if tall else x

    def get_config(self):
        return {
            **super().get_config(),
            "adam_beta_1": self.adam_beta_1,
            "adam_beta_2": self.adam_beta_2,
            "epsilon": self.epsilon,
            "exclude_layers": self.exclude_layers,
            "muon_a": self.muon_a,
            "muon_b": self.muon_b,
            "muon_c": self.muon_c,
            "adam_lr_ratio": self.adam_lr_ratio,
            "momentum": self.momentum,
            "ns_steps": self.ns_steps,
            "nesterov": self.nesterov,
            "exclude_embeddings": self.exclude_embeddings,
            "adam_weight_decay": self.adam_weight_decay,
            "rms_rate": self.rms_rate,
        }
