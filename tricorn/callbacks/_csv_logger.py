"""Values of the epochs as a table in a file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from tricorn.callbacks._callback import Callback


class CSVLogger(Callback):
    """Writes the values of every epoch as a row of a CSV file. The columns are those of the first epoch.

    A text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a line
    end) gets a leading apostrophe.

    Args:
        filename: The file.
        separator: What stands between columns.
        append: Continue a file instead of beginning it anew.
    """

    def __init__(self, filename, separator=",", append=False):
        self.filename, self.sep, self.append = os.fspath(filename), separator, append
        self._file, self._keys, self._needs_header = None, None, True

    def on_train_begin(self, logs=None):
        path = Path(self.filename)
        has_rows = self.append and path.exists() and path.stat().st_size > 0
        self._keys = None
        self._needs_header = not has_rows
        self._file = path.open("a" if self.append else "w", newline="", encoding="utf-8")

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        if self._keys is None:
            self._keys = sorted(logs)
            if self.model is not None and self.model.stop_training:
                # The last epoch may lack a validation; its columns are those the others would have had.
                self._keys += [
                    f"val_{key}"
                    for key in self._keys
                    if f"val_{key}" not in logs and not key.startswith("val_")
                ]
        writer = csv.writer(self._file, delimiter=self.sep, lineterminator="\n")
        if self._needs_header:
            writer.writerow(["epoch", *(_safe(key) for key in self._keys)])
            self._needs_header = False
        writer.writerow([epoch, *(_safe(_flat(logs.get(key, "NA"))) for key in self._keys)])
        self._file.flush()

    def on_train_end(self, logs=None):
        if self._file is not None:
            self._file.close()
            self._file = None


def _flat(value):
    if isinstance(value, str) or not isinstance(value, Iterable) or getattr(value, "ndim", 1) == 0:
        return value
    return f'"[{", ".join(map(str, value))}]"'


def _safe(value):
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return "'" + value
    return value
