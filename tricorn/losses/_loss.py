"""`Loss`: the base of all losses."""

from __future__ import annotations

from tricorn import ops
from tricorn.core import backend as backends
from tricorn.core.errors import bad_argument
from tricorn.core.masks import get_mask, presence, set_mask
from tricorn.core.naming import auto_name
from tricorn.losses._reduction import check_reduction, quotient, sums, weighted
from tricorn.losses._tensors import compute_dtype, owner_of, rank_of, to_tensor

_REDUCERS = {"sum": ops.sum, "none": None, None: None}


class Loss:
    """Base of losses: a subclass defines `call(y_true, y_pred)`, which gives values per sample.

    `loss(y_true, y_pred, sample_weight=None)` converts to the loss's dtype, calls `call`, and reduces. A mask on
    `y_pred` leaves masked values out.

    Args:
        name: Name; automatic if None.
        reduction: How values become one number. `"sum_over_batch_size"` and `"mean"`: (weighted) sum by the number of
            values; `"mean_with_sample_weight"`: by the sum of the weights; `"sum"`; `"none"` or None: the
            (weighted) values themselves.
        dtype: Dtype or dtype policy to compute in; floatx if None.

    Raises:
        ValueError: `reduction` is unknown.

    Examples:
        class Distance(tricorn.losses.Loss):
            def call(self, y_true, y_pred):
                return tricorn.ops.absolute(y_true - y_pred)
    """

    #: Whether targets are class numbers, which keep their integer dtype.
    _takes_classes = False

    def __init__(self, name=None, reduction="sum_over_batch_size", dtype=None):
        self.name = name or auto_name(type(self).__name__)
        self.reduction = check_reduction(f'{type(self).__name__} "{self.name}"', reduction)
        self._given_dtype = dtype
        self._dtype = compute_dtype(dtype)

    @property
    def dtype(self):
        """The dtype that the loss computes in."""
        return self._dtype

    def call(self, y_true, y_pred):
        """Loss values per sample, before weights and reduction.

        Args:
            y_true: Targets, in the loss's dtype.
            y_pred: Predictions, in the loss's dtype.
        """
        raise NotImplementedError(f"{type(self).__name__} defines no call(y_true, y_pred).")

    def __call__(self, y_true, y_pred, sample_weight=None):
        """The reduced loss.

        Args:
            y_true: Targets.
            y_pred: Predictions.
            sample_weight: Weights: a number, one per sample, or of a shape whose axes are the first ones of the values.

        Returns:
            A 0-d tensor; with `reduction` `"none"` or None, the weighted values.

        Raises:
            ValueError: Shapes do not fit.
        """
        masked = presence.any  # no mask in the process, none on y_pred
        if sample_weight is None and not masked:
            values = self._values(y_true, y_pred)
            if not presence.any or get_mask(values) is None:
                return self._reduced(values)
            return self._weighted(values, None, get_mask(values))
        mask = _mask_of(y_pred) if masked else None
        values = self._values(y_true, y_pred, per_sample=sample_weight is not None or mask is not None)
        mask = both_masks(mask, get_mask(values))
        if sample_weight is None and mask is None:
            return self._reduced(values)
        return self._weighted(values, sample_weight, mask)

    def sums(self, y_true, y_pred, sample_weight=None):
        """The loss as a pair `(weighted sum, normaliser)`, whose quotient is `self(y_true, y_pred, sample_weight)`.

        Pairs of several batches, or of parts of one batch, add up exactly.

        Returns:
            Two 0-d tensors; the normaliser is a Python number where it does not depend on data. With the reduction
            `"sum"` it is 1.

        Raises:
            ValueError: The loss has no reduction.
        """
        if self.reduction in ("none", None):
            raise bad_argument(
                f'{type(self).__name__} "{self.name}"', "a loss without reduction has no sum.",
                expected='a reduction such as "sum_over_batch_size"', given=f"reduction={self.reduction!r}",
            )  # fmt: skip
        values = self._values(y_true, y_pred, per_sample=True)
        mask = both_masks(_mask_of(y_pred), get_mask(values)) if presence.any else None
        return self._pair(values, sample_weight, mask)

    def _values(self, y_true, y_pred, per_sample=False):
        """`call` on converted arguments, on their engine."""
        owner = owner_of(y_pred, y_true)
        dtype = self._dtype
        mask = get_mask(y_pred) if presence.any else None
        converted = to_tensor(y_pred, owner, dtype)
        if mask is not None and converted is not y_pred:
            set_mask(converted, mask)
        y_true = to_tensor(y_true, owner, None if self._takes_classes else dtype)
        if owner is None or owner is backends.active_backend():
            values = self._called(y_true, converted, per_sample)
        else:
            with backends.backend_scope(owner):
                values = self._called(y_true, converted, per_sample)
        return values if owner is None or owner.dtype_of(values) == dtype else _cast_with_mask(values, dtype)

    def _called(self, y_true, y_pred, per_sample):
        return self.call(y_true, y_pred)

    def _reduced(self, values):
        """The reduction of values that have neither weights nor a mask."""
        reducer = _REDUCERS.get(self.reduction, ops.mean)
        return values if reducer is None or rank_of(values) == 0 else reducer(values)

    def _weighted(self, values, sample_weight, mask):
        if self.reduction in ("none", None):
            return weighted(values, self._weights(values, sample_weight), mask, self._where())[0]
        return quotient(*self._pair(values, sample_weight, mask))

    def _pair(self, values, sample_weight, mask):
        return sums(values, self._weights(values, sample_weight), mask, self.reduction, self._where())

    def _weights(self, values, sample_weight):
        return None if sample_weight is None else to_tensor(sample_weight, owner_of(values), self._dtype)

    def _where(self):
        return f'{type(self).__name__} "{self.name}"'

    def get_config(self):
        """The constructor's arguments."""
        config = {"name": self.name, "reduction": self.reduction}
        if self._given_dtype is not None:
            config["dtype"] = self._dtype
        return config

    @classmethod
    def from_config(cls, config):
        """A loss from `get_config()`."""
        return cls(**config)

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}, reduction={self.reduction}>"


def _mask_of(y_pred):
    if isinstance(y_pred, (dict, list, tuple)):
        return None
    return get_mask(y_pred)


def both_masks(first, second):
    """What both keep; None keeps all."""
    if first is None or second is None or first is second:
        return second if first is None else first
    return ops.logical_and(first, second)


def _cast_with_mask(values, dtype):
    cast = ops.cast(values, dtype)
    set_mask(cast, get_mask(values))
    return cast
