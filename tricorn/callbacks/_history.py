"""The record that `fit` returns."""

from __future__ import annotations

from tricorn.callbacks._callback import Callback


class History(Callback):
    """Records the values of every epoch. `fit` adds one by itself and returns it.

    Attributes:
        epoch: Indices of the epochs.
        history: Dict from name to the list of values, one per epoch.
    """

    def __init__(self):
        self.epoch = []
        self.history = {}

    def on_train_begin(self, logs=None):
        self.epoch = []
        self.history = {}

    def on_epoch_end(self, epoch, logs=None):
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        if self.model is not None:
            self.model.history = self
