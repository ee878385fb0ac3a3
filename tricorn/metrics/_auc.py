"""The area under the ROC or the precision-recall curve."""

from __future__ import annotations

import numpy as np

from tricorn import ops
from tricorn.core.config import settings
from tricorn.core.errors import bad_argument
from tricorn.losses._tensors import shape_of, to_tensor
from tricorn.metrics._counting import Outcomes, check_thresholds
from tricorn.metrics._metric import Metric
from tricorn.metrics._operating_point import COUNTS

_CURVES = ("ROC", "PR", "PRGAIN")
_METHODS = ("interpolation", "minoring", "majoring")


class AUC(Metric):
    """The area under a curve that is sampled at many thresholds.

    Curves: `"ROC"` (true positive rate over false positive rate), `"PR"` (precision over recall), `"PRGAIN"`
    (precision gain over recall gain).

    Args:
        num_thresholds: How many thresholds, evenly spread over [0, 1]; at least 2.
        curve: `"ROC"`, `"PR"` or `"PRGAIN"`.
        summation_method: Between two points: `"interpolation"` takes the mean height (for `"PR"`, that of interpolated
            counts), `"minoring"` the smaller, `"majoring"` the larger one.
        name: Name.
        dtype: See `Metric`.
        thresholds: Thresholds in [0, 1] instead of evenly spread ones; the ends are added.
        multi_label: Whether the last axis holds labels: an area for each, then their mean.
        num_labels: How many labels, if the state is to be made at once.
        label_weights: Weights of the labels: of their areas with `multi_label`, else of their counts.
        from_logits: Whether predictions are logits; a sigmoid is applied.

    Source:
        Davis and Goadrich, The Relationship Between Precision-Recall and ROC Curves, 2006 (interpolation); Flach and
        Kull, Precision-Recall-Gain Curves, 2015.
    """

    def __init__(self, num_thresholds=200, curve="ROC", summation_method="interpolation", name=None, dtype=None,
                 thresholds=None, multi_label=False, num_labels=None, label_weights=None,
                 from_logits=False):  # fmt: skip
        super().__init__(name=name, dtype=dtype)
        where = f'AUC "{self.name}"'
        for argument, value, known in (
            ("curve", curve, _CURVES),
            ("summation_method", summation_method, _METHODS),
        ):
            if str(value) not in known:
                raise bad_argument(where, f"unknown `{argument}`.", expected=f"one of {', '.join(known)}",
                                   given=repr(value))  # fmt: skip
        if thresholds is None and (num_thresholds is None or num_thresholds < 2):
            raise bad_argument(
                where, "`num_thresholds` must be at least 2.", given=f"num_thresholds={num_thresholds}"
            )
        if num_labels is not None and not multi_label:
            raise bad_argument(
                where, "`num_labels` needs `multi_label=True`.", given=f"num_labels={num_labels}"
            )
        self._inner_thresholds = (
            sorted(check_thresholds(where, thresholds, None)) if thresholds is not None else None
        )
        inner = self._inner_thresholds
        if inner is None:
            inner = [index / (num_thresholds - 1) for index in range(1, num_thresholds - 1)]
        # The ends lie outside [0, 1], so that all and then no predictions are above.
        self._thresholds = [-settings.epsilon, *inner, 1.0 + settings.epsilon]
        self.num_thresholds = len(self._thresholds)
        self.curve, self.summation_method = curve, summation_method
        self.multi_label, self.num_labels, self.from_logits = multi_label, num_labels, from_logits
        self.label_weights = (
            None if label_weights is None else [float(weight) for weight in np.ravel(label_weights)]
        )
        self._built = False
        if not multi_label:
            self._build(())
        elif num_labels:
            self._build((num_labels,))

    @property
    def thresholds(self):
        """The thresholds, from the lowest."""
        return list(self._thresholds)

    def _build(self, labels):
        if self.label_weights is not None and labels and len(self.label_weights) != labels[0]:
            raise bad_argument(
                f'AUC "{self.name}"', "there must be a weight for each label.", expected=f"{labels[0]} weights",
                given=f"label_weights={self.label_weights}",
            )  # fmt: skip
        for count in COUNTS:
            setattr(self, count, self.add_variable((self.num_thresholds, *labels), None, name=count))
        self._built = True

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch.

        Args:
            y_true: Labels 0 and 1; `(batch, labels)` with `multi_label`.
            y_pred: Predictions of that shape, in [0, 1] or logits.
            sample_weight: Weights: one per sample, or of a shape whose axes are the first ones of `y_pred`.
        """
        y_pred = to_tensor(y_pred, self._backend, self.dtype)
        if self.from_logits:
            y_pred = ops.sigmoid(y_pred)
        if self.multi_label and (
            len(y_pred.shape) != 2 or (self._built and y_pred.shape[1] != self._labels())
        ):
            raise bad_argument(
                f'AUC "{self.name}"', "the labels do not match.",
                expected=f"predictions (batch, {self._labels() if self._built else 'labels'})",
                given=f"y_pred of shape {shape_of(y_pred)}",
            )  # fmt: skip
        if not self._built:
            self._build((y_pred.shape[1],))
        weights = None
        if self.label_weights is not None and not self.multi_label:
            weights = to_tensor(self.label_weights, self._backend, self.dtype)
        outcomes = Outcomes(self, y_true, y_pred, self._thresholds, sample_weight, per_label=self.multi_label,
                            label_weights=weights)  # fmt: skip
        for count in COUNTS:
            getattr(self, count).assign_add(getattr(outcomes, count))

    def _labels(self):
        return self.true_positives.shape[1]

    def result(self):
        """The area: of the whole, or the (weighted) mean over labels."""
        if not self._built:
            raise bad_argument(
                f'AUC "{self.name}"', "there is no state yet.", hint="update_state(), or num_labels=n"
            )
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self._over_labels(self._interpolated_pr())
        x, y = self._points()
        left, right = y[:-1], y[1:]
        if self.summation_method == "interpolation":
            heights = ops.multiply(ops.add(left, right), 0.5)
        else:
            heights = (ops.minimum if self.summation_method == "minoring" else ops.maximum)(left, right)
        return self._over_labels(ops.sum(ops.multiply(ops.subtract(x[:-1], x[1:]), heights), 0))

    def _points(self):
        tp, fp, tn, fn = (getattr(self, count).value for count in COUNTS)
        if self.curve == "PRGAIN":
            odds = ops.divide_no_nan(ops.add(tp, fn), ops.add(fp, tn))
            precision_gain = ops.subtract(1.0, ops.multiply(odds, ops.divide_no_nan(fp, tp)))
            recall_gain = ops.subtract(1.0, ops.multiply(odds, ops.divide_no_nan(fn, tp)))
            return recall_gain, precision_gain
        recall = ops.divide_no_nan(tp, ops.add(tp, fn))
        if self.curve == "PR":
            return recall, ops.divide_no_nan(tp, ops.add(tp, fp))
        return ops.divide_no_nan(fp, ops.add(fp, tn)), recall

    def interpolate_pr_auc(self):
        """The area under the precision-recall curve, with counts interpolated between thresholds."""
        return self._over_labels(self._interpolated_pr())

    def _interpolated_pr(self):
        # Between two thresholds tp grows linearly with p = tp + fp: tp(p) = a + b p, so that the area is
        # the integral of tp / p over tp, divided by all positives: b ((tp1 - tp2) + a log(p1 / p2)).
        tp, fp, fn = self.true_positives.value, self.false_positives.value, self.false_negatives.value
        p = ops.add(tp, fp)
        step = ops.subtract(tp[:-1], tp[1:])
        slope = ops.divide_no_nan(step, ops.maximum(ops.subtract(p[:-1], p[1:]), 0.0))
        intercept = ops.subtract(tp[1:], ops.multiply(slope, p[1:]))
        both = ops.logical_and(ops.greater(p[:-1], 0.0), ops.greater(p[1:], 0.0))
        ratio = ops.where(both, ops.divide_no_nan(p[:-1], p[1:]), ops.ones_like(step))
        area = ops.multiply(slope, ops.add(step, ops.multiply(intercept, ops.log(ratio))))
        return ops.sum(ops.divide_no_nan(area, ops.add(tp[1:], fn[1:])), 0)

    def _over_labels(self, areas):
        if not self.multi_label:
            return areas
        if self.label_weights is None:
            return ops.mean(areas)
        weights = to_tensor(self.label_weights, self._backend, self.dtype)
        return ops.divide_no_nan(ops.sum(ops.multiply(areas, weights)), ops.sum(weights))

    def reset_state(self):
        """Set the counts to zero."""
        if self._built:
            super().reset_state()

    def get_config(self):
        config = {
            **super().get_config(),
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": self.label_weights,
            "from_logits": self.from_logits,
        }
        if self._inner_thresholds is not None:
            config["thresholds"] = list(self._inner_thresholds)
        return config
