"""Means of the regression losses, cosine similarity, correlations."""

from __future__ import annotations

from tricorn import ops
from tricorn.losses import _regression as losses
from tricorn.losses._similarity import cosine_similarity as negative_cosine_similarity
from tricorn.losses._tensors import float_pair
from tricorn.losses._wrapper import averages_last_axis
from tricorn.metrics._reduction_metrics import FunctionMetric


@averages_last_axis
def _squared_errors(y_true, y_pred):
    y_true, y_pred = float_pair("RootMeanSquaredError", y_true, y_pred)
    return ops.square(ops.subtract(y_true, y_pred))


def cosine_similarity(y_true, y_pred, axis=-1):
    """The cosine of the angle between targets and predictions: 1 for equal directions (the loss has the other sign)."""
    return ops.negative(negative_cosine_similarity(y_true, y_pred, axis))


def pearson_correlation(y_true, y_pred, axis=-1):
    """cov(y_true, y_pred) / (std(y_true) std(y_pred)) along `axis`; 0 where one of them is constant.

    Args:
        y_true: Targets.
        y_pred: Predictions of that shape.
        axis: Axis of the samples of a series.

    Returns:
        The shape without `axis`, in [-1, 1].
    """
    y_true, y_pred = float_pair("pearson_correlation", y_true, y_pred)
    y_true = ops.subtract(y_true, ops.mean(y_true, axis, True))
    y_pred = ops.subtract(y_pred, ops.mean(y_pred, axis, True))
    covariance = ops.sum(ops.multiply(y_true, y_pred), axis)
    spread = ops.multiply(ops.sum(ops.square(y_true), axis), ops.sum(ops.square(y_pred), axis))
    return ops.divide_no_nan(covariance, ops.sqrt(spread))


def concordance_correlation(y_true, y_pred, axis=-1):
    """2 cov / (var(y_true) + var(y_pred) + (mean(y_true) - mean(y_pred))^2) along `axis`: agreement, not only relation.

    Args:
        y_true: Targets.
        y_pred: Predictions of that shape.
        axis: Axis of the samples of a series.

    Returns:
        The shape without `axis`, in [-1, 1].

    Source:
        Lin, A Concordance Correlation Coefficient to Evaluate Reproducibility, 1989.
    """
    y_true, y_pred = float_pair("concordance_correlation", y_true, y_pred)
    true_mean, pred_mean = ops.mean(y_true, axis, True), ops.mean(y_pred, axis, True)
    y_true, y_pred = ops.subtract(y_true, true_mean), ops.subtract(y_pred, pred_mean)
    covariance = ops.mean(ops.multiply(y_true, y_pred), axis)
    spread = ops.add(ops.mean(ops.square(y_true), axis), ops.mean(ops.square(y_pred), axis))
    gap = ops.squeeze(ops.square(ops.subtract(true_mean, pred_mean)), axis)
    return ops.divide_no_nan(ops.multiply(covariance, 2.0), ops.add(spread, gap))


class MeanSquaredError(FunctionMetric):
    """The mean of (y_true - y_pred)^2.

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, name="mean_squared_error", dtype=None):
        super().__init__(losses.mean_squared_error, name=name, dtype=dtype)


class RootMeanSquaredError(FunctionMetric):
    """The square root of the mean of (y_true - y_pred)^2 over all samples.

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, name="root_mean_squared_error", dtype=None):
        super().__init__(_squared_errors, name=name, dtype=dtype)

    def result(self):
        """The root of the mean; 0 before anything was added."""
        return ops.sqrt(super().result())


class MeanAbsoluteError(FunctionMetric):
    """The mean of |y_true - y_pred|.

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, name="mean_absolute_error", dtype=None):
        super().__init__(losses.mean_absolute_error, name=name, dtype=dtype)


class MeanAbsolutePercentageError(FunctionMetric):
    """The mean of 100 |y_true - y_pred| / |y_true|.

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, name="mean_absolute_percentage_error", dtype=None):
        super().__init__(losses.mean_absolute_percentage_error, name=name, dtype=dtype)


class MeanSquaredLogarithmicError(FunctionMetric):
    """The mean of (log(1 + y_true) - log(1 + y_pred))^2.

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, name="mean_squared_logarithmic_error", dtype=None):
        super().__init__(losses.mean_squared_logarithmic_error, name=name, dtype=dtype)


class LogCoshError(FunctionMetric):
    """The mean of log(cosh(y_pred - y_true)).

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, name="logcosh", dtype=None):
        super().__init__(losses.log_cosh, name=name, dtype=dtype)


class CosineSimilarity(FunctionMetric):
    """The mean cosine of the angle between targets and predictions.

    Args:
        name: Name.
        dtype: See `Metric`.
        axis: Axis of the vectors.
    """

    def __init__(self, name="cosine_similarity", dtype=None, axis=-1):
        super().__init__(cosine_similarity, name=name, dtype=dtype, axis=axis)


class PearsonCorrelation(FunctionMetric):
    """The mean over samples of the Pearson correlation along `axis`.

    Args:
        name: Name.
        dtype: See `Metric`.
        axis: Axis of a series.
    """

    def __init__(self, name="pearson_correlation", dtype=None, axis=-1):
        super().__init__(pearson_correlation, name=name, dtype=dtype, axis=axis)


class ConcordanceCorrelation(FunctionMetric):
    """The mean over samples of the concordance correlation along `axis`.

    Args:
        name: Name.
        dtype: See `Metric`.
        axis: Axis of a series.
    """

    def __init__(self, name="concordance_correlation", dtype=None, axis=-1):
        super().__init__(concordance_correlation, name=name, dtype=dtype, axis=axis)
