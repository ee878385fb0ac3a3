"""`IntegerLookup`: ids of integers."""

from __future__ import annotations

import numpy as np

from tricorn import ops
from tricorn.core.dtypes import int_range
from tricorn.core.errors import bad_argument
from tricorn.core.hashing import fingerprint64, siphash64
from tricorn.layers.preprocessing._base_index_lookup import BaseIndexLookup
from tricorn.layers.preprocessing._strings import decimals_of


class IntegerLookup(BaseIndexLookup):
    """Ids of integers by a vocabulary, which is given or learnt by `adapt`; or integers of ids.

    Where one id, or the rule of the remainder, is enough for unknown integers, tensors are looked up by the engine itself,
    inside compiled functions too: by a binary search.

    Args:
        max_tokens: Largest number of ids, those of the mask and of unknown integers included; None for any.
        num_oov_indices: How many ids unknown integers share. With 0 an unknown one is an error.
        mask_token: The integer with id 0 in the mode "int"; in other modes it counts nowhere. None for none.
        oov_token: What stands for an unknown integer in `get_vocabulary` and with `invert`.
        vocabulary: List or array of integers, or the path of a file with one a line; None to learn it.
        vocabulary_dtype: "int64".
        idf_weights: With `vocabulary` in the mode "tf_idf": a weight for each integer.
        invert: Whether to turn ids into integers.
        output_mode: "int", "one_hot", "multi_hot", "count" or "tf_idf", as in `StringLookup`.
        sparse: Whether vectors are sparse tensors, on the engines that have them.
        pad_to_max_tokens: Whether vectors have the size `max_tokens`, however many integers there are.
        oov_method: Which id an unknown integer gets: "floormod", the remainder; "farmhash", the hash of its decimals.
        salt: Key of that hash, an integer or two: SipHash instead of FarmHash.
        name: Name.
        **kwargs: Of `Layer`. `dtype` is that of vectors.

    Call arguments:
        inputs: Integers of any shape.

    Output shape:
        That of the input in the mode "int" (int64; JAX narrows it); else (batch, size), and "one_hot" (batch, n, size),
        in the dtype of the policy.

    Raises:
        ValueError: Arguments that contradict each other, an empty vocabulary or one with an integer twice, an unknown one
            where none may be, a call before there is a vocabulary.
        TypeError: Inputs or tokens of another kind.

    Example:
        >>> layer = IntegerLookup(vocabulary=[12, 36, 1138, 42])
        >>> layer(np.array([[12, 1138, 42], [42, 1000, 36]]))  # [[1, 3, 4], [4, 0, 2]]
    """

    _token_dtype = "int64"

    def __init__(self, max_tokens=None, num_oov_indices=1, mask_token=None, oov_token=-1, vocabulary=None,
                 vocabulary_dtype="int64", idf_weights=None, invert=False, output_mode="int", sparse=False,
                 pad_to_max_tokens=False, oov_method="floormod", salt=None, name=None, **kwargs):  # fmt: skip
        where = f"IntegerLookup {name!r}" if name else "IntegerLookup"
        if vocabulary_dtype != "int64":
            raise bad_argument(
                where, "the only `vocabulary_dtype` is int64.", given=f"vocabulary_dtype={vocabulary_dtype!r}"
            )
        for label, token in (("mask_token", mask_token), ("oov_token", oov_token)):
            if token is not None and (isinstance(token, bool) or not isinstance(token, (int, np.integer))):
                raise bad_argument(
                    where, f"`{label}` must be an integer.", given=f"{label}={token!r}", error=TypeError
                )
        if salt is not None and oov_method != "farmhash":
            raise bad_argument(where, "`salt` is the key of a hash.", expected="oov_method='farmhash'",
                               given=f"oov_method={oov_method!r}")  # fmt: skip
        self.vocabulary_dtype = vocabulary_dtype
        super().__init__(
            max_tokens, num_oov_indices, mask_token, oov_token, vocabulary, idf_weights, invert, output_mode, sparse,
            pad_to_max_tokens, oov_method, salt, name, **kwargs,
        )  # fmt: skip

    def _token(self, token, where):
        if isinstance(token, str):
            try:
                return int(token)
            except ValueError:
                pass
        if isinstance(token, bool) or not isinstance(token, (int, np.integer)):
            raise bad_argument(where, "the tokens must be integers.", given=repr(token), error=TypeError)
        return int(token)

    def _tokens_in(self, array):
        if array.dtype.kind not in "iub":
            raise bad_argument(
                self._where(), "takes integers.", given=f"dtype {array.dtype}", error=TypeError
            )
        return array.ravel().tolist()

    def _spread(self, tokens):
        if self.oov_method == "floormod":
            return np.asarray(tokens, "int64") % self.num_oov_indices
        words = decimals_of(np.asarray(tokens))
        hashes = fingerprint64(words) if self.salt is None else siphash64(words, self.salt)
        return (hashes % np.uint64(self.num_oov_indices)).astype("int64")

    def _works_on_host(self):
        hashes = self.oov_method != "floormod" and self.num_oov_indices > 1
        return not self.invert and (hashes or self.num_oov_indices == 0)

    def _ids(self, inputs):
        if isinstance(inputs, np.ndarray) or self._works_on_host():
            return super()._ids(inputs)
        if ops.dtype(inputs) == "bool":
            inputs = ops.cast(inputs, "int32")
        dtype = ops.dtype(inputs)
        if int_range(dtype) is None:
            raise bad_argument(self._where(), "takes integers.", given=f"dtype {dtype}", error=TypeError)
        # Integers that the input's dtype cannot hold cannot occur in it.
        tokens, places = self._vocabulary.sorted_integers(*int_range(dtype if dtype != "uint64" else "int64"))
        first = len(self._specials)
        unknown = first - self.num_oov_indices
        if len(tokens):
            tokens = ops.convert_to_tensor(tokens, dtype)
            found = ops.minimum(ops.searchsorted(tokens, inputs), len(places) - 1)
            is_known = ops.equal(ops.take(tokens, found), inputs)
            ids = ops.cast(ops.take(ops.convert_to_tensor(places + first), found), "int64")
        else:
            ids = ops.cast(ops.zeros_like(inputs), "int64")
            is_known = ops.zeros_like(inputs, "bool")
        others = ops.zeros_like(ids) + unknown
        if self.num_oov_indices > 1:
            others = ops.cast(ops.mod(inputs, self.num_oov_indices), "int64") + unknown
        ids = ops.where(is_known, ids, others)
        if self.mask_token is not None and _fits(self.mask_token, dtype):
            ids = ops.where(ops.equal(inputs, self.mask_token), 0 if self.output_mode == "int" else -1, ids)
        return ops.cast(ids, "int64")

    def _tokens_of_ids(self, ids):
        table = np.asarray([self._unknown_token() or 0, *self.get_vocabulary()], "int64")
        size = len(table) - 1
        if int_range(ops.dtype(ids)) is None:
            raise bad_argument(
                self._where(), "ids are integers.", given=f"dtype {ops.dtype(ids)}", error=TypeError
            )
        tokens = ops.convert_to_tensor(table, "int64")
        lowest, highest = int_range(ops.dtype(tokens))
        if table.min() < lowest or table.max() > highest:
            raise bad_argument(self._where(), "an integer of the vocabulary does not fit the engine's integers.",
                               expected=f"in [{lowest}, {highest}]", given=f"{table.min()} to {table.max()}")  # fmt: skip
        return ops.take(tokens, ops.where(ops.logical_and(ids >= 0, ids < size), ids + 1, 0))

    def get_config(self):
        return {**super().get_config(), "vocabulary_dtype": self.vocabulary_dtype}


def _fits(value, dtype):
    lowest, highest = int_range(dtype)
    return lowest <= value <= highest
