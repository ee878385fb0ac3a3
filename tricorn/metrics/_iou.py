"""Intersection over union of predicted and true classes, from a confusion matrix."""

from __future__ import annotations

import numpy as np

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.losses._tensors import (
    align_weights,
    compatible,
    mismatch,
    owner_of,
    rank_of,
    shape_of,
    to_tensor,
)
from tricorn.metrics._metric import Metric


class _ConfusionMetric(Metric):
    """Base: the confusion matrix, rows by target and columns by prediction."""

    def __init__(self, num_classes, name=None, dtype=None, ignore_class=None, sparse_y_true=True, sparse_y_pred=True,
                 axis=-1):  # fmt: skip
        # The matrix holds sums of sample weights, which a default of int32 would cut off.
        super().__init__(name=name, dtype=dtype or "float32")
        if isinstance(num_classes, bool) or not isinstance(num_classes, (int, np.integer)) or num_classes < 2:
            raise bad_argument(
                self._where(), "`num_classes` must be at least 2.", given=f"num_classes={num_classes}"
            )
        self.num_classes = int(num_classes)
        self.ignore_class = ignore_class
        self.sparse_y_true, self.sparse_y_pred = sparse_y_true, sparse_y_pred
        self.axis = axis
        self.total_cm = self.add_variable(
            (self.num_classes, self.num_classes), None, name="total_confusion_matrix"
        )

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch.

        Args:
            y_true: Class numbers, or one-hot classes along `axis`. A class number outside [0, num_classes) is an error
                in an array, and is not counted in an engine's tensor.
            y_pred: Likewise.
            sample_weight: Weights: one per sample, or of a shape whose axes are the first ones of the class numbers.
        """
        y_true = self._classes(y_true, self.sparse_y_true, "y_true")
        y_pred = self._classes(y_pred, self.sparse_y_pred, "y_pred")
        if rank_of(y_true) == rank_of(y_pred) + 1 and y_true.shape[-1] == 1:
            y_true = ops.squeeze(y_true, -1)
        elif rank_of(y_pred) == rank_of(y_true) + 1 and y_pred.shape[-1] == 1:
            y_pred = ops.squeeze(y_pred, -1)
        if not compatible(shape_of(y_true), shape_of(y_pred)):
            raise mismatch(self._where(), y_true, y_pred, "class numbers of one shape")
        weights = None
        if sample_weight is not None:
            weights = align_weights(to_tensor(sample_weight, self._backend, "float32"), y_true, self._where())
        if self.ignore_class is not None:
            counts = ops.cast(ops.not_equal(y_true, self.ignore_class), "float32")
            weights = counts if weights is None else ops.multiply(weights, counts)
        if weights is not None:
            weights = ops.reshape(ops.broadcast_to(weights, ops.shape(y_true)), (-1, 1))
        truth = ops.one_hot(ops.reshape(y_true, (-1,)), self.num_classes, dtype="float32")
        guess = ops.one_hot(ops.reshape(y_pred, (-1,)), self.num_classes, dtype="float32")
        matrix = ops.matmul(ops.transpose(truth), guess if weights is None else ops.multiply(guess, weights))
        self.total_cm.assign_add(ops.cast(matrix, self.dtype))

    def _classes(self, values, sparse, name):
        if sparse and owner_of(values) is self._backend and isinstance(values, (np.ndarray, list, tuple)):
            array = np.asarray(values)
            fine = (array >= 0) & (array < self.num_classes)
            if self.ignore_class is not None:
                fine |= array == self.ignore_class
            if not fine.all():
                raise bad_argument(
                    self._where(), f"`{name}` holds a class number out of range.",
                    expected=f"in [0, {self.num_classes})", given=f"from {array.min()} to {array.max()}",
                )  # fmt: skip
        values = to_tensor(values, self._backend)
        return ops.cast(values, "int32") if sparse else ops.argmax(values, self.axis)

    def _unions(self):
        """Intersection and union of each class."""
        matrix = ops.cast(self.total_cm.value, "float32")
        both = ops.diagonal(matrix)
        return both, ops.subtract(ops.add(ops.sum(matrix, 0), ops.sum(matrix, 1)), both)

    def _where(self):
        return f'{type(self).__name__} "{self.name}"'


class IoU(_ConfusionMetric):
    """The mean over some classes of intersection / union = tp / (tp + fp + fn).

    Args:
        num_classes: Number of classes.
        target_class_ids: The classes that count.
        name: Name.
        dtype: Dtype of the confusion matrix; float32 if None.
        ignore_class: A target that does not count, such as -1 or 255.
        sparse_y_true: Whether targets are class numbers, or one-hot along `axis`.
        sparse_y_pred: Whether predictions are class numbers, or scores along `axis`.
        axis: Axis of the classes where they are not sparse.
    """

    def __init__(self, num_classes, target_class_ids, name=None, dtype=None, ignore_class=None, sparse_y_true=True,
                 sparse_y_pred=True, axis=-1):  # fmt: skip
        super().__init__(num_classes, name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis)
        self.target_class_ids = [int(class_id) for class_id in target_class_ids]
        if not self.target_class_ids or not all(0 <= one < num_classes for one in self.target_class_ids):
            raise bad_argument(self._where(), "a target class is out of range.", expected=f"in [0, {num_classes})",
                               given=f"target_class_ids={self.target_class_ids}")  # fmt: skip

    def result(self):
        """The mean over the target classes that occurred."""
        both, union = self._unions()
        chosen = np.zeros(self.num_classes, "float32")
        chosen[self.target_class_ids] = 1
        present = ops.multiply(
            ops.cast(ops.greater(union, 0.0), "float32"), self._backend.convert_to_tensor(chosen)
        )
        total = ops.sum(ops.multiply(ops.divide_no_nan(both, union), present))
        return ops.divide_no_nan(total, ops.sum(present))

    def get_config(self):
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "target_class_ids": self.target_class_ids,
            "ignore_class": self.ignore_class,
            "sparse_y_true": self.sparse_y_true,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }


class BinaryIoU(IoU):
    """IoU of the classes 0 and 1, from scores and a threshold.

    Args:
        target_class_ids: The classes that count, of 0 and 1.
        threshold: Scores at or above it mean class 1.
        name: Name.
        dtype: Dtype of the confusion matrix; float32 if None.
    """

    def __init__(self, target_class_ids=(0, 1), threshold=0.5, name=None, dtype=None):
        super().__init__(num_classes=2, target_class_ids=target_class_ids, name=name, dtype=dtype)
        self.threshold = threshold

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Add a batch.

        Args:
            y_true: Labels 0 and 1.
            y_pred: Scores of that shape.
            sample_weight: Weights: one per sample, or of a shape whose axes are the first ones of `y_pred`.
        """
        y_pred = to_tensor(y_pred, self._backend, "float32")
        super().update_state(
            y_true, ops.cast(ops.greater_equal(y_pred, self.threshold), "int32"), sample_weight
        )

    def get_config(self):
        return {"target_class_ids": self.target_class_ids, "threshold": self.threshold, "name": self.name,
                "dtype": self.dtype}  # fmt: skip


class MeanIoU(IoU):
    """The mean of intersection / union over all classes that occurred.

    Args:
        num_classes: Number of classes.
        name: Name.
        dtype: Dtype of the confusion matrix; float32 if None.
        ignore_class: A target that does not count, such as -1 or 255.
        sparse_y_true: Whether targets are class numbers, or one-hot along `axis`.
        sparse_y_pred: Whether predictions are class numbers, or scores along `axis`.
        axis: Axis of the classes where they are not sparse.
    """

    def __init__(self, num_classes, name=None, dtype=None, ignore_class=None, sparse_y_true=True, sparse_y_pred=True,
                 axis=-1):  # fmt: skip
        super().__init__(
            num_classes, range(num_classes), name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis
        )

    def get_config(self):
        config = super().get_config()
        del config["target_class_ids"]
        return config


class OneHotIoU(IoU):
    """The mean over some classes of intersection / union, from one-hot targets.

    Args:
        num_classes: Number of classes.
        target_class_ids: The classes that count.
        name: Name.
        dtype: Dtype of the confusion matrix; float32 if None.
        ignore_class: A target that does not count.
        sparse_y_pred: Whether predictions are class numbers, or scores along `axis`.
        axis: Axis of the classes.
    """

    def __init__(self, num_classes, target_class_ids, name=None, dtype=None, ignore_class=None, sparse_y_pred=False,
                 axis=-1):  # fmt: skip
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self):
        config = super().get_config()
        del config["sparse_y_true"]
        return config


class OneHotMeanIoU(MeanIoU):
    """The mean of intersection / union over all classes that occurred, from one-hot targets.

    Args:
        num_classes: Number of classes.
        name: Name.
        dtype: Dtype of the confusion matrix; float32 if None.
        ignore_class: A target that does not count.
        sparse_y_pred: Whether predictions are class numbers, or scores along `axis`.
        axis: Axis of the classes.
    """

    def __init__(self, num_classes, name=None, dtype=None, ignore_class=None, sparse_y_pred=False, axis=-1):
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self):
        config = super().get_config()
        del config["sparse_y_true"]
        return config
