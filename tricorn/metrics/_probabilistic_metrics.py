"""Means of the cross-entropies, divergences and hinge losses."""

from __future__ import annotations

from tricorn.losses import _crossentropy, _hinge, _regression, _similarity
from tricorn.metrics._reduction_metrics import FunctionMetric


class BinaryCrossentropy(FunctionMetric):
    """The mean cross-entropy of binary labels.

    Args:
        name: Name.
        dtype: See `Metric`.
        from_logits: Whether predictions are logits rather than probabilities.
        label_smoothing: In [0, 1]: labels become `y (1 - s) + s / 2`.
    """

    def __init__(self, name="binary_crossentropy", dtype=None, from_logits=False, label_smoothing=0):
        _crossentropy.check_smoothing(f'BinaryCrossentropy "{name}"', label_smoothing)
        super().__init__(
            _crossentropy.binary_crossentropy, name=name, dtype=dtype, from_logits=from_logits,
            label_smoothing=label_smoothing,
        )  # fmt: skip


class CategoricalCrossentropy(FunctionMetric):
    """The mean cross-entropy of one-hot labels.

    Args:
        name: Name.
        dtype: See `Metric`.
        from_logits: Whether predictions are logits rather than probabilities.
        label_smoothing: In [0, 1]: labels become `y (1 - s) + s / classes`.
        axis: Axis of the classes.
    """

    def __init__(
        self, name="categorical_crossentropy", dtype=None, from_logits=False, label_smoothing=0, axis=-1
    ):
        _crossentropy.check_smoothing(f'CategoricalCrossentropy "{name}"', label_smoothing)
        super().__init__(
            _crossentropy.categorical_crossentropy, name=name, dtype=dtype, from_logits=from_logits,
            label_smoothing=label_smoothing, axis=axis,
        )  # fmt: skip


class SparseCategoricalCrossentropy(FunctionMetric):
    """The mean cross-entropy of class numbers.

    Args:
        name: Name.
        dtype: See `Metric`.
        from_logits: Whether predictions are logits rather than probabilities.
        ignore_class: A label whose elements do not count; None: all count.
        axis: Axis of the classes.
    """

    def __init__(self, name="sparse_categorical_crossentropy", dtype=None, from_logits=False, ignore_class=None,
                 axis=-1):  # fmt: skip
        super().__init__(
            _crossentropy.sparse_categorical_crossentropy, name=name, dtype=dtype, from_logits=from_logits,
            ignore_class=ignore_class, axis=axis,
        )  # fmt: skip


class KLDivergence(FunctionMetric):
    """The mean of sum(y_true log(y_true / y_pred)).

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, name="kl_divergence", dtype=None):
        super().__init__(_similarity.kl_divergence, name=name, dtype=dtype)


class Poisson(FunctionMetric):
    """The mean of y_pred - y_true log(y_pred).

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, name="poisson", dtype=None):
        super().__init__(_regression.poisson, name=name, dtype=dtype)


class Hinge(FunctionMetric):
    """The mean of max(1 - y_true y_pred, 0); labels are -1 and 1, or 0 and 1.

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, name="hinge", dtype=None):
        super().__init__(_hinge.hinge, name=name, dtype=dtype)


class SquaredHinge(FunctionMetric):
    """The mean of max(1 - y_true y_pred, 0)^2; labels are -1 and 1, or 0 and 1.

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, name="squared_hinge", dtype=None):
        super().__init__(_hinge.squared_hinge, name=name, dtype=dtype)


class CategoricalHinge(FunctionMetric):
    """The mean of max(1 + best wrong score - right score, 0); labels are one-hot.

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, name="categorical_hinge", dtype=None):
        super().__init__(_hinge.categorical_hinge, name=name, dtype=dtype)
