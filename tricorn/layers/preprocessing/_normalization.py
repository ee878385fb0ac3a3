"""`Normalization`: numbers brought to mean 0 and variance 1."""

from __future__ import annotations

import math
import warnings

import numpy as np

from tricorn import ops
from tricorn.core import backend as backends, config
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing, as_array


class Normalization(BasePreprocessing):
    """(x - mean) / sqrt(variance), with statistics of the data, for each position along the kept axes.

    The statistics are given, or taken by `adapt` in one pass in float64: batches are merged by the formula of Chan, so
    that data of any size, and far from 0, is no trouble. The divisor is at least `epsilon()`.

    Args:
        axis: Axis or axes that keep statistics of their own, the last by default; None for one mean and variance of all
            numbers. The batch axis 0 is rarely meant.
        mean: Given mean, a number or an array that broadcasts to the kept axes.
        variance: Given variance, the same.
        invert: Whether to go the other way: x * sqrt(variance) + mean.
        **kwargs: Of `Layer`.

    Call arguments:
        inputs: Numbers of any shape.

    Output shape:
        That of the input, in the compute dtype.

    Raises:
        ValueError: Only one of `mean` and `variance`, shapes that differ, a negative variance; at build an axis that the
            input lacks or of which the size is unknown.

    Source: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.

    Example:
        >>> layer = Normalization()
        >>> layer.adapt(np.array([[0., 10.], [2., 30.]]))
        >>> layer(np.array([[1., 10.]]))  # [[0., -1.]]
    """

    def __init__(self, axis=-1, mean=None, variance=None, invert=False, **kwargs):
        super().__init__(**kwargs)
        where = self._where()
        axes = () if axis is None else tuple(axis) if isinstance(axis, (tuple, list)) else (axis,)
        if not all(isinstance(one, int) and not isinstance(one, bool) for one in axes) or len(
            set(axes)
        ) < len(axes):
            raise bad_argument(
                where, "`axis` is an integer, different integers, or None.", given=f"axis={axis!r}"
            )
        self.axis = axes
        self.invert = bool(invert)
        self.supports_masking = True
        if (mean is None) != (variance is None):
            raise bad_argument(where, "`mean` and `variance` are given together.",
                               given=f"mean={mean!r}, variance={variance!r}")  # fmt: skip
        self.input_mean = self.input_variance = None
        if mean is not None:
            self.input_mean, self.input_variance = np.asarray(mean), np.asarray(variance)
            if self.input_mean.shape != self.input_variance.shape:
                raise bad_argument(where, "`mean` and `variance` must have one shape.",
                                   given=f"{self.input_mean.shape} and {self.input_variance.shape}")  # fmt: skip
            if np.any(self.input_variance < 0):
                raise bad_argument(where, "a variance cannot be negative.", given=f"variance={variance!r}")
        self._knows = False  # whether anything told the layer its statistics
        self._total = None

    def build(self, input_shape):
        if not isinstance(input_shape, (tuple, list)) or any(
            isinstance(size, (tuple, list)) for size in input_shape
        ):
            raise bad_argument(self._where(), "takes one array.", given=f"input shape {input_shape}")
        rank = len(input_shape)
        for axis in self.axis:
            if not -rank <= axis < rank:
                raise bad_argument(self._where(), "the axis is outside the input.", expected=f"in [{-rank}, {rank})",
                                   given=f"axis={self.axis}, input shape {tuple(input_shape)}")  # fmt: skip
        kept = sorted(axis % rank for axis in self.axis)
        if len(set(kept)) < len(kept):
            raise bad_argument(
                self._where(), "an axis is named twice.", given=f"axis={self.axis}, rank {rank}"
            )
        for axis in kept:
            if input_shape[axis] is None:
                raise bad_argument(self._where(), "the size of a kept axis must be known.",
                                   given=f"axis {axis}, input shape {tuple(input_shape)}",
                                   hint="give it in Input(shape=...)")  # fmt: skip
        sizes = tuple(input_shape[axis] for axis in kept)
        state = self.__dict__
        state["_kept"], state["_reduced"] = kept, tuple(axis for axis in range(rank) if axis not in kept)
        state["_broadcast"] = tuple(input_shape[axis] if axis in kept else 1 for axis in range(rank))
        if self.input_mean is None:
            self.adapt_mean = self.add_weight(shape=sizes, initializer="zeros", trainable=False, autocast=False,
                                              dtype=self._statistics_dtype(), name="mean")  # fmt: skip
            self.adapt_variance = self.add_weight(shape=sizes, initializer="ones", trainable=False, autocast=False,
                                                  dtype=self._statistics_dtype(), name="variance")  # fmt: skip
            self.count = self.add_weight(
                shape=(), initializer="zeros", dtype="int64", trainable=False, name="count"
            )
            return
        for name, value in (("mean", self.input_mean), ("variance", self.input_variance)):
            try:
                whole = np.broadcast_to(value, sizes).reshape(self._broadcast)
            except ValueError:
                raise bad_argument(self._where(), f"`{name}` does not fit the input.",
                                   expected=f"a shape that broadcasts to {sizes}, the kept axes",
                                   given=f"shape {value.shape}") from None  # fmt: skip
            state[f"_given_{name}"] = whole.astype(
                self.compute_dtype if self.compute_dtype != "bfloat16" else "float32"
            )

    def _statistics_dtype(self):
        return self.variable_dtype if self.variable_dtype in ("float32", "float64") else "float32"

    @property
    def mean(self):
        """The mean, of a shape that broadcasts to the input; None before anything is known."""
        return self._statistic("mean")

    @property
    def variance(self):
        """The variance, of a shape that broadcasts to the input; None before anything is known."""
        return self._statistic("variance")

    def _statistic(self, name):
        if not self.built:
            return None
        given = self.__dict__.get(f"_given_{name}")
        return given if given is not None else getattr(self, f"adapt_{name}").numpy().reshape(self._broadcast)

    # --- adapting ---------------------------------------------------------------------------------------
    def adapt(self, data):
        """Take mean and variance from data, in place of those known before.

        Args:
            data: Array, tensor, list, pandas data, or an iterable of batches (`tf.data.Dataset`, `DataLoader`,
                `PyDataset`, generator). Only one batch and the sums are in memory.

        Raises:
            ValueError: The statistics were given to the constructor; or there is no data.
        """
        if self.input_mean is not None:
            raise bad_argument(f"{self._where()}.adapt", "the statistics were given to the constructor.",
                               hint="Normalization() without `mean` and `variance`")  # fmt: skip
        self._learn(data)

    def reset_state(self):
        """Forget batches that were not taken over yet."""
        self.__dict__["_total"] = None

    def update_state(self, data):
        """Take in one batch. `finalize_state` takes over the statistics of all batches."""
        array = as_array(data, self._where())
        if array.dtype.kind in "OUSc":
            raise bad_argument(
                f"{self._where()}.adapt", "takes numbers.", given=f"dtype {array.dtype}", error=TypeError
            )
        if not self.built:
            with backends.backend_scope(self._backend):
                self.build(
                    (None, *array.shape[1:])
                    if 0 not in [axis % array.ndim for axis in self.axis]
                    else array.shape
                )
        if array.ndim < len(self._broadcast):  # single rows of an unbatched dataset
            array = array[None]
        sizes = (
            tuple(array.shape[axis] for axis in self._kept) if array.ndim == len(self._broadcast) else None
        )
        if sizes != tuple(self.adapt_mean.shape):
            raise bad_argument(f"{self._where()}.adapt", "the data does not fit what the layer was built for.",
                               expected=f"sizes {tuple(self.adapt_mean.shape)} on the axes {self._kept}",
                               given=f"shape {array.shape}")  # fmt: skip
        array = array.astype("float64", copy=False)
        count = math.prod(array.shape[axis] for axis in self._reduced)
        if not count:
            return
        mean = array.mean(axis=self._reduced)
        squares = np.square(array - array.mean(axis=self._reduced, keepdims=True)).sum(axis=self._reduced)
        if self._total is None:
            self.__dict__["_total"] = (count, mean, squares)
            return
        n, m, s = self._total
        difference = mean - m
        whole = n + count
        self.__dict__["_total"] = (
            whole, m + difference * (count / whole), s + squares + difference**2 * (n * count / whole)
        )  # fmt: skip

    def finalize_state(self):
        """Take over what `adapt` has seen."""
        if self.input_mean is not None or self._total is None:
            return
        count, mean, squares = self._total
        self.adapt_mean.assign(mean)
        self.adapt_variance.assign(squares / count)
        self.__dict__["_total"] = None
        self.__dict__["_knows"] = True
        self._state_changed()

    def load_own_variables(self, store):
        super().load_own_variables(store)
        self.__dict__["_knows"] = True

    # --- calling -------------------------------------------------------------------------------------------
    def call(self, inputs):
        dtype = self.compute_dtype
        x = ops.cast(inputs, dtype)
        mean, variance = self._statistics_now()
        mean = ops.cast(mean, dtype)
        deviation = ops.cast(ops.maximum(ops.sqrt(variance), config.epsilon()), dtype)
        return x * deviation + mean if self.invert else (x - mean) / deviation

    def _statistics_now(self):
        """Variables where the layer's own engine runs, so that a compiled step sees them change; arrays elsewhere."""
        if self.input_mean is not None:
            return self._given_mean, self._given_variance
        if not self._knows:
            self._warn_if_unknown()
        if backends.active_backend() is not self._backend:
            return self.mean, self.variance
        return (
            ops.reshape(self.adapt_mean, self._broadcast),
            ops.reshape(self.adapt_variance, self._broadcast),
        )

    def _warn_if_unknown(self):
        self.__dict__["_knows"] = True  # once
        if not np.any(self.adapt_mean.numpy()) and np.all(self.adapt_variance.numpy() == 1):
            warnings.warn(
                f"{self._where()} was called before adapt(): its mean is 0, its variance 1.", stacklevel=4
            )

    def compute_output_shape(self, input_shape):
        return input_shape

    def compute_output_spec(self, inputs):
        from tricorn.layers.preprocessing._base_preprocessing import spec_of

        return spec_of(inputs.shape, self.compute_dtype)

    def get_config(self):
        given = self.input_mean is not None
        return {**super().get_config(), "axis": self.axis, "invert": self.invert,
                "mean": self.input_mean.tolist() if given else None,
                "variance": self.input_variance.tolist() if given else None}  # fmt: skip

    def build_from_config(self, config):
        if config and config.get("input_shape") is not None:
            self.build(tuple(config["input_shape"]))
