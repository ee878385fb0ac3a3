from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.optimizers._scalars import is_host, like, square_root
from tricorn.optimizers._value_first import ValueFirstOptimizer


class Adafactor(ValueFirstOptimizer):
    """Adam's scaling in little memory: of a matrix of squares only the means of its rows and columns are kept.

        beta(t) = 1 - t**beta_2_decay;   rate = min(learning_rate, 1 / sqrt(t)) if relative_step
        r, c = averages, with weight beta(t), of the means of g**2 + epsilon_1 along the last axis, the one before
        v = outer(r / mean(r), c)                           of rank below 2: an average of g**2 + epsilon_1
        u = g / sqrt(v);   u = u / max(1, rms(u) / clip_threshold)
        w -= max(epsilon_2, rms(w)) * rate * u

    Args:
        learning_rate: Number, schedule or callable.
        beta_2_decay: The exponent with which averages lengthen.
        epsilon_1: Added to squares of gradients.
        epsilon_2: The least size that the weights are taken to have.
        clip_threshold: The largest root mean square of u.
        relative_step: Whether the rate falls at least as 1 / sqrt(t).

    The other arguments are those of `Optimizer`.

    Source: Shazeer and Stern, Adafactor, 2018.
    """

    def __init__(self, learning_rate: Any = 0.001, beta_2_decay=-0.8, epsilon_1=1e-30, epsilon_2=0.001,
                 clip_threshold=1.0, relative_step=True, weight_decay=None, clipnorm=None, clipvalue=None,
                 global_clipnorm=None, use_ema=False, ema_momentum=0.99, ema_overwrite_frequency=None,
                 loss_scale_factor=None, gradient_accumulation_steps=None, name=None, **kwargs):  # fmt: skip
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, clipnorm=clipnorm, clipvalue=clipvalue,
            global_clipnorm=global_clipnorm, use_ema=use_ema, ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency, loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps, name=name, **kwargs,
        )  # fmt: skip
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step

    def _make_slots(self, variables):
        # Files hold three places for each Variable; those that it has no use for are scalars.
        for slots, variable in zip(self._slots, variables, strict=True):
            if variable.overwrite_with_gradient:
                continue
            shape, dtype, path = tuple(variable.shape), variable.dtype, variable.path.replace("/", "_")
            if len(shape) < 2:
                for name in ("row", "column"):
                    self.add_variable((), dtype="int32", name=f"{path}_{name}")
            else:
                slots["row"] = self.add_variable(shape[:-1], dtype=dtype, name=f"{path}_row")
                slots["column"] = self.add_variable(
                    shape[:-2] + shape[-1:], dtype=dtype, name=f"{path}_column"
                )
            slots["velocity"] = self.add_variable_from_reference(variable, "velocity")

    def update(self, gradient, value, slots, step, learning_rate):
        step = float(step) if is_host(step) else ops.cast(step, "float32")
        rate = learning_rate
        if self.relative_step:
            bound = like(1 / square_root(step), value)
            rate = min(rate, bound) if is_host(rate) and is_host(bound) else ops.minimum(rate, bound)
        weight = step**self.beta_2_decay if is_host(step) else ops.power(step, self.beta_2_decay)
        weight = like(weight, value)
        square = ops.square(gradient) + self.epsilon_1
        if "row" in slots:
            row, column = slots["row"], slots["column"]
            row = row + (ops.mean(square, axis=-1) - row) * weight
            column = column + (ops.mean(square, axis=-2) - column) * weight
            share = row / ops.mean(row, axis=-1, keepdims=True)
            velocity = ops.expand_dims(share, -1) * ops.expand_dims(column, -2)
            new = {"row": row, "column": column, "velocity": velocity}
        else:
            velocity = slots["velocity"] + (square - slots["velocity"]) * weight
            new = {"velocity": velocity}
        direction = gradient / ops.sqrt(velocity)
        direction = direction / ops.maximum(_rms(direction) / self.clip_threshold, 1.0)
        size = ops.maximum(_rms(value), self.epsilon_2)
        return value - direction * (size * rate), new

    def get_config(self):
        return {
            **super().get_config(),
            "beta_2_decay": self.beta_2_decay,
            "epsilon_1": self.epsilon_1,
            "epsilon_2": self.epsilon_2,
            "clip_threshold": self.clip_threshold,
            "relative_step": self.relative_step,
        }


def _rms(tensor):
    return ops.sqrt(ops.mean(ops.square(tensor)))
