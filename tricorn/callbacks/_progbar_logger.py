"""The progress bar of `fit`, `evaluate` and `predict`."""

from __future__ import annotations

from tricorn.callbacks._callback import Callback
from tricorn.utils._progbar import Progbar, say


class ProgbarLogger(Callback):
    """Prints progress and the running values. `fit`, `evaluate` and `predict` add one unless `verbose=0`.

    With `verbose=1` a bar is redrawn a few times in a second (once per epoch where the output is no
    terminal), with `verbose=2` one line is printed per epoch. Values are shown as they stand, not averaged
    again, and only when something is drawn are they read from the device.
    """

    reads_batch_logs = False

    def __init__(self):
        self.verbose, self.epochs, self.target = 1, 1, None
        self.progbar = None
        self._is_in_fit = False
        self._steps_seen = 0

    def set_params(self, params):
        self.params = params
        self.verbose, self.epochs, self.target = (
            params.get("verbose", 1),
            params.get("epochs", 1),
            params.get("steps"),
        )

    def _start(self):
        self._steps_seen = 0
        self.progbar = Progbar(self.target, verbose=self.verbose) if self.verbose else None

    def _step(self, batch, logs):
        self._steps_seen = batch + 1
        bar = self.progbar
        if bar is not None and bar.is_due(batch + 1):
            bar.draw(batch + 1, logs)

    def _finish(self, logs):
        if self.progbar is not None:
            self.progbar.finish(self._steps_seen, logs)
            self.progbar = None

    def on_train_begin(self, logs=None):
        self._is_in_fit = True

    def on_train_end(self, logs=None):
        self._is_in_fit = False

    def on_epoch_begin(self, epoch, logs=None):
        self._start()
        if self.verbose and self.epochs > 1:
            say(f"Epoch {epoch + 1}/{self.epochs}\n")

    def on_train_batch_end(self, batch, logs=None):
        self._step(batch, logs)

    def on_epoch_end(self, epoch, logs=None):
        self._finish(logs)

    def on_test_begin(self, logs=None):
        if not self._is_in_fit:
            self._start()

    def on_test_batch_end(self, batch, logs=None):
        if not self._is_in_fit:
            self._step(batch, logs)

    def on_test_end(self, logs=None):
        if not self._is_in_fit:
            self._finish(logs)

    def on_predict_begin(self, logs=None):
        self._start()

    def on_predict_batch_end(self, batch, logs=None):
        self._step(batch, None)  # what it holds are outputs

    def on_predict_end(self, logs=None):
        self._finish(None)
