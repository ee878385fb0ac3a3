"""Going on where an interrupted training stopped."""

from __future__ import annotations

import json
import os
from numbers import Integral
from pathlib import Path
from typing import Any

from tricorn.callbacks._callback import Callback
from tricorn.core.errors import bad_argument

_RECORD = "training_metadata.json"
_PREVIOUS = f"previous_{_RECORD}"


class BackupAndRestore(Callback):
    """Saves weights and optimizer state while it trains, and goes on from there when `fit` is called again.

    `fit` begins at the first epoch that was not completed. A backup is valid or absent: its weights are
    written under a new name, and the record that names them is replaced in one step.

    Args:
        backup_dir: A directory for the files. Nothing else should use it.
        save_freq: "epoch", or a number of batches; the epoch in which training stopped is then begun again,
            from the weights of that batch. False saves nothing (with a save at other times by the user).
        double_checkpoint: Keep the backup before the last as well; it serves if the last can't be read.
        delete_checkpoint: Delete the backup when training is complete.

    Raises:
        ValueError: No directory, or an unusable `save_freq`.

    Examples:

        model.fit(x, y, epochs=100, callbacks=[keras.callbacks.BackupAndRestore("backup")])
    """

    @property
    def reads_batch_logs(self):
        """An integer `save_freq` counts batches: the loop must then stop at every one."""
        return self.save_freq not in ("epoch", False)

    def __init__(self, backup_dir, save_freq: Any = "epoch", double_checkpoint=False, delete_checkpoint=True):
        if not backup_dir:
            raise bad_argument(
                "BackupAndRestore", "`backup_dir` is empty.", expected="a directory", given=repr(backup_dir)
            )
        is_count = isinstance(save_freq, Integral) and not isinstance(save_freq, bool) and save_freq >= 1
        if save_freq != "epoch" and save_freq is not False and not is_count:
            raise bad_argument("BackupAndRestore", "`save_freq` is not usable.", given=repr(save_freq),
                               expected='"epoch", a number of batches, or False')  # fmt: skip
        self.backup_dir, self.save_freq = os.fspath(backup_dir), save_freq
        self.double_checkpoint, self.delete_checkpoint = double_checkpoint, delete_checkpoint
        self._epoch, self._last_batch, self._batches_since_save = 0, -1, 0

    def _records(self):
        """The records on disk, newest first; what can't be read is passed over."""
        found = []
        for name in (_RECORD, _PREVIOUS):
            try:
                record = json.loads(Path(self.backup_dir, name).read_text("utf-8"))
                weights, epoch = Path(self.backup_dir, Path(record["weights"]).name), int(record["epoch"])
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if weights.exists():
                found.append((weights, epoch))
        return found

    def on_train_begin(self, logs=None):
        self._batches_since_save = 0
        records = self._records()
        for index, (weights, epoch) in enumerate(records):
            try:
                self.model.load_weights(str(weights))
            except (OSError, ValueError):  # damaged; of another model: then the one before fails as well
                if index + 1 == len(records):
                    raise
                continue
            self.model._initial_epoch = epoch
            self._epoch = epoch
            return

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch, self._last_batch = epoch, -1

    def on_train_batch_end(self, batch, logs=None):
        if self.save_freq in ("epoch", False):
            return
        self._batches_since_save += batch - self._last_batch
        self._last_batch = batch
        if self._batches_since_save >= self.save_freq:
            self._batches_since_save = 0
            self._save(self._epoch, batch + 1)

    def on_epoch_end(self, epoch, logs=None):
        if self.save_freq == "epoch":
            self._save(epoch + 1, 0)

    def _save(self, epoch, batch):
        folder = Path(self.backup_dir)
        folder.mkdir(parents=True, exist_ok=True)
        kept = {weights.name for weights, _ in self._records()[: 1 if self.double_checkpoint else 0]}
        name = f"{epoch}_{batch}.weights.h5"
        self.model.save_weights(str(folder / name), overwrite=True)
        record, new = folder / _RECORD, folder / f"{_RECORD}.new"
        new.write_text(json.dumps({"epoch": epoch, "batch": batch, "weights": name}), "utf-8")
        if self.double_checkpoint and record.exists():
            record.replace(folder / _PREVIOUS)
        new.replace(record)
        self._clean({name, *kept})

    def _clean(self, kept):
        """Delete weights that no record names."""
        for path in Path(self.backup_dir).glob("*_*.weights.h5"):
            if path.name not in kept:
                path.unlink()

    def on_train_end(self, logs=None):
        folder = Path(self.backup_dir)
        if not self.delete_checkpoint or not folder.is_dir():
            return
        for name in (_RECORD, _PREVIOUS, f"{_RECORD}.new"):
            (folder / name).unlink(missing_ok=True)
        self._clean(set())
        if not any(folder.iterdir()):
            folder.rmdir()
