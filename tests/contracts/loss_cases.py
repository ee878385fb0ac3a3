"""Every loss with the values it should give, each by a formula in NumPy that knows nothing of the package."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

import numpy as np

EPSILON = 1e-7
_rng = np.random.default_rng(5)

SIGNED = _rng.normal(size=(4, 3)).astype("float32")
SIGNED_TOO = _rng.normal(size=(4, 3)).astype("float32")
POSITIVE = _rng.uniform(0.1, 3, (4, 3)).astype("float32")
POSITIVE_TOO = _rng.uniform(0.1, 3, (4, 3)).astype("float32")
BITS = _rng.integers(0, 2, (4, 3)).astype("float32")
CHANCES = _rng.uniform(0.05, 0.95, (4, 3)).astype("float32")
LABELS = np.array([0, 2, 1, 2])
ONE_HOT = np.eye(3, dtype="float32")[LABELS]
SHARES = (CHANCES / CHANCES.sum(-1, keepdims=True)).astype("float32")
TRUE_SHARES = (POSITIVE / POSITIVE.sum(-1, keepdims=True)).astype("float32")
STEPS = _rng.normal(size=(4, 4, 3)).astype("float32")
SEQUENCES = np.array([[1, 2], [2, 0], [1, 1], [0, 0]])  # of labels, filled up with the blank
UNITS = (SIGNED / np.linalg.norm(SIGNED, axis=-1, keepdims=True)).astype("float32")


@dataclasses.dataclass
class LossCase:
    """A loss class, its arguments, inputs, and the values per sample (in float64).

    Attributes:
        per_sample: Whether there is one value for each sample.
        masked: Samples that leave a mean.
        reference: Arguments for the reference where they are not `arguments`; None where it has a defect.
    """

    name: str
    y_true: np.ndarray
    y_pred: np.ndarray
    values: Callable
    arguments: dict = dataclasses.field(default_factory=dict)
    per_sample: bool = True
    masked: tuple = ()
    reference: dict | str | None = "arguments"

    def __post_init__(self):
        if self.reference == "arguments":
            self.reference = self.arguments

    def __str__(self):
        return self.name + "".join(f"-{key}={value}" for key, value in self.arguments.items())

    @property
    def function(self):
        return FUNCTIONS[self.name]

    def expected(self, y_pred=None):
        y_true = np.asarray(self.y_true, np.float64)
        return self.values(
            y_true, np.asarray(self.y_pred if y_pred is None else y_pred, np.float64), **self.arguments
        )


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def huber(t, p, delta=1.0):
    e = np.abs(t - p)
    return np.where(e <= delta, e**2 / 2, delta * e - delta**2 / 2).mean(-1)


def binary(t, p, from_logits=False, label_smoothing=0.0, axis=-1):
    return _binary_elements(t, p, from_logits, label_smoothing).mean(axis)


def _binary_elements(t, p, from_logits, label_smoothing):
    p = sigmoid(p) if from_logits else np.clip(p, EPSILON, 1 - EPSILON)
    t = t * (1 - label_smoothing) + label_smoothing / 2
    return -t * np.log(p) - (1 - t) * np.log(1 - p)


def categorical(t, p, from_logits=False, label_smoothing=0.0, axis=-1):
    p = softmax(p, axis) if from_logits else p / p.sum(axis, keepdims=True)
    t = t * (1 - label_smoothing) + label_smoothing / t.shape[axis]
    return -(t * np.log(p)).sum(axis)


def sparse(t, p, from_logits=False, ignore_class=None, axis=-1):
    p = softmax(p, axis) if from_logits else p / p.sum(axis, keepdims=True)
    p = np.moveaxis(p, axis, -1)
    t = t.astype(int)
    values = np.zeros(t.shape)
    for place in np.ndindex(t.shape):
        if t[place] != ignore_class:
            values[place] = -np.log(p[place][t[place]])
    return values


def binary_focal(t, p, apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0,
                 axis=-1):  # fmt: skip
    value = _binary_elements(t, p, from_logits, label_smoothing)
    t = t * (1 - label_smoothing) + label_smoothing / 2
    p = sigmoid(p) if from_logits else p
    value *= (1 - (t * p + (1 - t) * (1 - p))) ** gamma
    if apply_class_balancing:
        value *= t * alpha + (1 - t) * (1 - alpha)
    return value.mean(axis)


def categorical_focal(t, p, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1):
    p = softmax(p, axis) if from_logits else p / p.sum(axis, keepdims=True)
    t = t * (1 - label_smoothing) + label_smoothing / t.shape[axis]
    return -(np.asarray(alpha) * (1 - p) ** gamma * t * np.log(p)).sum(axis)


def generalized(t, p, q=0.5):
    right = p[np.arange(len(t)), t.astype(int)]
    return (1 - right**q) / q


def signed_labels(t):
    return 2 * t - 1 if np.isin(t, (0, 1)).all() else t


def hinge(t, p):
    return np.maximum(1 - signed_labels(t) * p, 0).mean(-1)


def categorical_hinge(t, p):
    return np.maximum(1 + np.max((1 - t) * p, -1) - (t * p).sum(-1), 0)


def cosine(t, p, axis=-1):
    return -(t * p).sum(axis) / np.linalg.norm(t, axis=axis) / np.linalg.norm(p, axis=axis)


def kl(t, p):
    return (t * np.log(t / p)).sum(-1)


def tversky(t, p, alpha=0.5, beta=0.5, axis=None):
    hits = (t * p).sum(axis)
    return 1 - hits / (hits + alpha * ((1 - t) * p).sum(axis) + beta * (t * (1 - p)).sum(axis) + EPSILON)


def dice(t, p, axis=None):
    return 1 - 2 * (t * p).sum(axis) / (t.sum(axis) + p.sum(axis))


def circle(t, p, gamma=80.0, margin=0.4, remove_diagonal=True):
    """The paper's sums over pairs, one by one."""
    values = np.zeros(len(t))
    for i in range(len(t)):
        pull = push = 0.0
        positives = negatives = 0
        for j in range(len(t)):
            s = p[i] @ p[j]
            if t[i] != t[j]:
                push += np.exp(gamma * max(s + margin, 0) * (s - margin))
                negatives += 1
            elif j != i or not remove_diagonal:
                pull += np.exp(-gamma * max(1 + margin - s, 0) * (s - (1 - margin)))
                positives += 1
        values[i] = np.log(1 + pull * push) if positives and negatives else 0.0
    return values


def ctc(t, p):
    """The sum over all alignments, one by one."""
    p = softmax(p)
    values = np.zeros(len(t))
    for alignment in itertools.product(range(p.shape[2]), repeat=p.shape[1]):
        merged = [c for c, _ in itertools.groupby(alignment) if c]
        chance = p[:, np.arange(p.shape[1]), alignment].prod(-1)
        values += [one * (merged == [c for c in labels if c]) for labels, one in zip(t, chance, strict=True)]
    return -np.log(values)


CASES = [
    LossCase("MeanSquaredError", SIGNED, SIGNED_TOO, lambda t, p: ((t - p) ** 2).mean(-1)),
    LossCase("MeanAbsoluteError", SIGNED, SIGNED_TOO, lambda t, p: np.abs(t - p).mean(-1)),
    LossCase("MeanAbsolutePercentageError", POSITIVE, SIGNED, lambda t, p: 100 * np.abs((t - p) / t).mean(-1)),
    LossCase("MeanSquaredLogarithmicError", POSITIVE, POSITIVE_TOO,
             lambda t, p: ((np.log1p(t) - np.log1p(p)) ** 2).mean(-1)),
    LossCase("Huber", SIGNED, SIGNED_TOO, huber),
    LossCase("Huber", SIGNED, SIGNED_TOO, huber, {"delta": 0.3}),
    LossCase("LogCosh", SIGNED, SIGNED_TOO, lambda t, p: np.log(np.cosh(t - p)).mean(-1)),
    LossCase("Poisson", POSITIVE, POSITIVE_TOO, lambda t, p: (p - t * np.log(p + EPSILON)).mean(-1)),
    LossCase("Hinge", BITS, SIGNED, hinge),
    LossCase("Hinge", BITS * 2 - 1, SIGNED, hinge),
    LossCase("SquaredHinge", BITS, SIGNED, lambda t, p: (np.maximum(1 - (2 * t - 1) * p, 0) ** 2).mean(-1)),
    LossCase("CategoricalHinge", ONE_HOT, SIGNED, categorical_hinge),
    LossCase("BinaryCrossentropy", BITS, CHANCES, binary),
    LossCase("BinaryCrossentropy", BITS, SIGNED, binary, {"from_logits": True, "label_smoothing": 0.2}),
    LossCase("BinaryCrossentropy", BITS, CHANCES, binary, {"axis": 0}, per_sample=False),
    LossCase("CategoricalCrossentropy", ONE_HOT, CHANCES, categorical),
    LossCase("CategoricalCrossentropy", ONE_HOT, SIGNED, categorical, {"from_logits": True, "label_smoothing": 0.1}),
    LossCase("CategoricalCrossentropy", ONE_HOT.T.copy(), SHARES.T.copy(), categorical,
             {"axis": 0, "label_smoothing": 0.1}, reference=None),  # it smooths by the size of the last axis
    LossCase("SparseCategoricalCrossentropy", LABELS, CHANCES, sparse),
    LossCase("SparseCategoricalCrossentropy", LABELS, SIGNED, sparse, {"from_logits": True}),
    LossCase("SparseCategoricalCrossentropy", LABELS, SIGNED.T.copy(), sparse, {"from_logits": True, "axis": 0},
             reference=None),  # it takes classes on the last axis only
    LossCase("SparseCategoricalCrossentropy", LABELS, SIGNED, sparse, {"from_logits": True, "ignore_class": 2},
             masked=(1, 3)),
    LossCase("BinaryFocalCrossentropy", BITS, CHANCES, binary_focal),
    LossCase("BinaryFocalCrossentropy", BITS, SIGNED, binary_focal,
             {"from_logits": True, "apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5, "label_smoothing": 0.1}),
    LossCase("CategoricalFocalCrossentropy", ONE_HOT, CHANCES, categorical_focal),
    LossCase("CategoricalFocalCrossentropy", ONE_HOT, SIGNED, categorical_focal,
             {"from_logits": True, "alpha": [0.1, 0.2, 0.3], "gamma": 1.5, "label_smoothing": 0.1}),
    LossCase("CategoricalGeneralizedCrossEntropy", LABELS, SHARES, generalized),
    LossCase("CategoricalGeneralizedCrossEntropy", LABELS, SHARES, generalized, {"q": 0.8}),
    LossCase("CTC", SEQUENCES, STEPS, ctc),
    LossCase("CosineSimilarity", SIGNED, SIGNED_TOO, cosine),
    LossCase("CosineSimilarity", SIGNED, SIGNED_TOO, cosine, {"axis": 0}, per_sample=False),
    LossCase("KLDivergence", TRUE_SHARES, SHARES, kl),
    LossCase("Circle", LABELS, UNITS, circle, {"gamma": 4.0}, masked=(0, 2)),
    LossCase("Circle", LABELS, UNITS, circle, {"gamma": 4.0, "margin": 0.2, "remove_diagonal": False}),
    LossCase("Dice", BITS, CHANCES, dice, per_sample=False),
    LossCase("Dice", BITS, CHANCES, dice, {"axis": 1}),
    LossCase("Tversky", BITS, CHANCES, tversky, per_sample=False),
    LossCase("Tversky", BITS, CHANCES, tversky, {"alpha": 0.2, "beta": 0.9, "axis": 1},
             reference={"alpha": 0.9, "beta": 0.2, "axis": 1}),  # it swaps them, against its documentation
]  # fmt: skip

FUNCTIONS = {
    "MeanSquaredError": "mean_squared_error",
    "MeanAbsoluteError": "mean_absolute_error",
    "MeanAbsolutePercentageError": "mean_absolute_percentage_error",
    "MeanSquaredLogarithmicError": "mean_squared_logarithmic_error",
    "Huber": "huber",
    "LogCosh": "log_cosh",
    "Poisson": "poisson",
    "Hinge": "hinge",
    "SquaredHinge": "squared_hinge",
    "CategoricalHinge": "categorical_hinge",
    "BinaryCrossentropy": "binary_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
    "BinaryFocalCrossentropy": "binary_focal_crossentropy",
    "CategoricalFocalCrossentropy": "categorical_focal_crossentropy",
    "CategoricalGeneralizedCrossEntropy": "categorical_generalized_cross_entropy",
    "CosineSimilarity": "cosine_similarity",
    "CTC": "ctc",
    "KLDivergence": "kl_divergence",
    "Circle": "circle",
    "Dice": "dice",
    "Tversky": "tversky",
}
