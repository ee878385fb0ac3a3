"""Metrics that are a (weighted) mean or sum over samples."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument, describe
from tricorn.core.masks import get_mask, presence
from tricorn.core.naming import auto_name
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.losses._loss import both_masks
from tricorn.losses._reduction import count
from tricorn.losses._tensors import align_weights, count_of, dtype_of, rank_of, same_rank, shape_of, to_tensor
from tricorn.metrics._metric import Metric


def sample_sums(values, weights, mask, where):
    """The sum of (weighted) values per sample, and the sum of weights.

    The value of a sample is the mean over all axes but the first; so is its weight.

    Args:
        values: Tensor `(batch, ...)`, or a scalar, which counts as one sample.
        weights: Tensor of the same dtype whose axes are the first ones of `values`, or None.
        mask: Booleans likewise, or None.

    Returns:
        A 0-d tensor, and a 0-d tensor or, where it does not depend on data, a Python number.
    """
    if mask is not None:
        mask = ops.cast(mask, dtype_of(values))
        weights = mask if weights is None else ops.multiply(*_aligned(weights, mask, where))
    if weights is None:
        if rank_of(values) == 0:
            return values, 1
        return _per_sample(values), _batch_size(values)
    if rank_of(weights) == rank_of(values) + 1 and shape_of(weights)[-1] == 1:
        weights = ops.squeeze(weights, -1)
    fewer = rank_of(values) - rank_of(weights)
    align_weights(weights, values, where)
    if fewer > 0:
        values = ops.mean(values, tuple(range(rank_of(weights), rank_of(values))))
    return _per_sample(ops.multiply(values, weights)), _per_sample(weights)


def _aligned(weights, mask, where):
    if rank_of(weights) > rank_of(mask):
        return weights, align_weights(mask, weights, where, "mask")
    return align_weights(weights, mask, where), mask


def _per_sample(x):
    """sum(x) over the batch of means over the other axes."""
    if rank_of(x) == 0:
        return x
    total = ops.sum(x)
    if rank_of(x) == 1:
        return total
    inner = count_of(shape_of(x)[1:])
    if inner is None:
        return ops.divide(total, count(x[0]))
    return total if inner == 1 else ops.multiply(total, 1.0 / max(inner, 1))


def _batch_size(values):
    known = shape_of(values)[0]
    if known is not None:
        return known
    while rank_of(values) > 1:
        values = values[..., 0]
    return count(values)


class Mean(Metric):
    """The (weighted) mean of values: sum(weight * value) / sum(weight) over all samples of all batches.

    Args:
        name: Name.
        dtype: See `Metric`.

    Examples:
        mean = tricorn.metrics.Mean()
        mean.update_state([1, 3, 5, 7])
        mean.result()  # 4.0
    """

    def __init__(self, name="mean", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), None, name="total")
        self.count = self.add_variable((), None, name="count")

    def batch_sums(self, values, sample_weight=None):
        """What a batch adds to `total` and to `count`; changes nothing."""
        mask = get_mask(values) if presence.any else None
        values, sample_weight = self._converted(values), self._converted(sample_weight)
        return sample_sums(values, sample_weight, mask, self._where())

    def update_state(self, values, sample_weight=None):
        """Add values.

        Args:
            values: Numbers `(batch, ...)`; a scalar counts as one sample.
            sample_weight: Weights: one per sample, or of a shape whose axes are the first ones of `values`.
        """
        self._accumulate(*self.batch_sums(values, sample_weight=sample_weight))

    def _accumulate(self, total, count):
        self.total.assign_add(total)
        self.count.assign_add(count)

    def result(self):
        """The mean; 0 before anything was added."""
        return ops.divide_no_nan(self.total.value, self.count.value)

    def _converted(self, x):
        return None if x is None else to_tensor(x, self._backend, self._dtype)

    def _where(self):
        return f'{type(self).__name__} "{self.name}"'


class Sum(Metric):
    """The (weighted) sum of values.

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, name="sum", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), None, name="total")

    def batch_sums(self, values, sample_weight=None):
        """What a batch adds to `total`, and its weights' sum 1; changes nothing."""
        mask = get_mask(values) if presence.any else None
        values = to_tensor(values, self._backend, self._dtype)
        for weights, name in ((mask, "mask"), (sample_weight, "sample_weight")):
            if weights is not None:
                weights = ops.cast(to_tensor(weights, self._backend), self._dtype)
                values = ops.multiply(values, align_weights(weights, values, f'Sum "{self.name}"', name))
        return values if rank_of(values) == 0 else ops.sum(values), 1

    def update_state(self, values, sample_weight=None):
        """Add values.

        Args:
            values: Numbers of any shape.
            sample_weight: Weights: one per sample, or of a shape whose axes are the first ones of `values`.
        """
        self.total.assign_add(self.batch_sums(values, sample_weight=sample_weight)[0])

    def result(self):
        """The sum."""
        return ops.add(self.total.value, 0)  # a new tensor: an engine may update the state in place


class MeanMetricWrapper(Mean):
    """The mean over samples of a function of targets and predictions.

    Args:
        fn: Function `(y_true, y_pred, **kwargs)` giving values per sample.
        name: Name; automatic if None.
        dtype: See `Metric`.
        kwargs: Further arguments of `fn`.
    """

    #: Whether floating predictions are cast to the metric's dtype before `fn`.
    _casts_predictions = False

    def __init__(self, fn, name=None, dtype=None, **kwargs):
        if not callable(fn):
            raise bad_argument(
                type(self).__name__, "`fn` must be a function.", given=describe(fn), error=TypeError
            )
        super().__init__(name=name or auto_name(type(self).__name__), dtype=dtype)
        self._fn = fn
        self._fn_kwargs = kwargs

    def batch_sums(self, y_true, y_pred, sample_weight=None):
        """What a batch adds to `total` and to `count`; changes nothing."""
        mask = get_mask(y_pred) if presence.any and not isinstance(y_pred, (dict, list, tuple)) else None
        backend = self._backend
        y_pred = to_tensor(y_pred, backend, self._dtype if self._casts_predictions else None)
        y_true = to_tensor(y_true, backend)
        if getattr(self._fn, "averages_last_axis", False):
            y_true, y_pred = same_rank(y_true, y_pred)
            if rank_of(y_pred) == 1 == rank_of(y_true):
                y_true, y_pred = ops.expand_dims(y_true, -1), ops.expand_dims(y_pred, -1)
        values = to_tensor(self._fn(y_true, y_pred, **self._fn_kwargs), backend)
        if presence.any:
            mask = both_masks(mask, get_mask(values))
        weights = self._converted(sample_weight)
        return sample_sums(self._converted(values), weights, mask, self._where())

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch.

        Args:
            y_true: Targets.
            y_pred: Predictions. A mask on them leaves samples out.
            sample_weight: Weights: one per sample, or of a shape whose axes are the first ones of the values.
        """
        self._accumulate(*self.batch_sums(y_true, y_pred, sample_weight=sample_weight))

    def get_config(self):
        arguments = {key: serialize_keras_object(value) for key, value in self._fn_kwargs.items()}
        return {"name": self.name, "dtype": self.dtype, "fn": serialize_keras_object(self._fn), **arguments}

    @classmethod
    def from_config(cls, config):
        if "fn" in config:
            config = deserialize_keras_object(config)
        return cls(**config)


class FunctionMetric(MeanMetricWrapper):
    """Base of our own means, each the class form of one function: the configuration is its arguments."""

    _casts_predictions = True

    def get_config(self):
        return {"name": self.name, "dtype": self.dtype, **self._fn_kwargs}
