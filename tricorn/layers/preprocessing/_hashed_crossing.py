"""`HashedCrossing`: pairs (triples, ...) of categories into bins, by a hash."""

from __future__ import annotations

import numpy as np

from tricorn import dtype_policies, ops
from tricorn.core import backend as backends
from tricorn.core.dtypes import is_int
from tricorn.core.errors import bad_argument
from tricorn.core.hashing import combine64, fingerprint64
from tricorn.layers._arguments import positive_integer
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing, as_tensor, spec_of
from tricorn.layers.preprocessing._encoding import check_mode, encode, encoded_shape
from tricorn.layers.preprocessing._strings import bytes_of

#: The number that the combination of hashes starts from. It is TensorFlow's, so that bins are the reference's.
_START = np.uint64(0xDECAFCAFFE)


class HashedCrossing(BasePreprocessing):
    """The bin of a combination of categories: the hash of them all, modulo the number of bins.

    The same as `Hashing` of the combination; a model learns so what holds for two features together.

    Args:
        num_bins: Number of bins.
        output_mode: "int" for bins, "one_hot" for vectors of them.
        sparse: Whether vectors are sparse tensors, on the engines that have them.
        name: Name.
        dtype: int64 by default in the mode "int", else floatx.
        **kwargs: Of `Layer`.

    Call arguments:
        inputs: List or tuple of two or more arrays of strings or integers, all of one shape: (), (batch,) or (batch, 1).

    Output shape:
        That of the inputs; "one_hot": (batch, num_bins).

    Raises:
        ValueError: Fewer than two inputs, shapes that differ or have another form, an unknown mode.
        TypeError: Floats as input.

    Example:
        >>> HashedCrossing(5)((np.array(["A", "B", "A"]), np.array([101, 101, 102])))  # [1, 4, 1]
    """

    def __init__(self, num_bins, output_mode="int", sparse=False, name=None, dtype=None, **kwargs):
        if dtype is None:
            dtype = "int64" if output_mode == "int" else dtype_policies.dtype_policy()
        super().__init__(name=name, dtype=dtype, **kwargs)
        check_mode(self, output_mode, ("int", "one_hot"), sparse)
        if output_mode == "int" and not is_int(self.compute_dtype):
            raise bad_argument(self._where(), "bins are integers.", expected="dtype int32 or int64, or output_mode='one_hot'",
                               given=f"dtype={self.compute_dtype!r}")  # fmt: skip
        self.num_bins = positive_integer(self, "num_bins", num_bins)
        self.output_mode = output_mode
        self.sparse = bool(sparse)

    def _read(self, inputs):
        if not isinstance(inputs, (list, tuple)):
            raise self._no_inputs(inputs)
        return [as_tensor(one, self._where(), strings=True, arrays=True) for one in inputs]

    def _works_on_host(self):
        return True

    def call(self, inputs):
        shape = self._common_shape([tuple(one.shape) for one in inputs])
        bins = self._host_call(self._bins, list(inputs), shape, "int64")
        if self.output_mode == "int":
            return ops.cast(bins, self.compute_dtype)
        return encode(bins, self.output_mode, self.num_bins, self.compute_dtype, sparse=self.sparse)

    def _bins(self, *arrays):
        hashes = _START
        for array in arrays:
            if array.dtype.kind in "OUS":
                feature = fingerprint64(bytes_of(array, "utf-8", self._where()))
            elif array.dtype.kind in "iub":
                feature = array.ravel().astype("int64").view("uint64")
            else:
                raise bad_argument(self._where(), "only strings and integers are crossed.",
                                   given=f"dtype {array.dtype}", error=TypeError)  # fmt: skip
            hashes = combine64(hashes, feature)
        return (hashes % np.uint64(self.num_bins)).astype("int64").reshape(arrays[0].shape)

    def _no_inputs(self, inputs):
        return bad_argument(self._where(), "takes a list of two or more inputs.", given=type(inputs).__name__)

    def _common_shape(self, shapes):
        if len(shapes) < 2:
            raise bad_argument(self._where(), "takes a list of two or more inputs.", given=f"{len(shapes)}")
        first = shapes[0]
        for shape in shapes:
            if len(shape) != len(first) or any(
                a != b and a is not None and b is not None for a, b in zip(shape, first, strict=True)
            ):
                raise bad_argument(self._where(), "all inputs must have one shape.",
                                   given=", ".join(map(str, shapes)))  # fmt: skip
        if len(first) > 2 or (len(first) == 2 and first[1] != 1):
            raise bad_argument(self._where(), "inputs hold one category for each row.",
                               expected="the shape (), (batch,) or (batch, 1)", given=first)  # fmt: skip
        return first

    def compute_output_shape(self, input_shape):
        shapes = (
            [tuple(shape) for shape in input_shape] if isinstance(input_shape[0], (tuple, list)) else None
        )
        if shapes is None:
            raise self._no_inputs(input_shape)
        return encoded_shape(self._common_shape(shapes), self.output_mode, self.num_bins)

    def compute_output_spec(self, inputs):
        if not isinstance(inputs, (list, tuple)):
            raise self._no_inputs(inputs)
        for one in inputs:
            dtype = backends.backend_of(one).dtype_of(one) if not hasattr(one, "sparse") else one.dtype
            if dtype not in ("string", "bool") and not is_int(dtype):
                raise bad_argument(self._where(), "only strings and integers are crossed.", given=f"dtype {dtype}",
                                   error=TypeError)  # fmt: skip
        shape = self.compute_output_shape([tuple(one.shape) for one in inputs])
        return spec_of(shape, self.compute_dtype, sparse=self.sparse)

    def get_config(self):
        return {"num_bins": self.num_bins, "output_mode": self.output_mode, "sparse": self.sparse, "name": self.name,
                "dtype": self.dtype_policy.name}  # fmt: skip
