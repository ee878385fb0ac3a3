"""Watching one value: its name, its direction, what counts as better."""

from __future__ import annotations

import math
import warnings

from tricorn.core.errors import bad_argument

_FALLS = (
    "loss",
    "error",
    "mse",
    "mae",
    "mape",
    "msle",
    "rmse",
    "perplexity",
    "false_positives",
    "false_negatives",
    "kl_divergence",
    "crossentropy",
    "poisson",
    "hinge",
    "logcosh",
    "deviance",
)
_RISES = ("acc", "accuracy", "auc", "precision", "recall", "f1", "fbeta", "iou", "r2", "true_positives",
          "true_negatives", "similarity", "dice", "bleu", "rouge")  # fmt: skip


class Monitor:
    """One value in the logs.

    Args:
        where: Name of the callback, for messages.
        name: Name of the value, as in the logs.
        mode: "min", "max" or "auto" (from the metric itself, else from its name).
        min_delta: How much better a value must be to count as better.
    """

    def __init__(self, where, name, mode="auto", min_delta=0):
        if mode not in ("auto", "min", "max"):
            warnings.warn(f"{where} mode {mode!r} is unknown, fallback to auto mode.", stacklevel=3)
            mode = "auto"
        self.where, self.name, self.mode, self.min_delta = where, name, mode, abs(min_delta)
        self.rises = None if mode == "auto" else mode == "max"
        self._warned = False

    def restart(self):
        """Forget what belongs to one run."""
        self._warned = False

    def value(self, logs):
        """The value, or None with one warning if it isn't in the logs."""
        value = (logs or {}).get(self.name)
        if value is None and not self._warned:
            self._warned = True
            warnings.warn(
                f"{self.where} watches `{self.name}`, which is not available. "
                f"Available values are: {', '.join(logs or ()) or 'none'}", stacklevel=3,
            )  # fmt: skip
        return value

    def is_better(self, value, reference, model=None, min_delta=None):
        """True if `value` is better than `reference`; anything but NaN is better than None."""
        if self.rises is None:
            self.rises = self._direction(model)
        if math.isnan(value):
            return False
        if reference is None or math.isnan(reference):
            return True
        delta = self.min_delta if min_delta is None else min_delta
        return value - delta > reference if self.rises else value + delta < reference

    def _direction(self, model):
        name = self.name.removeprefix("val_")
        for metric in _metrics_of(model):
            if metric.name == name or name.endswith("_" + metric.name):
                direction = getattr(metric, "_direction", None)
                if direction in ("up", "down"):
                    return direction == "up"
        if any(name == known or name.endswith("_" + known) for known in _FALLS):
            return False
        if any(known in (name, *name.split("_")) for known in _RISES):
            return True
        if any(known in name for known in ("loss", "error")):
            return False
        raise bad_argument(
            self.where, f"whether `{self.name}` should rise or fall can't be told from its name.",
            expected='mode="min" or mode="max"', given=f"monitor={self.name!r}, mode='auto'",
            hint=f"{self.where}(monitor={self.name!r}, mode='max')",
        )  # fmt: skip


def _metrics_of(model):
    pending, found = list(getattr(model, "metrics", None) or ()), []
    while pending:
        metric = pending.pop()
        pending.extend(getattr(metric, "metrics", None) or ())
        if isinstance(getattr(metric, "name", None), str):
            found.append(metric)
    return found
