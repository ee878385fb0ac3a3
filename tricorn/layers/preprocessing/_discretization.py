"""`Discretization`: numbers into bins, by their boundaries."""

from __future__ import annotations

import numpy as np

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing, as_array
from tricorn.layers.preprocessing._encoding import MODES, check_mode, encode, encoded_shape, encoded_spec
from tricorn.layers.preprocessing._quantile_summary import QuantileSummary


class Discretization(BasePreprocessing):
    """The number of the bin that a number lies in: i where boundaries[i - 1] <= x < boundaries[i].

    There is one bin more than boundaries; NaN is in the last. The boundaries are given, or learnt by `adapt` so that as
    many numbers of the data lie in each bin.

    Args:
        bin_boundaries: Boundaries in ascending order.
        num_bins: Number of bins to learn.
        epsilon: How far the rank of a learnt boundary may be off, as a fraction of the data. The smaller, the more is
            remembered while adapting; a few thousand numbers are always exact.
        output_mode: "int" for the numbers of bins; "one_hot", "multi_hot", "count" for vectors, see `CategoryEncoding`.
        sparse: Whether vectors are sparse tensors, on the engines that have them.
        dtype: Dtype policy.
        name: Name.

    Call arguments:
        inputs: Numbers of any shape.

    Output shape:
        That of the input, in int32, in the mode "int"; else as that of `CategoryEncoding`.

    Raises:
        ValueError: Both or none of `bin_boundaries` and `num_bins`; boundaries that descend; an unknown mode; a call
            before the bins are known.

    Source: Manku, Rajagopalan and Lindsay, "Approximate medians and other quantiles in one pass and with limited
        memory", 1998.

    Example:
        >>> Discretization(bin_boundaries=[0., 1., 2.])(np.array([-1.5, 1., 3.4, .5]))  # [0, 2, 3, 1]
    """

    def __init__(self, bin_boundaries=None, num_bins=None, epsilon=0.01, output_mode="int", sparse=False, dtype=None,
                 name=None):  # fmt: skip
        super().__init__(name=name, dtype=dtype)
        where = self._where()
        if (bin_boundaries is None) == (num_bins is None):
            raise bad_argument(where, "either `bin_boundaries` or `num_bins` is given.",
                               given=f"bin_boundaries={bin_boundaries!r}, num_bins={num_bins!r}")  # fmt: skip
        if num_bins is not None and (
            isinstance(num_bins, bool) or not isinstance(num_bins, int) or num_bins < 1
        ):
            raise bad_argument(
                where, "`num_bins` must be a positive integer.", given=f"num_bins={num_bins!r}"
            )
        if isinstance(epsilon, bool) or not isinstance(epsilon, (int, float)) or not 0 < epsilon < 1:
            raise bad_argument(where, "`epsilon` must be in (0, 1).", given=f"epsilon={epsilon!r}")
        self.num_bins, self.epsilon = num_bins, epsilon
        self.output_mode = check_mode(self, output_mode, MODES, sparse)
        self.sparse = bool(sparse)
        self._given = bin_boundaries is not None
        self._summary = None
        self.bin_boundaries = self._checked(bin_boundaries) if self._given else None

    def _checked(self, boundaries):
        values = np.asarray(boundaries)
        if values.ndim != 1 or (values.size and values.dtype.kind not in "iuf"):
            raise bad_argument(
                self._where(), "`bin_boundaries` is a list of numbers.", given=repr(boundaries)[:200]
            )
        if np.any(np.isnan(values.astype("float64"))) or np.any(np.diff(values) < 0):
            raise bad_argument(self._where(), "`bin_boundaries` must ascend.", given=repr(boundaries)[:200])
        return values.tolist()

    @property
    def input_dtype(self):
        return self.compute_dtype

    @property
    def output_dtype(self):
        """The dtype of the output: int32 for bins, the compute dtype for vectors."""
        return "int32" if self.output_mode == "int" else self.compute_dtype

    # --- adapting -----------------------------------------------------------------------------------------
    def adapt(self, data, steps=None):
        """Learn the boundaries from data, in place of those known before.

        Args:
            data: Array, tensor, list, pandas data, or an iterable of batches. What is remembered of it is bounded.
            steps: At most so many batches of an iterable; None for all.

        Raises:
            ValueError: The boundaries were given to the constructor; or there is no data.
        """
        if self._given:
            raise bad_argument(f"{self._where()}.adapt", "the boundaries were given to the constructor.",
                               hint="Discretization(num_bins=...)")  # fmt: skip
        self._learn(data, steps)

    def update_state(self, data):
        """Take in one batch. `finalize_state` makes boundaries of all batches."""
        array = as_array(data, self._where())
        if array.dtype.kind in "OUSc":
            raise bad_argument(
                f"{self._where()}.adapt", "takes numbers.", given=f"dtype {array.dtype}", error=TypeError
            )
        if self._summary is None:
            self._summary = QuantileSummary(self.epsilon)
        self._summary.add(array.astype("float32").ravel())

    def finalize_state(self):
        """Take over what `adapt` or `update_state` has seen."""
        if self._given or self._summary is None:
            return
        shares = np.arange(1, self.num_bins) / self.num_bins
        try:
            self.bin_boundaries = self._summary.quantiles(shares).tolist()
        except ValueError as error:
            raise bad_argument(f"{self._where()}.adapt", "the data has no numbers but NaN.") from error
        self._summary = None
        self._state_changed()

    def reset_state(self):
        """Forget what was learnt."""
        if not self._given:
            self._summary = None
            self.bin_boundaries = None

    def load_own_variables(self, store):
        """Nothing is stored: the boundaries are in the configuration."""

    # --- calling ---------------------------------------------------------------------------------------------
    def call(self, inputs):
        self._check_known()
        bins = self._bins(inputs)
        if self.output_mode == "int":
            return bins
        return encode(
            bins, self.output_mode, len(self.bin_boundaries) + 1, self.compute_dtype, sparse=self.sparse
        )

    def _bins(self, inputs):
        if ops.dtype(inputs) in ("float16", "bfloat16", "bool"):
            inputs = ops.cast(inputs, "float32")
        if not self.bin_boundaries:
            return ops.cast(ops.zeros_like(inputs), "int32")
        return ops.searchsorted(np.asarray(self.bin_boundaries, "float32"), inputs, side="right")

    def _check_known(self):
        if self.bin_boundaries is None:
            raise bad_argument(self._where(), "has no boundaries yet.", hint="layer.adapt(data) first")

    @property
    def _depth(self):
        return self.num_bins if self.bin_boundaries is None else len(self.bin_boundaries) + 1

    def compute_output_shape(self, input_shape):
        return encoded_shape(input_shape, self.output_mode, self._depth)

    def compute_output_spec(self, inputs):
        if inputs.dtype == "string" or "complex" in inputs.dtype:
            raise bad_argument(
                self._where(), "takes numbers.", given=f"dtype {inputs.dtype}", error=TypeError
            )
        return encoded_spec(inputs.shape, self.output_mode, self._depth, self.output_dtype, self.sparse)

    def get_config(self):
        return {"bin_boundaries": None if self.bin_boundaries is None else list(self.bin_boundaries),
                "num_bins": self.num_bins, "epsilon": self.epsilon,
                "output_mode": self.output_mode, "sparse": self.sparse, "name": self.name,
                "dtype": self.dtype_policy.name}  # fmt: skip

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        boundaries = config.get("bin_boundaries")
        if boundaries is None or config.get("num_bins") is None:
            return cls(**config)
        config.pop("bin_boundaries")  # learnt ones
        layer = cls(**config)
        layer.bin_boundaries = layer._checked(boundaries)
        return layer
