"""Writing the model, or its weights, while it trains."""

from __future__ import annotations

import os
import re
from numbers import Integral
from pathlib import Path
from typing import Any

from tricorn.callbacks._callback import Callback
from tricorn.callbacks._monitor import Monitor
from tricorn.core.errors import bad_argument
from tricorn.utils._progbar import say


class ModelCheckpoint(Callback):
    """Saves the model, or its weights, after epochs or batches.

    A file is written beside its place and moved there when it is whole, so an interrupted save leaves the
    file before it. Which value was the best is forgotten at the beginning of each `fit`.

    Args:
        filepath: Where to save. `{epoch}` (from 1), `{batch}` (from 1, for an integer `save_freq`) and the
            names of values are filled in, with formats as for `str.format`:
            "{epoch:02d}-{val_loss:.2f}.keras". Ends with ".keras" or ".h5" or, with `save_weights_only`, with
            ".weights.h5".
        monitor: Name of the value that says which model is the best.
        verbose: 1 prints what is saved.
        save_best_only: Save only when the value is better than it ever was.
        save_weights_only: Save the weights without the model.
        mode: "min", "max" or "auto": whether the value should fall or rise.
        save_freq: "epoch", or a number of batches. Values in the middle of an epoch are those of its batches
            so far; validation values are not among them.
        initial_value_threshold: The value to surpass at first.

    Raises:
        ValueError: A file name of the wrong ending, or an unusable `save_freq`.

    Examples:

        keras.callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)
    """

    @property
    def reads_batch_logs(self):
        """An integer `save_freq` counts batches: the loop must then stop at every one."""
        return self.save_freq != "epoch"

    def __init__(
        self,
        filepath,
        monitor="val_loss",
        verbose=0,
        save_best_only=False,
        save_weights_only=False,
        mode="auto",
        save_freq: Any = "epoch",
        initial_value_threshold=None,
    ):
        self.filepath = os.fspath(filepath)
        _check_ending(self.filepath, save_weights_only)
        if save_freq != "epoch" and (
            not isinstance(save_freq, Integral) or isinstance(save_freq, bool) or save_freq < 1
        ):
            raise bad_argument(
                "ModelCheckpoint",
                "`save_freq` is not usable.",
                expected='"epoch" or a number of batches',
                given=repr(save_freq),
            )
        self._monitor = Monitor("ModelCheckpoint", monitor, mode)
        self.monitor, self.mode, self.verbose = monitor, self._monitor.mode, verbose
        self.save_best_only, self.save_weights_only, self.save_freq = (
            save_best_only,
            save_weights_only,
            save_freq,
        )
        self.initial_value_threshold = self.best = initial_value_threshold
        self._epoch, self._last_batch, self._batches_since_save = 0, -1, 0

    def on_train_begin(self, logs=None):
        self.best = self.initial_value_threshold
        self._batches_since_save = 0
        self._monitor.restart()

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch, self._last_batch = epoch, -1

    def on_train_batch_end(self, batch, logs=None):
        if self.save_freq == "epoch":
            return
        self._batches_since_save += batch - self._last_batch  # several at once with steps_per_execution
        self._last_batch = batch
        if self._batches_since_save >= self.save_freq:
            self._batches_since_save = 0
            self._save(batch, logs)

    def on_epoch_end(self, epoch, logs=None):
        if self.save_freq == "epoch":
            self._save(None, logs)

    def _save(self, batch, logs):
        logs = dict(logs or {})
        if self.save_best_only:
            current = self._monitor.value(logs)
            if current is None:
                return
            if not self._monitor.is_better(current, self.best, self.model):
                self._say(f"{self.monitor} did not improve from {_short(self.best)}")
                return
            self._say(f"{self.monitor} improved from {_short(self.best)} to {_short(current)}")
            self.best = current
        path = self._format(batch, logs)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)
        self._say(f"saved {'weights' if self.save_weights_only else 'model'} to {path}")

    def _say(self, text):
        if self.verbose:
            say(f"\nEpoch {self._epoch + 1}: {text}\n")

    def _format(self, batch, logs):
        values = {**logs, "epoch": self._epoch + 1}
        if batch is not None:
            values["batch"] = batch + 1
        try:
            return self.filepath.format(**values)
        except KeyError as error:
            raise bad_argument(
                "ModelCheckpoint", f"`filepath` names {error}, which is not available.", given=self.filepath,
                expected=f"some of {', '.join(values)}", error=KeyError,
            ) from error  # fmt: skip


def _check_ending(path, save_weights_only):
    # Only the end counts, and a format may stand in it: "{epoch}.weights.h5".
    plain = re.sub(r"\{[^}]*\}", "", path)
    endings = (".weights.h5", ".weights.json") if save_weights_only else (".keras", ".h5")
    is_weights = plain.endswith((".weights.h5", ".weights.json"))
    if not plain.endswith(endings) or is_weights != bool(save_weights_only):
        name = re.sub(r"(\.weights)?\.\w+$", "", path)
        raise bad_argument(
            "ModelCheckpoint",
            "`filepath` has the wrong ending.",
            given=f"filepath={path!r}",
            expected=".weights.h5, since save_weights_only=True"
            if save_weights_only
            else ".keras (or .h5), for whole models",
            hint=repr(name + (".weights.h5" if save_weights_only else ".keras"))
            + (", or save_weights_only=True" if is_weights else ""),
        )


def _short(value):
    return "nothing" if value is None else f"{value:.5f}"
