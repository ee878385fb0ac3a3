"""Every metric with the value it should have after several uneven batches, by a formula over all samples at once."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

import numpy as np

from tests.contracts import loss_cases
from tests.contracts.loss_cases import EPSILON

_rng = np.random.default_rng(11)
SAMPLES = 11
SPLITS = (0, 4, 5, 11)  # batches of 4, 1 and 6 samples

SIGNED = _rng.normal(size=(SAMPLES, 3)).astype("float32")
SIGNED_TOO = (SIGNED + _rng.normal(size=(SAMPLES, 3))).astype("float32")
POSITIVE = _rng.uniform(0.1, 3, (SAMPLES, 3)).astype("float32")
POSITIVE_TOO = _rng.uniform(0.1, 3, (SAMPLES, 3)).astype("float32")
SCORES = _rng.uniform(0.01, 0.99, (SAMPLES, 3)).astype("float32")
SHARES = (SCORES / SCORES.sum(-1, keepdims=True)).astype("float32")
BITS = _rng.integers(0, 2, (SAMPLES, 3)).astype("float32")
LABELS = _rng.integers(0, 3, SAMPLES)
GUESSES = _rng.integers(0, 3, SAMPLES)
ONE_HOT = np.eye(3, dtype="float32")[LABELS]
STEPS = _rng.uniform(0.01, 0.99, (SAMPLES, 2, 3)).astype("float32")
STEP_LABELS = _rng.integers(0, 3, (SAMPLES, 2))
WEIGHTS = _rng.uniform(0.2, 2, SAMPLES).astype("float32")
WEIGHTS[3] = 0


@dataclasses.dataclass
class MetricCase:
    """A metric class, its arguments, inputs, and its value from all samples and their weights (in float64).

    Attributes:
        state: Names and shapes of the state after an update, if they are not a scalar total and count.
        reference: Whether the reference agrees without weights.
        weighted: Whether it does with weights.
    """

    name: str
    inputs: tuple
    value: Callable
    arguments: dict = dataclasses.field(default_factory=dict)
    state: dict = dataclasses.field(default_factory=lambda: {"total": (), "count": ()})
    reference: bool = True
    weighted: bool = True

    def __str__(self):
        rank = f"-rank{self.inputs[-1].ndim}"
        return self.name + rank + "".join(f"-{key}={value}" for key, value in self.arguments.items())

    def expected(self, weights=None):
        weights = np.ones(SAMPLES) if weights is None else weights
        return self.value(*[np.asarray(x, np.float64) for x in self.inputs], np.asarray(weights, np.float64))

    def batches(self, weights=None):
        for start, stop in itertools.pairwise(SPLITS):
            part = [x[start:stop] for x in self.inputs]
            yield part, None if weights is None else weights[start:stop]


def mean_of(values):
    """The weighted mean over samples of `values(y_true, y_pred)`, each averaged over its own axes."""

    def value(t, p, w):
        per_sample = values(t, p).reshape(len(w), -1).mean(-1)
        return (per_sample * w).sum() / w.sum()

    return value


def _mean(name, t, p, values, **arguments):
    return MetricCase(name, (t, p), mean_of(values), arguments)


def top(k):
    def hits(t, p):
        order = np.argsort(-p, -1)[..., :k]
        return (order == t[..., None]).any(-1).astype(float)

    return hits


def counts(t, p, w, threshold):
    """Weighted tp, fp, tn, fn over all elements."""
    w = np.broadcast_to(w.reshape(-1, *[1] * (t.ndim - 1)), t.shape)
    said, true = p > threshold, t > 0
    return [float((w * mask).sum()) for mask in (said & true, said & ~true, ~said & ~true, ~said & true)]


def over(thresholds, function):
    """`function(tp, fp, tn, fn)` at each threshold."""

    def value(t, p, w):
        values = [function(*counts(t, p, w, threshold)) for threshold in thresholds]
        return values[0] if len(values) == 1 else np.array(values)

    return value


def ratio(a, b):
    return a / b if b else 0.0


def only_top(k, function):
    def value(t, p, w):
        kept = np.full(p.shape, -np.inf)
        for row, scores in enumerate(p):
            best = np.argsort(-scores)[:k]
            kept[row, best] = scores[best]
        return function(*counts(t, kept, w, -1e9))

    return value


def auc(curve="ROC", method="interpolation", thresholds=None):
    def value(t, p, w):
        inner = np.arange(1, 199) / 199 if thresholds is None else thresholds
        levels = [-EPSILON, *inner, 1 + EPSILON]
        tp, fp, tn, fn = np.array([counts(t, p, w, np.float32(level)) for level in levels]).T
        with np.errstate(all="ignore"):
            x, y = {
                "ROC": (fp / (fp + tn), tp / (tp + fn)),
                "PR": (tp / (tp + fn), np.nan_to_num(tp / (tp + fp))),
            }[curve]
            if curve == "PR" and method == "interpolation":
                return _interpolated(tp, fp, fn)
        heights = {"interpolation": (y[1:] + y[:-1]) / 2, "minoring": np.minimum(y[1:], y[:-1]),
                   "majoring": np.maximum(y[1:], y[:-1])}[method]  # fmt: skip
        return ((x[:-1] - x[1:]) * heights).sum()

    return value


def _interpolated(tp, fp, fn):
    """The area under precision over recall, with fp linear in tp between neighbours, by fine integration."""
    area = 0.0
    for i in range(len(tp) - 1):
        if tp[i] == tp[i + 1]:
            continue
        hits = np.linspace(tp[i + 1], tp[i], 20001)
        alarms = fp[i + 1] + (fp[i] - fp[i + 1]) * (hits - tp[i + 1]) / (tp[i] - tp[i + 1])
        precision = hits / np.where(hits + alarms > 0, hits + alarms, 1)
        if tp[i + 1] == 0:
            precision[0] = precision[1]
        area += np.trapezoid(precision, hits) / (tp[i] + fn[i])
    return area


def f_score(average=None, beta=1.0, threshold=None):
    def value(t, p, w):
        said = (p == p.max(-1, keepdims=True)) if threshold is None else p > threshold
        axis = None if average == "micro" else 0
        w = w[:, None]
        tp, fp, fn = ((w * x).sum(axis) for x in (said * t, said * (1 - t), (1 - said) * t))
        score = (1 + beta**2) * tp / ((1 + beta**2) * tp + beta**2 * fn + fp)
        if average == "macro":
            return score.mean()
        if average == "weighted":
            return (score * (w * t).sum(0)).sum() / (w * t).sum()
        return score

    return value


def r2(aggregation="uniform_average", regressors=0):
    def value(t, p, w):
        w = w[:, None]
        mean = (w * t).sum(0) / w.sum()
        residual, spread = (w * (t - p) ** 2).sum(0), (w * (t - mean) ** 2).sum(0)
        score = 1 - residual / spread
        if aggregation == "uniform_average":
            score = score.mean()
        elif aggregation:
            score = (score * spread).sum() / spread.sum()
        return 1 - (1 - score) * (len(t) - 1) / (len(t) - regressors - 1) if regressors else score

    return value


def iou(classes, chosen, decode=lambda t, p: (t, p)):
    def value(t, p, w):
        t, p = decode(t, p)
        w = np.broadcast_to(w.reshape(-1, *[1] * (t.ndim - 1)), t.shape)
        found = []
        for c in chosen:
            union = (w * ((t == c) | (p == c))).sum()
            if union:
                found.append((w * ((t == c) & (p == c))).sum() / union)
        return np.mean(found)

    return value


def pearson(t, p):
    return np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(t, p)])


def concordance(t, p):
    gap = (t.mean(-1) - p.mean(-1)) ** 2
    covariance = ((t - t.mean(-1, keepdims=True)) * (p - p.mean(-1, keepdims=True))).mean(-1)
    return 2 * covariance / (t.var(-1) + p.var(-1) + gap)


def best_at(level, bounded, wanted, points=200):
    def value(t, p, w):
        best = 0.0
        for threshold in np.linspace(0, 1, points):
            rates = _rates(*counts(t, p, w, np.float32(threshold)))
            if rates[bounded] >= level:
                best = max(best, rates[wanted])
        return best

    return value


def _rates(tp, fp, tn, fn):
    return {
        "sensitivity": ratio(tp, tp + fn),
        "specificity": ratio(tn, tn + fp),
        "precision": ratio(tp, tp + fp),
    }


_COUNTS = dict.fromkeys(("true_positives", "false_positives", "true_negatives", "false_negatives"), (200,))
_ONE = {"true_positives": (1,), "false_positives": (1,)}
_R2 = {"num_samples": (), "squared_sum": (3,), "sum": (3,), "residual": (3,), "count": (3,)}
_F = dict.fromkeys(("true_positives", "false_positives", "false_negatives", "intermediate_weights"), (3,))
_MATRIX = {"total_confusion_matrix": (3, 3)}


def precision(tp, fp, tn, fn):
    return ratio(tp, tp + fp)


def recall(tp, fp, tn, fn):
    return ratio(tp, tp + fn)


CASES = [
    MetricCase("Mean", (SIGNED,), lambda v, w: (v.mean(-1) * w).sum() / w.sum()),
    MetricCase("Mean", (SIGNED[:, 0],), lambda v, w: (v * w).sum() / w.sum()),
    MetricCase("Sum", (SIGNED,), lambda v, w: (v * w[:, None]).sum(), state={"total": ()}),
    _mean("Accuracy", LABELS, GUESSES, lambda t, p: (t == p).astype(float)),
    _mean("Accuracy", LABELS[:, None], GUESSES, lambda t, p: (t[:, 0] == p).astype(float)),
    _mean("BinaryAccuracy", BITS, SCORES, lambda t, p: (t == (p > 0.5)).astype(float)),
    _mean("BinaryAccuracy", BITS[:, 0], SCORES[:, :1], lambda t, p: (t == (p[:, 0] > 0.3)).astype(float),
          threshold=0.3),
    _mean("CategoricalAccuracy", ONE_HOT, SCORES, lambda t, p: (t.argmax(-1) == p.argmax(-1)).astype(float)),
    _mean("SparseCategoricalAccuracy", LABELS, SCORES, lambda t, p: (t == p.argmax(-1)).astype(float)),
    _mean("SparseCategoricalAccuracy", STEP_LABELS, STEPS, lambda t, p: (t == p.argmax(-1)).astype(float)),
    _mean("SparseCategoricalAccuracy", LABELS[:, None], SCORES, lambda t, p: (t[:, 0] == p.argmax(-1)).astype(float)),
    _mean("TopKCategoricalAccuracy", ONE_HOT, SCORES, lambda t, p: top(2)(t.argmax(-1), p), k=2),
    _mean("SparseTopKCategoricalAccuracy", LABELS, SCORES, top(2), k=2),
    _mean("SparseTopKCategoricalAccuracy", STEP_LABELS, STEPS, top(1), k=1),
    _mean("MeanSquaredError", SIGNED, SIGNED_TOO, lambda t, p: (t - p) ** 2),
    _mean("MeanSquaredError", STEPS, STEPS[::-1].copy(), lambda t, p: (t - p) ** 2),
    MetricCase("RootMeanSquaredError", (SIGNED, SIGNED_TOO),
               lambda t, p, w: np.sqrt((((t - p) ** 2).mean(-1) * w).sum() / w.sum())),
    _mean("MeanAbsoluteError", SIGNED, SIGNED_TOO, lambda t, p: np.abs(t - p)),
    _mean("MeanAbsolutePercentageError", POSITIVE, SIGNED, lambda t, p: 100 * np.abs((t - p) / t)),
    _mean("MeanSquaredLogarithmicError", POSITIVE, POSITIVE_TOO, lambda t, p: (np.log1p(t) - np.log1p(p)) ** 2),
    _mean("LogCoshError", SIGNED, SIGNED_TOO, lambda t, p: np.log(np.cosh(t - p))),
    _mean("CosineSimilarity", SIGNED, SIGNED_TOO, lambda t, p: -loss_cases.cosine(t, p)),
    _mean("BinaryCrossentropy", BITS, SCORES, loss_cases.binary),
    _mean("CategoricalCrossentropy", ONE_HOT, SCORES, loss_cases.categorical),
    _mean("SparseCategoricalCrossentropy", LABELS, SIGNED, lambda t, p: loss_cases.sparse(t, p, True),
          from_logits=True),
    MetricCase("SparseCategoricalCrossentropy", (LABELS, SCORES),
               lambda t, p, w: (loss_cases.sparse(t, p) * w)[t != 1].sum() / w[t != 1].sum(), {"ignore_class": 1},
               reference=False),  # it counts ignored samples, unless there are weights
    _mean("KLDivergence", SHARES, SHARES[::-1].copy(), loss_cases.kl),
    _mean("Poisson", POSITIVE, POSITIVE_TOO, lambda t, p: p - t * np.log(p + EPSILON)),
    _mean("Hinge", BITS * 2 - 1, SIGNED, loss_cases.hinge),
    _mean("SquaredHinge", BITS * 2 - 1, SIGNED, lambda t, p: np.maximum(1 - t * p, 0) ** 2),
    _mean("CategoricalHinge", ONE_HOT, SIGNED, loss_cases.categorical_hinge),
    _mean("PearsonCorrelation", SIGNED, SIGNED_TOO, pearson),
    _mean("ConcordanceCorrelation", SIGNED, SIGNED_TOO, concordance),
    MetricCase("TruePositives", (BITS, SCORES), over([0.5], lambda tp, fp, tn, fn: tp), state={"accumulator": (1,)}),
    MetricCase("FalsePositives", (BITS, SCORES), over([0.2, 0.7], lambda tp, fp, tn, fn: fp),
               {"thresholds": [0.2, 0.7]}, {"accumulator": (2,)}),
    MetricCase("TrueNegatives", (BITS, SCORES), over([0.5], lambda tp, fp, tn, fn: tn), state={"accumulator": (1,)}),
    MetricCase("FalseNegatives", (BITS, SCORES), over([0.4], lambda tp, fp, tn, fn: fn), {"thresholds": 0.4},
               {"accumulator": (1,)}),
    MetricCase("Precision", (BITS, SCORES), over([0.5], precision), state=_ONE),
    MetricCase("Precision", (BITS, SCORES), over([0.3, 0.6], precision), {"thresholds": [0.3, 0.6]},
               {"true_positives": (2,), "false_positives": (2,)}),
    MetricCase("Precision", (BITS, SCORES), only_top(2, precision), {"top_k": 2}, _ONE),
    MetricCase("Precision", (BITS, SCORES), lambda t, p, w: over([0.5], precision)(t[:, 1], p[:, 1], w),
               {"class_id": 1}, _ONE),
    MetricCase("Recall", (BITS, SCORES), over([0.5], recall), state={"true_positives": (1,), "false_negatives": (1,)}),
    MetricCase("Recall", (BITS, SCORES), only_top(1, recall), {"top_k": 1},
               {"true_positives": (1,), "false_negatives": (1,)}),
    MetricCase("PrecisionAtRecall", (BITS, SCORES), best_at(0.6, "sensitivity", "precision"), {"recall": 0.6}, _COUNTS),
    MetricCase("RecallAtPrecision", (BITS, SCORES), best_at(0.55, "precision", "sensitivity"), {"precision": 0.55},
               _COUNTS),
    MetricCase("SensitivityAtSpecificity", (BITS, SCORES), best_at(0.4, "specificity", "sensitivity"),
               {"specificity": 0.4}, _COUNTS),
    MetricCase("SpecificityAtSensitivity", (BITS, SCORES), best_at(0.4, "sensitivity", "specificity", 30),
               {"sensitivity": 0.4, "num_thresholds": 30}, dict.fromkeys(_COUNTS, (30,))),
    MetricCase("AUC", (BITS, SCORES), auc(), state=_COUNTS),
    MetricCase("AUC", (BITS, SCORES), auc("PR"), {"curve": "PR"}, _COUNTS),
    MetricCase("AUC", (BITS, SCORES), auc("PR", "majoring"), {"curve": "PR", "summation_method": "majoring"}, _COUNTS),
    MetricCase("AUC", (BITS, SCORES), auc("ROC", "minoring", [0.2, 0.55]),
               {"summation_method": "minoring", "thresholds": [0.2, 0.55]}, dict.fromkeys(_COUNTS, (4,))),
    MetricCase("AUC", (BITS, SCORES),
               lambda t, p, w: np.average([auc()(t[:, i], p[:, i], w) for i in range(3)], weights=[1, 2, 3]),
               {"multi_label": True, "num_labels": 3, "label_weights": [1.0, 2.0, 3.0]},
               dict.fromkeys(_COUNTS, (200, 3))),
    MetricCase("AUC", (BITS, SIGNED), lambda t, p, w: auc()(t, loss_cases.sigmoid(p), w), {"from_logits": True},
               _COUNTS),
    MetricCase("F1Score", (ONE_HOT, SCORES), f_score(), state=_F),
    MetricCase("F1Score", (BITS, SCORES), f_score("micro", threshold=0.4), {"average": "micro", "threshold": 0.4},
               dict.fromkeys(_F, ())),
    MetricCase("FBetaScore", (ONE_HOT, SCORES), f_score("macro", 2.0), {"average": "macro", "beta": 2.0}, _F),
    MetricCase("FBetaScore", (BITS, SCORES), f_score("weighted", 0.5, 0.5),
               {"average": "weighted", "beta": 0.5, "threshold": 0.5}, _F),
    MetricCase("R2Score", (SIGNED, SIGNED_TOO), r2(), state=_R2),
    MetricCase("R2Score", (SIGNED, SIGNED_TOO), r2("variance_weighted_average", 2),
               {"class_aggregation": "variance_weighted_average", "num_regressors": 2}, _R2,
               reference=False, weighted=False),  # it adjusts by the number of elements, not of samples
    MetricCase("R2Score", (SIGNED, SIGNED_TOO), r2(None), {"class_aggregation": None}, _R2),
    # The reference's confusion matrix is one of integers, which cuts weights off.
    MetricCase("IoU", (LABELS, GUESSES), iou(3, [0, 2]), {"num_classes": 3, "target_class_ids": [0, 2]}, _MATRIX,
               weighted=False),
    MetricCase("IoU", (LABELS, GUESSES), lambda t, p, w: iou(3, [0, 1])(t[t != 1], p[t != 1], w[t != 1]),
               {"num_classes": 3, "target_class_ids": [0, 1], "ignore_class": 1}, _MATRIX, weighted=False),
    MetricCase("MeanIoU", (STEP_LABELS, STEPS), iou(3, range(3), lambda t, p: (t, p.argmax(-1))),
               {"num_classes": 3, "sparse_y_pred": False}, _MATRIX, weighted=False),
    MetricCase("OneHotIoU", (ONE_HOT, SCORES), iou(3, [1], lambda t, p: (t.argmax(-1), p.argmax(-1))),
               {"num_classes": 3, "target_class_ids": [1]}, _MATRIX, weighted=False),
    MetricCase("OneHotMeanIoU", (ONE_HOT, SCORES), iou(3, range(3), lambda t, p: (t.argmax(-1), p.argmax(-1))),
               {"num_classes": 3}, _MATRIX, weighted=False),
    MetricCase("BinaryIoU", (BITS, SCORES), iou(2, [0, 1], lambda t, p: (t, (p >= 0.4).astype(float))),
               {"threshold": 0.4}, {"total_confusion_matrix": (2, 2)}, weighted=False),
]  # fmt: skip
