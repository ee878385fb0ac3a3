"""Losses of numbers: squared, absolute, relative and logarithmic errors, Huber, log-cosh, Poisson."""

from __future__ import annotations

import math

from tricorn import ops
from tricorn.core.config import settings
from tricorn.core.errors import bad_argument
from tricorn.losses._tensors import float_pair
from tricorn.losses._wrapper import FunctionLoss, averages_last_axis


@averages_last_axis
def mean_squared_error(y_true, y_pred):
    """mean((y_true - y_pred)^2) over the last axis.

    Args:
        y_true: Targets `(batch, ..., d)`.
        y_pred: Predictions of that shape.

    Returns:
        `(batch, ...)`.
    """
    y_true, y_pred = float_pair("mean_squared_error", y_true, y_pred)
    return ops.mean(ops.square(ops.subtract(y_true, y_pred)), -1)


@averages_last_axis
def mean_absolute_error(y_true, y_pred):
    """mean(|y_true - y_pred|) over the last axis.

    Args:
        y_true: Targets `(batch, ..., d)`.
        y_pred: Predictions of that shape.

    Returns:
        `(batch, ...)`.
    """
    y_true, y_pred = float_pair("mean_absolute_error", y_true, y_pred)
    return ops.mean(ops.absolute(ops.subtract(y_true, y_pred)), -1)


@averages_last_axis
def mean_absolute_percentage_error(y_true, y_pred):
    """100 mean(|y_true - y_pred| / max(|y_true|, epsilon)) over the last axis.

    Args:
        y_true: Targets `(batch, ..., d)`. Near zero the result is huge.
        y_pred: Predictions of that shape.

    Returns:
        `(batch, ...)`, in percent.
    """
    y_true, y_pred = float_pair("mean_absolute_percentage_error", y_true, y_pred)
    scale = ops.maximum(ops.absolute(y_true), settings.epsilon)
    return ops.multiply(ops.mean(ops.absolute(ops.divide(ops.subtract(y_true, y_pred), scale)), -1), 100.0)


@averages_last_axis
def mean_squared_logarithmic_error(y_true, y_pred):
    """mean((log(1 + y_true) - log(1 + y_pred))^2) over the last axis; values below epsilon count as epsilon.

    Args:
        y_true: Targets `(batch, ..., d)`, not negative.
        y_pred: Predictions of that shape.

    Returns:
        `(batch, ...)`.
    """
    y_true, y_pred = float_pair("mean_squared_logarithmic_error", y_true, y_pred)
    log_true = ops.log1p(ops.maximum(y_true, settings.epsilon))
    log_pred = ops.log1p(ops.maximum(y_pred, settings.epsilon))
    return ops.mean(ops.square(ops.subtract(log_true, log_pred)), -1)


@averages_last_axis
def huber(y_true, y_pred, delta=1.0):
    """Squared for small errors, linear for large ones: mean over the last axis of

    e^2 / 2 where |e| <= delta, else delta |e| - delta^2 / 2, with e = y_true - y_pred.

    Args:
        y_true: Targets `(batch, ..., d)`.
        y_pred: Predictions of that shape.
        delta: Where the linear part begins, above 0.

    Returns:
        `(batch, ...)`.

    Source:
        Huber, Robust Estimation of a Location Parameter, 1964.
    """
    y_true, y_pred = float_pair("huber", y_true, y_pred)
    error = ops.absolute(ops.subtract(y_true, y_pred))
    # With c = min(|e|, delta) both branches are c (|e| - c / 2), which needs no selection.
    clipped = ops.minimum(error, float(delta))
    return ops.mean(ops.multiply(clipped, ops.subtract(error, ops.multiply(clipped, 0.5))), -1)


@averages_last_axis
def log_cosh(y_true, y_pred):
    """mean(log(cosh(y_pred - y_true))) over the last axis, without overflow.

    About x^2 / 2 for small errors x and |x| - log 2 for large ones.

    Args:
        y_true: Targets `(batch, ..., d)`.
        y_pred: Predictions of that shape.

    Returns:
        `(batch, ...)`.
    """
    y_true, y_pred = float_pair("log_cosh", y_true, y_pred)
    error = ops.subtract(y_pred, y_true)
    value = ops.subtract(ops.add(error, ops.softplus(ops.multiply(error, -2.0))), math.log(2.0))
    return ops.mean(value, -1)


@averages_last_axis
def poisson(y_true, y_pred):
    """mean(y_pred - y_true log(y_pred + epsilon)) over the last axis.

    The negative logarithm of the Poisson likelihood, up to a constant.

    Args:
        y_true: Counts `(batch, ..., d)`.
        y_pred: Predicted rates of that shape, not negative.

    Returns:
        `(batch, ...)`.
    """
    y_true, y_pred = float_pair("poisson", y_true, y_pred)
    log_rate = ops.log(ops.add(y_pred, settings.epsilon))
    return ops.mean(ops.subtract(y_pred, ops.multiply(y_true, log_rate)), -1)


class MeanSquaredError(FunctionLoss):
    """mean((y_true - y_pred)^2) over the last axis, per sample.

    Args:
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, reduction="sum_over_batch_size", name="mean_squared_error", dtype=None):
        super().__init__(mean_squared_error, reduction=reduction, name=name, dtype=dtype)


class MeanAbsoluteError(FunctionLoss):
    """mean(|y_true - y_pred|) over the last axis, per sample.

    Args:
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, reduction="sum_over_batch_size", name="mean_absolute_error", dtype=None):
        super().__init__(mean_absolute_error, reduction=reduction, name=name, dtype=dtype)


class MeanAbsolutePercentageError(FunctionLoss):
    """100 mean(|y_true - y_pred| / |y_true|) over the last axis, per sample.

    Args:
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, reduction="sum_over_batch_size", name="mean_absolute_percentage_error", dtype=None):
        super().__init__(mean_absolute_percentage_error, reduction=reduction, name=name, dtype=dtype)


class MeanSquaredLogarithmicError(FunctionLoss):
    """mean((log(1 + y_true) - log(1 + y_pred))^2) over the last axis, per sample.

    Args:
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, reduction="sum_over_batch_size", name="mean_squared_logarithmic_error", dtype=None):
        super().__init__(mean_squared_logarithmic_error, reduction=reduction, name=name, dtype=dtype)


class Huber(FunctionLoss):
    """Squared for errors up to `delta`, linear beyond; mean over the last axis, per sample.

    Args:
        delta: Where the linear part begins, above 0.
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, delta=1.0, reduction="sum_over_batch_size", name="huber_loss", dtype=None):
        if not delta > 0:
            raise bad_argument(f'Huber "{name}"', "`delta` must be positive.", given=f"delta={delta}")
        super().__init__(huber, reduction=reduction, name=name, dtype=dtype, delta=delta)


class LogCosh(FunctionLoss):
    """mean(log(cosh(y_pred - y_true))) over the last axis, per sample.

    Args:
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, reduction="sum_over_batch_size", name="log_cosh", dtype=None):
        super().__init__(log_cosh, reduction=reduction, name=name, dtype=dtype)


class Poisson(FunctionLoss):
    """mean(y_pred - y_true log(y_pred)) over the last axis, per sample.

    Args:
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, reduction="sum_over_batch_size", name="poisson", dtype=None):
        super().__init__(poisson, reduction=reduction, name=name, dtype=dtype)
