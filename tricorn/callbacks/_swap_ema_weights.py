"""The averaged weights in the place of the trained ones."""

from __future__ import annotations

import numpy as np

from tricorn.callbacks._callback import Callback
from tricorn.core.errors import bad_argument, describe


class SwapEMAWeights(Callback):
    """Evaluates and predicts with the running averages of the weights that the optimizer keeps.

    Needs an optimizer made with `use_ema=True`. Before an evaluation or prediction weights and averages
    change places, and after it they change back.

    Args:
        swap_on_epoch: Change places already at the end of an epoch, so that callbacks which come after this
            one (a `ModelCheckpoint`) see the averages; back at the beginning of the next. At the end of
            training the model then holds the averages.
    """

    def __init__(self, swap_on_epoch=False):
        self.swap_on_epoch = swap_on_epoch
        self._in_epoch_swap = False

    def _swap(self):
        optimizer = getattr(self.model, "optimizer", None)
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)  # below a LossScaleOptimizer
        if not getattr(optimizer, "use_ema", False):
            raise bad_argument(
                "SwapEMAWeights",
                "the optimizer keeps no averages.",
                given=describe(optimizer),
                expected="an optimizer with use_ema=True",
                hint="Adam(use_ema=True)",
            )
        averages = getattr(optimizer, "_model_variables_moving_average", None)
        if not averages:
            return  # nothing was trained yet
        for variable, average in zip(optimizer._trainable_variables, averages, strict=True):
            value = np.array(variable.numpy())
            variable.assign(np.array(average.numpy()))
            average.assign(value)

    def on_train_begin(self, logs=None):
        self._in_epoch_swap = False

    def on_epoch_begin(self, epoch, logs=None):
        if self._in_epoch_swap:
            self._in_epoch_swap = False
            self._swap()

    def on_epoch_end(self, epoch, logs=None):
        if self.swap_on_epoch:
            self._in_epoch_swap = True
            self._swap()

    def on_test_begin(self, logs=None):
        if not self._in_epoch_swap:
            self._swap()

    def on_test_end(self, logs=None):
        if not self._in_epoch_swap:
            self._swap()

    def on_predict_begin(self, logs=None):
        if not self._in_epoch_swap:
            self._swap()

    def on_predict_end(self, logs=None):
        if not self._in_epoch_swap:
            self._swap()
