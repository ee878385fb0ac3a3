"""Counts of right and wrong decisions; precision and recall."""

from __future__ import annotations

from tricorn import ops
from tricorn.metrics._counting import LOWEST, Outcomes, as_result, check_thresholds, check_top_k
from tricorn.metrics._metric import Metric


class _Count(Metric):
    """One of the four counts, at each threshold."""

    _counted = ""

    def __init__(self, thresholds=None, name=None, dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.thresholds = check_thresholds(f'{type(self).__name__} "{self.name}"', thresholds, default=0.5)
        self.accumulator = self.add_variable((len(self.thresholds),), None, name="accumulator")

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch.

        Args:
            y_true: Labels 0 and 1.
            y_pred: Predictions of that shape, in [0, 1].
            sample_weight: Weights: one per sample, or of a shape whose axes are the first ones of `y_pred`.
        """
        outcomes = Outcomes(self, y_true, y_pred, self.thresholds, sample_weight)
        self.accumulator.assign_add(getattr(outcomes, self._counted))

    def result(self):
        """The count, or one for each threshold."""
        return as_result(ops.add(self.accumulator.value, 0), len(self.thresholds))

    def get_config(self):
        return {**super().get_config(), "thresholds": self.init_thresholds}


class TruePositives(_Count):
    """The (weighted) number of positives that are predicted as positive.

    Args:
        thresholds: A number in [0, 1], or several; 0.5 if None. Above it a prediction means positive.
        name: Name.
        dtype: See `Metric`.
    """

    _counted = "true_positives"


class TrueNegatives(_Count):
    """The (weighted) number of negatives that are predicted as negative.

    Args:
        thresholds: A number in [0, 1], or several; 0.5 if None. Above it a prediction means positive.
        name: Name.
        dtype: See `Metric`.
    """

    _counted = "true_negatives"


class FalsePositives(_Count):
    """The (weighted) number of negatives that are predicted as positive.

    Args:
        thresholds: A number in [0, 1], or several; 0.5 if None. Above it a prediction means positive.
        name: Name.
        dtype: See `Metric`.
    """

    _counted = "false_positives"


class FalseNegatives(_Count):
    """The (weighted) number of positives that are predicted as negative.

    Args:
        thresholds: A number in [0, 1], or several; 0.5 if None. Above it a prediction means positive.
        name: Name.
        dtype: See `Metric`.
    """

    _counted = "false_negatives"


class _Share(Metric):
    """True positives by true positives and another count."""

    _others = ""

    def __init__(self, thresholds=None, top_k=None, class_id=None, name=None, dtype=None):
        super().__init__(name=name, dtype=dtype)
        where = f'{type(self).__name__} "{self.name}"'
        self.init_thresholds = thresholds
        self.top_k = check_top_k(where, top_k)
        self.class_id = class_id
        self.thresholds = check_thresholds(where, thresholds, default=0.5 if top_k is None else LOWEST)
        shape = (len(self.thresholds),)
        self.true_positives = self.add_variable(shape, None, name="true_positives")
        setattr(self, self._others, self.add_variable(shape, None, name=self._others))

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch.

        Args:
            y_true: Labels 0 and 1.
            y_pred: Predictions of that shape, in [0, 1].
            sample_weight: Weights: one per sample, or of a shape whose axes are the first ones of `y_pred`.
        """
        outcomes = Outcomes(
            self, y_true, y_pred, self.thresholds, sample_weight, top_k=self.top_k, class_id=self.class_id
        )
        self.true_positives.assign_add(outcomes.true_positives)
        getattr(self, self._others).assign_add(getattr(outcomes, self._others))

    def result(self):
        """The share, or one for each threshold; 0 where there is nothing to divide by."""
        right = self.true_positives.value
        share = ops.divide_no_nan(right, ops.add(right, getattr(self, self._others).value))
        return as_result(share, len(self.thresholds))

    def get_config(self):
        return {**super().get_config(), "thresholds": self.init_thresholds, "top_k": self.top_k,
                "class_id": self.class_id}  # fmt: skip


class Precision(_Share):
    """The share of positive predictions that are right: tp / (tp + fp).

    Args:
        thresholds: A number in [0, 1], or several; by default 0.5, or none with `top_k`.
        top_k: Only the `top_k` largest predictions of a sample may be positive.
        class_id: Only this class counts.
        name: Name.
        dtype: See `Metric`.
    """

    _others = "false_positives"


class Recall(_Share):
    """The share of positives that are found: tp / (tp + fn).

    Args:
        thresholds: A number in [0, 1], or several; by default 0.5, or none with `top_k`.
        top_k: Only the `top_k` largest predictions of a sample may be positive.
        class_id: Only this class counts.
        name: Name.
        dtype: See `Metric`.
    """

    _others = "false_negatives"
