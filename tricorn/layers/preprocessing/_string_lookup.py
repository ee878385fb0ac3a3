"""`StringLookup`: ids of strings."""

from __future__ import annotations

import numpy as np

from tricorn.core.errors import bad_argument
from tricorn.core.hashing import fingerprint64, siphash64
from tricorn.layers.preprocessing._base_index_lookup import BaseIndexLookup
from tricorn.layers.preprocessing._base_preprocessing import not_numbers
from tricorn.layers.preprocessing._strings import check_encoding, texts_of


class StringLookup(BaseIndexLookup):
    """Ids of strings by a vocabulary, which is given or learnt by `adapt`; or strings of ids.

    Strings are Python strings or bytes in lists and NumPy arrays, or tensors of TensorFlow. They are looked up on the
    host; what comes out is a tensor of the engine.

    Args:
        max_tokens: Largest number of ids, those of the mask and of unknown tokens included; None for any.
        num_oov_indices: How many ids unknown tokens share, by their hash (FarmHash). With 0 an unknown token is an error.
        mask_token: The token with id 0 in the mode "int"; in other modes it counts nowhere. None for none.
        oov_token: What stands for an unknown token in `get_vocabulary` and with `invert`.
        vocabulary: List or array of tokens, or the path of a file with one a line; None to learn it.
        idf_weights: With `vocabulary` in the mode "tf_idf": a weight for each token.
        invert: Whether to turn ids into strings.
        output_mode: "int" for ids; vectors over all ids else: "one_hot" for each token, "multi_hot" (which tokens are in
            a row), "count" (how often), "tf_idf" (how often, weighted by log(1 + documents / (1 + documents with it))).
        pad_to_max_tokens: Whether vectors have the size `max_tokens`, however many tokens there are.
        sparse: Whether vectors are sparse tensors, on the engines that have them.
        encoding: Encoding of strings given as bytes, and of files.
        name: Name.
        salt: Key of the hash of unknown tokens, an integer or two: SipHash instead of FarmHash.
        **kwargs: Of `Layer`. `dtype` is that of vectors.

    Call arguments:
        inputs: Strings of any shape; with `invert` integers.

    Output shape:
        That of the input in the mode "int" (int64; JAX narrows it); else (batch, size), and "one_hot" (batch, n, size),
        in the dtype of the policy.

    Raises:
        ValueError: Arguments that contradict each other, an empty vocabulary or one with a token twice, an unknown token
            where none may be, a call before there is a vocabulary.
        TypeError: Inputs of another kind.

    Example:
        >>> layer = StringLookup(vocabulary=["a", "b", "c"])
        >>> layer(np.array([["a", "z"], ["c", "b"]]))  # [[1, 0], [3, 2]]
    """

    def __init__(self, max_tokens=None, num_oov_indices=1, mask_token=None, oov_token="[UNK]", vocabulary=None,
                 idf_weights=None, invert=False, output_mode="int", pad_to_max_tokens=False, sparse=False,
                 encoding="utf-8", name=None, salt=None, **kwargs):  # fmt: skip
        kwargs.pop("oov_method", None)  # written by `get_config`; strings have one method
        self.__dict__["encoding"] = check_encoding("StringLookup", encoding)
        for label, token in (("mask_token", mask_token), ("oov_token", oov_token)):
            if token is not None and not isinstance(token, str):
                raise bad_argument(f"StringLookup {name!r}" if name else "StringLookup", f"`{label}` must be a string.",
                                   given=f"{label}={token!r}", error=TypeError)  # fmt: skip
        super().__init__(
            max_tokens, num_oov_indices, mask_token, oov_token, vocabulary, idf_weights, invert, output_mode, sparse,
            pad_to_max_tokens, "floormod", salt, name, **kwargs,
        )  # fmt: skip

    @property
    def _takes_strings(self):
        return not self.invert

    def _token(self, token, where):
        if isinstance(token, bytes):
            return token.decode(self.encoding, "surrogateescape")
        if not isinstance(token, str):
            raise bad_argument(where, "the tokens must be strings.", given=repr(token), error=TypeError)
        return str(token)

    def _tokens_in(self, array):
        return texts_of(array, self.encoding, self._where())

    def _spread(self, tokens):
        words = [token.encode(self.encoding, "surrogateescape") for token in tokens]
        hashes = fingerprint64(words) if self.salt is None else siphash64(words, self.salt)
        return (hashes % np.uint64(self.num_oov_indices)).astype("int64")

    def _tokens_of_ids(self, ids):
        return self._host_call(self._host_tokens, [ids], tuple(ids.shape), "string")

    def _host_tokens(self, ids):
        if ids.dtype.kind not in "iub":
            raise not_numbers(self._where(), ids) if ids.dtype.kind in "OUS" else bad_argument(
                self._where(), "ids are integers.", given=f"dtype {ids.dtype}", error=TypeError)  # fmt: skip
        table = np.asarray([self._unknown_token() or "", *self.get_vocabulary()])
        ids = np.where((ids >= 0) & (ids < len(table) - 1), ids, -1)
        return table[ids + 1]

    def get_config(self):
        return {**super().get_config(), "encoding": self.encoding}
