from __future__ import annotations

from typing import Any

from tricorn.core.errors import bad_argument
from tricorn.optimizers._adam import Adam


class AdamW(Adam):
    """Adam with weight decay apart from the gradient: before each update, w -= learning_rate * weight_decay * w.

    Args:
        learning_rate: Number, schedule or callable.
        weight_decay: The decay at learning rate 1.
        beta_1: Weight of the old average of gradients, in [0, 1).
        beta_2: Weight of the old average of squares, in [0, 1).
        epsilon: Keeps the division finite; at least 0.
        amsgrad: Whether the largest average of squares so far takes its place.

    The other arguments are those of `Optimizer`.

    Raises:
        ValueError: `weight_decay` is None.

    Source: Loshchilov and Hutter, Decoupled weight decay regularization, 2019.
    """

    def __init__(self, learning_rate: Any = 0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False,
                 clipnorm=None, clipvalue=None, global_clipnorm=None, use_ema=False, ema_momentum=0.99,
                 ema_overwrite_frequency=None, loss_scale_factor=None, gradient_accumulation_steps=None, name=None,
                 **kwargs):  # fmt: skip
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon,
            amsgrad=amsgrad, clipnorm=clipnorm, clipvalue=clipvalue, global_clipnorm=global_clipnorm, use_ema=use_ema,
            ema_momentum=ema_momentum, ema_overwrite_frequency=ema_overwrite_frequency,
            loss_scale_factor=loss_scale_factor, gradient_accumulation_steps=gradient_accumulation_steps, name=name,
            **kwargs,
        )  # fmt: skip
        if weight_decay is None:
            raise bad_argument(
                self._where(), "`weight_decay` must be a number.", given="None", hint="Adam, for none"
            )
