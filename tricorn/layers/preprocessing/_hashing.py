"""`Hashing`: categories into bins, by a hash."""

from __future__ import annotations

import numpy as np

from tricorn import dtype_policies, ops
from tricorn.core.dtypes import is_int
from tricorn.core.errors import bad_argument
from tricorn.core.hashing import fingerprint64, siphash64
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing
from tricorn.layers.preprocessing._encoding import MODES, check_mode, encode, encoded_shape, encoded_spec
from tricorn.layers.preprocessing._strings import bytes_of, check_salt, decimals_of


class Hashing(BasePreprocessing):
    """The bin of a category: its hash modulo the number of bins. Nothing is learnt, nothing stored.

    Strings are hashed in UTF-8, integers as they are written in decimals: by FarmHash's fingerprint, or with a salt by
    SipHash-2-4 under that key. The bins are the same on every engine, machine and version.

    Args:
        num_bins: Number of bins, that for `mask_value` included.
        mask_value: A category that has bin 0 for itself; the others share the rest.
        salt: Key of the hash, an integer (used twice) or two.
        output_mode: "int" for bins; "one_hot", "multi_hot", "count" for vectors of them, see `CategoryEncoding`.
        sparse: Whether vectors are sparse tensors, on the engines that have them.
        **kwargs: Of `Layer`. `dtype` is int64 by default in the mode "int".

    Call arguments:
        inputs: Strings or integers of any shape.

    Output shape:
        That of the input in the mode "int"; else as that of `CategoryEncoding`.

    Raises:
        ValueError: No positive number of bins, a salt of another kind, an unknown mode, a dtype that is no integer's.
        TypeError: Floats as input.

    Source: Pike, "FarmHash", 2014; Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.

    Example:
        >>> Hashing(3)(np.array(["A", "B", "C", "D", "E"]))  # [1, 0, 1, 1, 2]
    """

    _takes_strings = True
    _reads_arrays = True

    def __init__(self, num_bins, mask_value=None, salt=None, output_mode="int", sparse=False, **kwargs):
        if kwargs.get("dtype") is None:
            kwargs["dtype"] = "int64" if output_mode == "int" else dtype_policies.dtype_policy()
        super().__init__(**kwargs)
        where = self._where()
        check_mode(self, output_mode, MODES, sparse)
        if isinstance(num_bins, bool) or not isinstance(num_bins, (int, np.integer)) or num_bins < 1:
            raise bad_argument(
                where, "`num_bins` must be a positive integer.", given=f"num_bins={num_bins!r}"
            )
        if mask_value is not None and num_bins < 2:
            raise bad_argument(where, "a mask needs a bin of its own.", expected="num_bins of 2 or more",
                               given=f"num_bins={num_bins}, mask_value={mask_value!r}")  # fmt: skip
        if output_mode == "int" and not is_int(self.compute_dtype):
            raise bad_argument(where, "bins are integers.", expected="dtype int32 or int64, or another `output_mode`",
                               given=f"dtype={self.compute_dtype!r}")  # fmt: skip
        self.num_bins = int(num_bins)
        self.mask_value = mask_value
        self.salt = check_salt(where, salt)
        self.output_mode = output_mode
        self.sparse = bool(sparse)

    def _works_on_host(self):
        return True

    def call(self, inputs):
        shape = tuple(inputs.shape)
        bins = self._host_call(self._bins, [inputs], shape, "int64")
        if self.output_mode == "int":
            return ops.cast(bins, self.compute_dtype)
        return encode(bins, self.output_mode, self.num_bins, self.compute_dtype, sparse=self.sparse)

    def _bins(self, array):
        where = self._where()
        if array.dtype.kind in "OUS":
            words = bytes_of(array, "utf-8", where)
            masked = None if self.mask_value is None else str(self.mask_value).encode()
        else:
            _check_integers(where, array)
            words = decimals_of(array)
            masked = None if self.mask_value is None else b"%d" % int(self.mask_value)
        hashes = fingerprint64(words) if self.salt is None else siphash64(words, self.salt)
        if masked is None:
            bins = hashes % np.uint64(self.num_bins)
        else:
            bins = hashes % np.uint64(self.num_bins - 1) + np.uint64(1)
            bins[np.fromiter((word == masked for word in words), bool, len(words))] = 0
        return bins.astype("int64").reshape(array.shape)

    def compute_output_shape(self, input_shape):
        return encoded_shape(input_shape, self.output_mode, self.num_bins)

    def compute_output_spec(self, inputs):
        _check_dtype(self._where(), inputs.dtype)
        return encoded_spec(inputs.shape, self.output_mode, self.num_bins, self.compute_dtype, self.sparse)

    def get_config(self):
        return {**super().get_config(), "num_bins": self.num_bins, "salt": self.salt, "mask_value": self.mask_value,
                "output_mode": self.output_mode, "sparse": self.sparse}  # fmt: skip


def _check_integers(where, array):
    if array.dtype.kind not in "iub":
        raise _no_category(where, array.dtype)


def _check_dtype(where, dtype):
    if dtype not in ("string", "bool") and not is_int(dtype):
        raise _no_category(where, dtype)


def _no_category(where, dtype):
    return bad_argument(where, "only strings and integers are hashed.", given=f"dtype {dtype}", error=TypeError,
                        hint='Input(..., dtype="int64"), or ops.cast(x, "int64")')  # fmt: skip
