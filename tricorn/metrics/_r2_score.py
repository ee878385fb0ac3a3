"""R2: the share of variance that predictions explain."""

from __future__ import annotations

import warnings

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.losses._reduction import count
from tricorn.losses._tensors import align_weights, float_pair, rank_of, shape_of, to_tensor
from tricorn.metrics._metric import Metric

_AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")


class R2Score(Metric):
    """1 - sum((y_true - y_pred)^2) / sum((y_true - mean(y_true))^2), for each output.

    Args:
        class_aggregation: None: a score per output. `"uniform_average"`: their mean. `"variance_weighted_average"`: the
            mean weighted by the outputs' variance.
        num_regressors: Number p of regressors of the adjusted score 1 - (1 - R2) (n - 1) / (n - p - 1), with n samples;
            0 does not adjust.
        name: Name.
        dtype: See `Metric`.
    """

    def __init__(self, class_aggregation="uniform_average", num_regressors=0, name="r2_score", dtype=None):
        super().__init__(name=name, dtype=dtype)
        where = f'R2Score "{self.name}"'
        if class_aggregation not in _AGGREGATIONS:
            raise bad_argument(where, "unknown `class_aggregation`.", expected=f"one of {_AGGREGATIONS}",
                               given=repr(class_aggregation))  # fmt: skip
        if num_regressors < 0:
            raise bad_argument(where, "`num_regressors` must not be negative.", given=num_regressors)
        self.class_aggregation, self.num_regressors = class_aggregation, num_regressors
        self.num_samples = self.add_variable((), None, name="num_samples")
        self._built = False

    def _build(self, outputs):
        for name in ("squared_sum", "sum", "residual", "count"):
            key = "total_mse" if name == "residual" else name
            setattr(self, key, self.add_variable((outputs,), None, name=name))
        self._built = True

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch.

        Args:
            y_true: Targets `(batch, outputs)`.
            y_pred: Predictions of that shape.
            sample_weight: Weights, one per sample.
        """
        where = f'R2Score "{self.name}"'
        y_pred = to_tensor(y_pred, self._backend, self.dtype)
        y_true, y_pred = float_pair(where, y_true, y_pred)
        if rank_of(y_pred) == 1:
            y_true, y_pred = ops.expand_dims(y_true, -1), ops.expand_dims(y_pred, -1)
        if rank_of(y_pred) != 2 or y_pred.shape[1] is None:
            raise bad_argument(
                where, "inputs must be (batch, outputs).", given=f"y_pred of shape {shape_of(y_pred)}"
            )
        if not self._built:
            self._build(y_pred.shape[1])
        weights = ops.ones_like(y_true[:, :1])
        if sample_weight is not None:
            given = to_tensor(sample_weight, self._backend, self.dtype)
            weights = ops.multiply(align_weights(given, y_true, where), weights)
        weighted = ops.multiply(y_true, weights)
        self.sum.assign_add(ops.sum(weighted, 0))
        self.squared_sum.assign_add(ops.sum(ops.multiply(y_true, weighted), 0))
        self.total_mse.assign_add(ops.sum(ops.multiply(ops.square(ops.subtract(y_true, y_pred)), weights), 0))
        self.count.assign_add(ops.sum(weights, 0))
        self.num_samples.assign_add(count(y_true[:, 0]))

    def result(self):
        """The score: one per output without `class_aggregation`, else one number."""
        if not self._built:
            raise bad_argument(
                f'R2Score "{self.name}"', "there is no state yet.", hint="update_state() first"
            )
        mean = ops.divide_no_nan(self.sum.value, self.count.value)
        spread = ops.subtract(self.squared_sum.value, ops.multiply(self.sum.value, mean))
        score = ops.subtract(1.0, ops.divide(self.total_mse.value, spread))
        # A constant target leaves nothing to explain.
        score = ops.where(ops.isfinite(score), score, ops.zeros_like(score))
        if self.class_aggregation == "uniform_average":
            score = ops.mean(score)
        elif self.class_aggregation is not None:
            score = ops.divide_no_nan(ops.sum(ops.multiply(score, spread)), ops.sum(spread))
        return self._adjusted(score) if self.num_regressors else score

    def _adjusted(self, score):
        samples = self.num_samples.value
        if (
            not self._backend.is_tracer(samples)
            and float(self._backend.to_numpy(samples)) <= self.num_regressors + 1
        ):
            warnings.warn(
                f'R2Score "{self.name}": {self.num_regressors} regressors need more samples than that plus one; the '
                "score is not adjusted.", stacklevel=3,
            )  # fmt: skip
            return score
        freedom = ops.subtract(ops.subtract(samples, self.num_regressors), 1.0)
        ratio = ops.divide(ops.subtract(samples, 1.0), freedom)
        return ops.subtract(1.0, ops.multiply(ops.subtract(1.0, score), ratio))

    def get_config(self):
        return {**super().get_config(), "class_aggregation": self.class_aggregation,
                "num_regressors": self.num_regressors}  # fmt: skip
