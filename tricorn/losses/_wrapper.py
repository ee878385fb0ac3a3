"""A function `(y_true, y_pred)` as a Loss."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument, describe
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.losses._loss import Loss
from tricorn.losses._tensors import rank_of, same_rank


def averages_last_axis(function):
    """Mark a function as the mean of elementwise values over the last axis.

    A vector of predictions then stands for `(n, 1)`, one number per sample, where samples have weights.
    """
    function.averages_last_axis = True
    return function


class LossFunctionWrapper(Loss):
    """A loss from a function.

    Args:
        fn: Function `(y_true, y_pred, **kwargs)` giving values per sample.
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
        kwargs: Further arguments of `fn`.
    """

    def __init__(self, fn, reduction="sum_over_batch_size", name=None, dtype=None, **kwargs):
        if not callable(fn):
            raise bad_argument(
                "LossFunctionWrapper", "`fn` must be a function.", given=describe(fn), error=TypeError
            )
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn = fn
        self._fn_kwargs = kwargs

    def call(self, y_true, y_pred):
        if not isinstance(y_true, (dict, list, tuple)) and not isinstance(y_pred, (dict, list, tuple)):
            y_true, y_pred = same_rank(y_true, y_pred)
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def _called(self, y_true, y_pred, per_sample):
        if (
            per_sample
            and getattr(self.fn, "averages_last_axis", False)
            and rank_of(y_pred) == 1 == rank_of(y_true)
        ):
            y_true, y_pred = ops.expand_dims(y_true, -1), ops.expand_dims(y_pred, -1)
        return self.call(y_true, y_pred)

    def get_config(self):
        arguments = {key: serialize_keras_object(value) for key, value in self._fn_kwargs.items()}
        return {**super().get_config(), "fn": serialize_keras_object(self.fn), **arguments}

    @classmethod
    def from_config(cls, config):
        if "fn" in config:
            config = deserialize_keras_object(config)
        return cls(**config)

    def __repr__(self):
        return f"<{type(self).__name__} {getattr(self.fn, '__name__', self.fn)}, kwargs={self._fn_kwargs}>"


class FunctionLoss(LossFunctionWrapper):
    """Base of our own losses, each the class form of one function: the configuration is its arguments."""

    def call(self, y_true, y_pred):
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self):
        arguments = {key: serialize_keras_object(value) for key, value in self._fn_kwargs.items()}
        return {**Loss.get_config(self), **arguments}

    def __repr__(self):
        return Loss.__repr__(self)
