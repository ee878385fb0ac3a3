"""The best of one rate while another keeps a given level, over many thresholds."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.metrics._counting import Outcomes
from tricorn.metrics._metric import Metric

COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")


class _OperatingPoint(Metric):
    """Base: subclasses name the level and compute `(rate that is bounded, rate to maximise)`."""

    _level = ""

    def __init__(self, level, num_thresholds, class_id, name, dtype):
        super().__init__(name=name, dtype=dtype)
        where = f'{type(self).__name__} "{self.name}"'
        if not 0 <= level <= 1:
            raise bad_argument(where, f"`{self._level}` must lie in [0, 1].", given=f"{self._level}={level}")
        if num_thresholds < 1:
            raise bad_argument(
                where, "`num_thresholds` must be positive.", given=f"num_thresholds={num_thresholds}"
            )
        setattr(self, self._level, level)
        self.num_thresholds = num_thresholds
        self.class_id = class_id
        last = num_thresholds - 1
        self.thresholds = [0.5] if last == 0 else [index / last for index in range(num_thresholds)]
        for count in COUNTS:
            setattr(self, count, self.add_variable((num_thresholds,), None, name=count))

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch.

        Args:
            y_true: Labels 0 and 1.
            y_pred: Predictions of that shape, in [0, 1].
            sample_weight: Weights: one per sample, or of a shape whose axes are the first ones of `y_pred`.
        """
        outcomes = Outcomes(self, y_true, y_pred, self.thresholds, sample_weight, class_id=self.class_id)
        for count in COUNTS:
            getattr(self, count).assign_add(getattr(outcomes, count))

    def result(self):
        """The best rate; 0 if no threshold reaches the level."""
        bounded, wanted = self._rates()
        reached = ops.greater_equal(bounded, getattr(self, self._level))
        return ops.max(ops.where(reached, wanted, ops.zeros_like(wanted)))

    def _rate(self, counted, others):
        counted = getattr(self, counted).value
        return ops.divide_no_nan(counted, ops.add(counted, getattr(self, others).value))

    def _sensitivity(self):
        return self._rate("true_positives", "false_negatives")

    def _specificity(self):
        return self._rate("true_negatives", "false_positives")

    def _precision(self):
        return self._rate("true_positives", "false_positives")

    def get_config(self):
        return {**super().get_config(), "num_thresholds": self.num_thresholds, "class_id": self.class_id,
                self._level: getattr(self, self._level)}  # fmt: skip


class SensitivityAtSpecificity(_OperatingPoint):
    """The best sensitivity, tp / (tp + fn), where the specificity, tn / (tn + fp), is at least a given one.

    Args:
        specificity: In [0, 1].
        num_thresholds: How many thresholds, evenly spread over [0, 1], are tried.
        class_id: Only this class counts.
        name: Name.
        dtype: See `Metric`.
    """

    _level = "specificity"

    def __init__(self, specificity, num_thresholds=200, class_id=None, name=None, dtype=None):
        super().__init__(specificity, num_thresholds, class_id, name, dtype)

    def _rates(self):
        return self._specificity(), self._sensitivity()


class SpecificityAtSensitivity(_OperatingPoint):
    """The best specificity, tn / (tn + fp), where the sensitivity, tp / (tp + fn), is at least a given one.

    Args:
        sensitivity: In [0, 1].
        num_thresholds: How many thresholds, evenly spread over [0, 1], are tried.
        class_id: Only this class counts.
        name: Name.
        dtype: See `Metric`.
    """

    _level = "sensitivity"

    def __init__(self, sensitivity, num_thresholds=200, class_id=None, name=None, dtype=None):
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)

    def _rates(self):
        return self._sensitivity(), self._specificity()


class PrecisionAtRecall(_OperatingPoint):
    """The best precision, tp / (tp + fp), where the recall, tp / (tp + fn), is at least a given one.

    Args:
        recall: In [0, 1].
        num_thresholds: How many thresholds, evenly spread over [0, 1], are tried.
        class_id: Only this class counts.
        name: Name.
        dtype: See `Metric`.
    """

    _level = "recall"

    def __init__(self, recall, num_thresholds=200, class_id=None, name=None, dtype=None):
        super().__init__(recall, num_thresholds, class_id, name, dtype)

    def _rates(self):
        return self._sensitivity(), self._precision()


class RecallAtPrecision(_OperatingPoint):
    """The best recall, tp / (tp + fn), where the precision, tp / (tp + fp), is at least a given one.

    Args:
        precision: In [0, 1].
        num_thresholds: How many thresholds, evenly spread over [0, 1], are tried.
        class_id: Only this class counts.
        name: Name.
        dtype: See `Metric`.
    """

    _level = "precision"

    def __init__(self, precision, num_thresholds=200, class_id=None, name=None, dtype=None):
        super().__init__(precision, num_thresholds, class_id, name, dtype)

    def _rates(self):
        return self._precision(), self._sensitivity()
