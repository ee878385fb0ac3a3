"""Cross-entropies that weigh easy examples down: focal losses, and the generalised cross-entropy."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.config import settings
from tricorn.core.dtypes import is_float
from tricorn.core.errors import bad_argument
from tricorn.losses._crossentropy import _without_class_axis, check_smoothing, smooth_binary, smooth_classes
from tricorn.losses._tensors import check_axis, dtype_of, float_pair, owner_of, to_tensor
from tricorn.losses._wrapper import FunctionLoss


def binary_focal_crossentropy(y_true, y_pred, apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False,
                              label_smoothing=0.0, axis=-1):  # fmt: skip
    """mean of (1 - p_t)^gamma times the binary cross-entropy over `axis`; p_t is the probability of the true label.

    Args:
        y_true: Labels in [0, 1], of the shape of `y_pred`.
        y_pred: Probabilities, or logits.
        apply_class_balancing: Whether label 1 is weighted by `alpha` and label 0 by `1 - alpha`.
        alpha: Weight of label 1.
        gamma: Focusing; 0 is the plain cross-entropy.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: In [0, 1]: labels become `y (1 - s) + s / 2`.
        axis: Axis of the mean.

    Returns:
        The shape of `y_pred` without `axis`.

    Source:
        Lin et al., Focal Loss for Dense Object Detection, 2017.
    """
    y_true, y_pred = float_pair("binary_focal_crossentropy", y_true, y_pred)
    if label_smoothing:
        y_true = smooth_binary(y_true, label_smoothing)
    value = ops.binary_crossentropy(y_true, y_pred, from_logits)
    probability = ops.sigmoid(y_pred) if from_logits else y_pred
    # 1 - p_t, for p_t = y p + (1 - y)(1 - p)
    miss = ops.subtract(ops.add(y_true, probability), ops.multiply(ops.multiply(y_true, probability), 2.0))
    value = ops.multiply(value, ops.power(miss, gamma))
    if apply_class_balancing:
        value = ops.multiply(value, ops.add(ops.multiply(y_true, 2.0 * alpha - 1.0), 1.0 - alpha))
    return ops.mean(value, axis)


binary_focal_crossentropy.averages_last_axis = True


def categorical_focal_crossentropy(y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0,
                                   axis=-1):  # fmt: skip
    """-sum(alpha (1 - p)^gamma y_true log(p)) over `axis`, with p = `y_pred` scaled to sum to 1.

    Args:
        y_true: One-hot labels, of the shape of `y_pred`.
        y_pred: Probabilities, or logits.
        alpha: Weight of the classes: a number, or one per class.
        gamma: Focusing; 0 is the plain cross-entropy.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: In [0, 1]: labels become `y (1 - s) + s / classes`.
        axis: Axis of the classes.

    Returns:
        The shape of `y_pred` without `axis`.

    Source:
        Lin et al., Focal Loss for Dense Object Detection, 2017.
    """
    y_true, y_pred = float_pair("categorical_focal_crossentropy", y_true, y_pred)
    if label_smoothing:
        y_true = smooth_classes(y_true, label_smoothing, axis)
    if from_logits:
        probability = ops.softmax(y_pred, axis)
    else:
        probability = ops.divide(y_pred, ops.sum(y_pred, axis, True))
    probability = ops.clip(probability, settings.epsilon, 1.0 - settings.epsilon)
    weight = ops.power(ops.subtract(1.0, probability), gamma)
    if isinstance(alpha, (list, tuple)):
        alpha = to_tensor(list(alpha), owner_of(y_pred), dtype_of(y_pred))
    weight = ops.multiply(weight, alpha)
    return ops.negative(ops.sum(ops.multiply(ops.multiply(weight, y_true), ops.log(probability)), axis))


def categorical_generalized_cross_entropy(y_true, y_pred, q):
    """(1 - p^q) / q, with p the predicted probability of the true class: robust against wrong labels.

    Between the cross-entropy (q to 0) and the absolute error (q = 1).

    Args:
        y_true: Class numbers `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: Probabilities `(batch, ..., classes)`.
        q: In (0, 1].

    Returns:
        `(batch, ...)`.

    Source:
        Zhang and Sabuncu, Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels, 2018.
    """
    owner = owner_of(y_pred, y_true)
    y_pred, y_true = to_tensor(y_pred, owner), to_tensor(y_true, owner)
    if not is_float(dtype_of(y_pred)):
        y_pred = to_tensor(y_pred, owner, settings.floatx)
    y_true = _without_class_axis(y_true, y_pred, -1)
    one_hot = ops.one_hot(ops.cast(y_true, "int32"), y_pred.shape[-1], dtype=dtype_of(y_pred))
    probability = ops.sum(ops.multiply(one_hot, y_pred), -1)
    return ops.divide(ops.subtract(1.0, ops.power(probability, q)), q)


class BinaryFocalCrossentropy(FunctionLoss):
    """Binary cross-entropy times (1 - p_t)^gamma, so that easy examples weigh little; mean over `axis`.

    Args:
        apply_class_balancing: Whether label 1 is weighted by `alpha` and label 0 by `1 - alpha`.
        alpha: Weight of label 1.
        gamma: Focusing; 0 is the plain cross-entropy.
        from_logits: Whether predictions are logits rather than probabilities.
        label_smoothing: In [0, 1]: labels become `y (1 - s) + s / 2`.
        axis: Axis of the mean.
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0,
                 axis=-1, reduction="sum_over_batch_size", name="binary_focal_crossentropy", dtype=None):  # fmt: skip
        where = f'BinaryFocalCrossentropy "{name}"'
        check_smoothing(where, label_smoothing)
        super().__init__(
            binary_focal_crossentropy, reduction=reduction, name=name, dtype=dtype,
            apply_class_balancing=apply_class_balancing, alpha=alpha, gamma=gamma, from_logits=from_logits,
            label_smoothing=label_smoothing, axis=check_axis(where, axis),
        )  # fmt: skip


class CategoricalFocalCrossentropy(FunctionLoss):
    """Categorical cross-entropy times alpha (1 - p)^gamma, so that easy examples weigh little.

    Args:
        alpha: Weight of the classes: a number, or one per class.
        gamma: Focusing; 0 is the plain cross-entropy.
        from_logits: Whether predictions are logits rather than probabilities.
        label_smoothing: In [0, 1]: labels become `y (1 - s) + s / classes`.
        axis: Axis of the classes.
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1,
                 reduction="sum_over_batch_size", name="categorical_focal_crossentropy", dtype=None):  # fmt: skip
        where = f'CategoricalFocalCrossentropy "{name}"'
        check_smoothing(where, label_smoothing)
        super().__init__(
            categorical_focal_crossentropy, reduction=reduction, name=name, dtype=dtype, alpha=alpha, gamma=gamma,
            from_logits=from_logits, label_smoothing=label_smoothing, axis=check_axis(where, axis),
        )  # fmt: skip


class CategoricalGeneralizedCrossEntropy(FunctionLoss):
    """(1 - p^q) / q of the predicted probability p of the true class, robust against wrong labels.

    Args:
        q: In (0, 1).
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`. Labels keep their integer dtype.
    """

    _takes_classes = True

    def __init__(self, q=0.5, reduction="sum_over_batch_size", name="categorical_generalized_cross_entropy",
                 dtype=None):  # fmt: skip
        where = f'CategoricalGeneralizedCrossEntropy "{name}"'
        if not 0 < q < 1:
            raise bad_argument(where, "`q` must lie in (0, 1).", given=f"q={q}")
        super().__init__(
            categorical_generalized_cross_entropy, reduction=reduction, name=name, dtype=dtype, q=q
        )
