"""Class weights as sample weights."""

from __future__ import annotations

import numbers

import numpy as np

from tricorn.core.errors import bad_argument, describe
from tricorn.data._convert import host_float
from tricorn.data._structure import leaves_of


class ClassWeights:
    """A weight for every class id, looked up for the targets of a batch. Classes that are not named weigh 1.

    Args:
        class_weight: Dict from class id to weight.
        where: The caller, for errors.

    Raises:
        ValueError: Not a dict, ids that are no integers, weights that are not finite numbers of at least 0.
    """

    def __init__(self, class_weight, where):
        self.where = where
        if not isinstance(class_weight, dict):
            raise self._bad(
                "it is not a dict.", "a dict from class id to weight", describe(class_weight), TypeError
            )
        for key, weight in class_weight.items():
            if not isinstance(key, (numbers.Integral, np.integer)) or key < 0:
                raise self._bad("a class id is not an integer of at least 0.", "keys like 0, 1, 2", repr(key))
            if not isinstance(weight, (numbers.Real, np.number)) or not np.isfinite(weight) or weight < 0:
                raise self._bad(
                    "a weight is not usable.", "finite numbers of at least 0", f"{key}: {weight!r}"
                )
        self.ids = np.array(sorted(class_weight), "int64")
        self.weights = np.array([class_weight[key] for key in self.ids.tolist()], host_float())

    def _bad(self, problem, expected, given, error=ValueError, hint=None):
        return bad_argument(
            self.where, f"`class_weight`: {problem}", expected=expected, given=given, hint=hint, error=error
        )

    def apply(self, y, sample_weight):
        """`sample_weight` times the weights of the classes in `y`; `y` holds class ids or is one-hot."""
        targets = leaves_of(y)
        if len(targets) != 1:
            raise self._bad(
                "it needs a single output." if targets else "there are no targets to weigh.",
                "one array `y`", f"{len(targets)} arrays in `y`", hint="give `sample_weight` for each output",
            )  # fmt: skip
        weights = self._of_classes(targets[0])
        if sample_weight is None:
            return weights
        given = leaves_of(sample_weight)
        if len(given) != 1:
            raise self._bad("it meets a structure of sample weights.", "one array `sample_weight`",
                            describe(sample_weight))  # fmt: skip
        other = np.asarray(given[0])
        rank = max(weights.ndim, other.ndim)
        weights = weights.reshape(weights.shape + (1,) * (rank - weights.ndim))
        return weights * other.reshape(other.shape + (1,) * (rank - other.ndim))

    def _of_classes(self, y):
        classes = self._class_ids(y)
        if not self.ids.size:
            return np.ones(classes.shape, host_float())
        place = np.searchsorted(self.ids, classes).clip(max=self.ids.size - 1)
        return np.where(self.ids[place] == classes, self.weights[place], self.weights.dtype.type(1))

    def _class_ids(self, y):
        if y.dtype.kind not in "biuf":
            raise self._bad("the targets are not class ids.", "integers or one-hot rows", describe(y))
        if y.ndim > 1 and y.shape[-1] == 1:
            y = y[..., 0]
        elif y.ndim > 1:
            return self._from_one_hot(y)
        if y.dtype.kind == "f" and not (y == np.round(y)).all():
            raise self._bad(
                "the targets are not class ids.",
                "integers or one-hot rows",
                f"{describe(y)} with fractions",
                hint="sample_weight=..., for targets that are not classes",
            )
        return y.astype("int64")

    def _from_one_hot(self, y):
        """The largest entry wins: right for smoothed labels too, not for several labels in a row."""
        total = y.sum(axis=-1, dtype="float64")
        if (y < 0).any() or (abs(total - 1) > 1e-2).any():
            raise self._bad(
                "rows of `y` are not one-hot.",
                "class ids, or rows that sum to 1",
                f"{describe(y)}, row sums {total.min():.3g} to {total.max():.3g}",
                hint="sample_weight=..., for several labels in a row or ids along a sequence",
            )
        return y.argmax(axis=-1)
