"""Stopping when a value no longer gets better."""

from __future__ import annotations

import warnings

from tricorn.callbacks._callback import Callback
from tricorn.callbacks._monitor import Monitor
from tricorn.core.errors import bad_argument
from tricorn.utils._progbar import say


class EarlyStopping(Callback):
    """Stops training when a value has not become better for a number of epochs.

    Everything it remembers begins anew with each `fit`.

    Args:
        monitor: Name of the value in the logs.
        min_delta: How much better a value must be to count as better.
        patience: Epochs without anything better after which training stops.
        verbose: 1 prints why it stopped.
        mode: "min", "max" or "auto": whether the value should fall or rise; "auto" asks the metric, else its
            name.
        baseline: A value that must be surpassed: while it is not, patience runs.
        restore_best_weights: Put back, at the end of training, the weights of the best epoch. Without it the
            model keeps those of the last.
        start_from_epoch: Epochs to let pass before watching begins.

    Examples:

        model.fit(x, y, validation_split=0.2, epochs=100,
                  callbacks=[keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)])
    """

    def __init__(self, monitor="val_loss", min_delta=0, patience=0, verbose=0, mode="auto", baseline=None,
                 restore_best_weights=False, start_from_epoch=0):  # fmt: skip
        if patience < 0:
            raise bad_argument(
                "EarlyStopping",
                "`patience` is negative.",
                expected="a number of epochs, 0 or more",
                given=repr(patience),
            )
        self._monitor = Monitor("EarlyStopping", monitor, mode, min_delta)
        self.monitor, self.mode, self.min_delta = monitor, self._monitor.mode, abs(min_delta)
        self.patience, self.verbose, self.baseline = patience, verbose, baseline
        self.restore_best_weights, self.start_from_epoch = restore_best_weights, start_from_epoch
        self._forget()

    def _forget(self):
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = self.best_weights = None

    def on_train_begin(self, logs=None):
        self._forget()
        self._monitor.restart()

    def get_monitor_value(self, logs):
        """The watched value in `logs`, or None with a warning."""
        return self._monitor.value(logs)

    def on_epoch_end(self, epoch, logs=None):
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        is_first = self.best_weights is None
        if self.restore_best_weights and is_first:
            self.best_weights, self.best_epoch = (
                self.model.get_weights(),
                epoch,
            )  # in case no epoch becomes the best
        self.wait += 1
        if self._monitor.is_better(current, self.best, self.model):
            self.best, self.best_epoch = current, epoch
            if self.restore_best_weights and not is_first:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self._monitor.is_better(current, self.baseline, self.model):
                self.wait = 0
            return  # an epoch that became better never stops training, even below the baseline
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.stopped_epoch > 0 and self.verbose:
            say(f"Epoch {self.stopped_epoch + 1}: early stopping\n")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose:
                say(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.\n")
            self.model.set_weights(self.best_weights)
        elif self.restore_best_weights:
            warnings.warn("EarlyStopping has no weights to restore: no epoch was watched.", stacklevel=2)
