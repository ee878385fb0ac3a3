"""Smaller steps when a value no longer gets better."""

from __future__ import annotations

from tricorn.callbacks._callback import Callback
from tricorn.callbacks._learning_rate_scheduler import learning_rate_of
from tricorn.callbacks._monitor import Monitor
from tricorn.core.errors import bad_argument
from tricorn.utils._progbar import say


class ReduceLROnPlateau(Callback):
    """Multiplies the learning rate by a factor when a value has not become better for a number of epochs.

    The rate is added to the values of the epoch as `learning_rate`. What it remembers begins anew with each
    `fit`.

    Args:
        monitor: Name of the value in the logs.
        factor: What the rate is multiplied with; below 1.
        patience: Epochs without anything better after which the rate falls.
        verbose: 1 prints it.
        mode: "min", "max" or "auto": whether the value should fall or rise.
        min_delta: How much better a value must be to count as better.
        cooldown: Epochs to wait after the rate fell before watching goes on.
        min_lr: The rate does not fall below this.
    """

    def __init__(
        self,
        monitor="val_loss",
        factor=0.1,
        patience=10,
        verbose=0,
        mode="auto",
        min_delta=1e-4,
        cooldown=0,
        min_lr=0.0,
        **kwargs,
    ):
        if kwargs:
            raise bad_argument(
                "ReduceLROnPlateau", "unknown arguments.", given=", ".join(kwargs), error=TypeError
            )
        if factor >= 1.0:
            raise bad_argument(
                "ReduceLROnPlateau",
                "a rate does not fall by this `factor`.",
                expected="a factor below 1",
                given=repr(factor),
            )
        self._monitor = Monitor("ReduceLROnPlateau", monitor, mode, min_delta)
        self.monitor, self.mode, self.min_delta = monitor, self._monitor.mode, min_delta
        self.factor, self.patience, self.verbose, self.cooldown, self.min_lr = (
            factor,
            patience,
            verbose,
            cooldown,
            min_lr,
        )
        self._forget()

    def _forget(self):
        self.best, self.wait, self.cooldown_counter = None, 0, 0

    def on_train_begin(self, logs=None):
        self._forget()
        self._monitor.restart()

    def in_cooldown(self):
        """True while it waits after a fall."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch, logs=None):
        logs = {} if logs is None else logs
        rate = learning_rate_of(self.model, "ReduceLROnPlateau")
        current = self._monitor.value(logs)
        logs["learning_rate"] = rate
        if current is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._monitor.is_better(current, self.best, self.model):
            self.best, self.wait = current, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and rate > self.min_lr:
                self._lower(epoch, rate)

    def _lower(self, epoch, rate):
        rate = max(rate * self.factor, self.min_lr)
        self.model.optimizer.learning_rate = rate
        if self.verbose:
            say(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {rate}.\n")
        self.cooldown_counter, self.wait = self.cooldown, 0
