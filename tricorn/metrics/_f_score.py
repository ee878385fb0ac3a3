"""F-scores: means of precision and recall."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.config import settings
from tricorn.core.errors import bad_argument
from tricorn.losses._tensors import align_weights, compatible, mismatch, rank_of, shape_of, to_tensor
from tricorn.metrics._metric import Metric

_STATE = ("true_positives", "false_positives", "false_negatives", "intermediate_weights")


class FBetaScore(Metric):
    """(1 + beta^2) precision recall / (beta^2 precision + recall), for each class.

    Args:
        average: None: a score per class. `"micro"`: from counts over all classes. `"macro"`: the mean over classes.
            `"weighted"`: the mean weighted by the number of positives.
        beta: How much more recall counts than precision, above 0.
        threshold: Predictions above it are positive; None: the largest one of each sample is.
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, average=None, beta=1.0, threshold=None, name="fbeta_score", dtype=None):
        super().__init__(name=name, dtype=dtype)
        where = f'{type(self).__name__} "{self.name}"'
        if average not in (None, "micro", "macro", "weighted"):
            raise bad_argument(where, "unknown `average`.", expected="None, 'micro', 'macro' or 'weighted'",
                               given=repr(average))  # fmt: skip
        if isinstance(beta, bool) or not isinstance(beta, (int, float)) or not beta > 0:
            raise bad_argument(where, "`beta` must be a positive number.", given=f"beta={beta!r}")
        if threshold is not None and (isinstance(threshold, int) or not 0 < threshold <= 1):
            raise bad_argument(
                where, "`threshold` must be a float in (0, 1].", given=f"threshold={threshold!r}"
            )
        self.average, self.beta, self.threshold = average, beta, threshold
        self.axis = None if average == "micro" else 0
        self._built = False

    def _build(self, shape):
        shape = () if self.average == "micro" else (shape[1],)
        for name in _STATE:
            setattr(self, name, self.add_variable(shape, None, name=name))
        self._built = True

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch.

        Args:
            y_true: Labels 0 and 1, `(batch, classes)`.
            y_pred: Predictions of that shape.
            sample_weight: Weights, one per sample.
        """
        where = f'{type(self).__name__} "{self.name}"'
        y_true, y_pred = (to_tensor(y, self._backend, self.dtype) for y in (y_true, y_pred))
        if (
            rank_of(y_pred) != 2
            or not compatible(shape_of(y_true), shape_of(y_pred))
            or y_pred.shape[1] is None
        ):
            raise mismatch(where, y_true, y_pred, "two tensors (batch, classes)")
        if not self._built:
            self._build(shape_of(y_pred))
        if self.average != "micro" and y_pred.shape[1] != self.true_positives.shape[0]:
            raise mismatch(where, y_true, y_pred, f"{self.true_positives.shape[0]} classes")
        if self.threshold is None:
            # An all-zero row chooses nothing.
            chosen = ops.logical_and(
                ops.equal(y_pred, ops.max(y_pred, -1, True)), ops.greater(ops.absolute(y_pred), 1e-9)
            )
        else:
            chosen = ops.greater(y_pred, self.threshold)
        chosen = ops.cast(chosen, self.dtype)
        weights = None
        if sample_weight is not None:
            weights = align_weights(to_tensor(sample_weight, self._backend, self.dtype), y_pred, where)
        hits = ops.multiply(chosen, y_true)
        batch = (hits, ops.subtract(chosen, hits), ops.subtract(y_true, hits), y_true)
        for name, values in zip(_STATE, batch):
            values = values if weights is None else ops.multiply(values, weights)
            getattr(self, name).assign_add(ops.sum(values, self.axis))

    def result(self):
        """The score: one per class without `average`, else one number."""
        if not self._built:
            where = f'{type(self).__name__} "{self.name}"'
            raise bad_argument(where, "there is no state yet.", hint="update_state() first")
        tp, fp, fn, positives = (getattr(self, name).value for name in _STATE)
        epsilon, square = settings.epsilon, self.beta**2
        precision = ops.divide(tp, ops.add(ops.add(tp, fp), epsilon))
        recall = ops.divide(tp, ops.add(ops.add(tp, fn), epsilon))
        both = ops.add(ops.add(ops.multiply(precision, square), recall), epsilon)
        score = ops.divide(ops.multiply(ops.multiply(precision, recall), 1.0 + square), both)
        if self.average == "weighted":
            return ops.sum(ops.multiply(score, ops.divide(positives, ops.add(ops.sum(positives), epsilon))))
        return score if self.average in (None, "micro") else ops.mean(score)

    def reset_state(self):
        """Set the counts to zero."""
        if self._built:
            super().reset_state()

    def get_config(self):
        return {
            **super().get_config(),
            "average": self.average,
            "beta": self.beta,
            "threshold": self.threshold,
        }


class F1Score(FBetaScore):
    """2 precision recall / (precision + recall), for each class.

    Args:
        average: None: a score per class. `"micro"`, `"macro"`, `"weighted"`: see `FBetaScore`.
        threshold: Predictions above it are positive; None: the largest one of each sample is.
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, average=None, threshold=None, name="f1_score", dtype=None):
        super().__init__(average=average, beta=1.0, threshold=threshold, name=name, dtype=dtype)

    def get_config(self):
        config = super().get_config()
        del config["beta"]
        return config
