"""`BaseIndexLookup`: what StringLookup and IntegerLookup share, which is nearly all."""

from __future__ import annotations

import pathlib

import numpy as np

from tricorn import ops
from tricorn.core.errors import bad_argument, describe
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing, as_array, spec_of
from tricorn.layers.preprocessing._encoding import MODES, check_mode, encode, encoded_shape, encoded_spec
from tricorn.layers.preprocessing._strings import check_salt
from tricorn.layers.preprocessing._vocabulary import Counts, Vocabulary
from tricorn.ops._sparse import to_sparse

FILE = "vocabulary.txt"


class BaseIndexLookup(BasePreprocessing):
    """Ids of tokens by a vocabulary, or tokens of ids.

    Ids are given in this order: the mask token (only in the mode "int", and if there is one), the ids of unknown tokens,
    the vocabulary.
    """

    _token_dtype = "string"
    _reads_arrays = True

    def __init__(self, max_tokens, num_oov_indices, mask_token, oov_token, vocabulary=None, idf_weights=None, invert=False,
                 output_mode="int", sparse=False, pad_to_max_tokens=False, oov_method="floormod", salt=None, name=None,
                 **kwargs):  # fmt: skip
        known_size = kwargs.pop("vocabulary_size", None)  # written by `get_config`
        super().__init__(name=name, **kwargs)
        where = self._where()
        if max_tokens is not None and (not _is_integer(max_tokens) or max_tokens <= 1):
            raise bad_argument(
                where, "`max_tokens` must be an integer above 1.", given=f"max_tokens={max_tokens!r}"
            )
        if pad_to_max_tokens and max_tokens is None:
            raise bad_argument(
                where, "padding to `max_tokens` needs `max_tokens`.", given="pad_to_max_tokens=True"
            )
        if not _is_integer(num_oov_indices) or num_oov_indices < 0:
            raise bad_argument(
                where, "`num_oov_indices` cannot be negative.", given=f"num_oov_indices={num_oov_indices!r}"
            )
        check_mode(self, output_mode, (*MODES, "tf_idf"), sparse)
        if invert and output_mode != "int":
            raise bad_argument(where, "tokens of ids are no vectors.", expected="output_mode='int' with invert=True",
                               given=f"output_mode={output_mode!r}")  # fmt: skip
        if oov_method not in ("floormod", "farmhash"):
            raise bad_argument(
                where, "unknown `oov_method`.", expected="'floormod' or 'farmhash'", given=repr(oov_method)
            )
        self.max_tokens, self.num_oov_indices = max_tokens, num_oov_indices
        self.mask_token, self.oov_token = mask_token, oov_token
        self.invert, self.output_mode, self.sparse = bool(invert), output_mode, bool(sparse)
        self.pad_to_max_tokens, self.oov_method = bool(pad_to_max_tokens), oov_method
        self.salt = check_salt(where, salt)
        self._known_size = known_size
        self._counts = None
        self.__dict__["_frozen"] = False
        self._keep(Vocabulary(), None)
        if vocabulary is not None:
            from_file = isinstance(vocabulary, (str, pathlib.PurePath))
            tokens = self._tokens_of_file(vocabulary) if from_file else vocabulary
            if idf_weights is None and output_mode == "tf_idf":
                raise bad_argument(where, "`idf_weights` are needed with a vocabulary in the mode 'tf_idf'.",
                                   expected="one weight for each token")  # fmt: skip
            self.set_vocabulary(tokens, idf_weights)
            # A file's tokens are kept as an asset: the path may mean nothing where the model is loaded.
            self.__dict__["_given"] = None if from_file else self._vocabulary.tokens
        elif idf_weights is not None:
            raise bad_argument(where, "`idf_weights` belong to a `vocabulary`.", given="vocabulary=None")
        self.built = True

    def _keep(self, vocabulary, idf_weights):
        state = self.__dict__
        state["_vocabulary"], state["_idf"] = vocabulary, idf_weights
        state.setdefault("_given", None)
        self._state_changed()

    # --- what there is -----------------------------------------------------------------------------------
    @property
    def compute_dtype(self):
        return self._token_dtype

    @property
    def variable_dtype(self):
        return self._token_dtype

    @property
    def _vector_dtype(self):
        return self._policy.compute_dtype

    @property
    def idf_weights(self):
        """The weights of the ids in the mode "tf_idf", those of unknown tokens first; None in others."""
        return self._idf

    @property
    def _specials(self):
        masks = [self.mask_token] if self.mask_token is not None and self.output_mode == "int" else []
        return masks + [self.oov_token] * self.num_oov_indices

    def get_vocabulary(self, include_special_tokens=True):
        """The tokens in the order of their ids.

        Args:
            include_special_tokens: Whether the mask and unknown tokens stand before them.

        Returns:
            A list of strings or integers.
        """
        return [*(self._specials if include_special_tokens else ()), *self._vocabulary.tokens]

    def vocabulary_size(self):
        """The number of ids, those of the mask and of unknown tokens included."""
        return len(self._specials) + len(self._vocabulary)

    @property
    def _depth(self):
        """The size of vectors; None before it is known."""
        if self.pad_to_max_tokens:
            return self.max_tokens
        if len(self._vocabulary):
            return self.vocabulary_size()
        return self._known_size

    def _depth_now(self):
        depth = self._depth
        if depth is None:
            raise bad_argument(self._where(), "the size of its vectors is not known yet.",
                               hint="adapt() it first, or give `max_tokens` and pad_to_max_tokens=True")  # fmt: skip
        return depth

    # --- setting the vocabulary ------------------------------------------------------------------------------
    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Take the tokens from a list, in place of those known before.

        Args:
            vocabulary: List or array of different tokens, or the path of a file with one a line. The special tokens may
                stand first, in the order of `get_vocabulary`; elsewhere they may not.
            idf_weights: In the mode "tf_idf": a weight for each token.

        Raises:
            ValueError: No token, the same one twice, more than `max_tokens`, special ones at other places, weights of
                another number or in another mode.
            TypeError: A token is of another type.
        """
        where = f"{self._where()}.set_vocabulary"
        if isinstance(vocabulary, (str, pathlib.PurePath)):
            vocabulary = self._tokens_of_file(vocabulary)
        tokens = self._tokens_of(vocabulary, where)
        if not tokens:
            raise bad_argument(where, "the vocabulary is empty.", expected="one token or more")
        weights = None
        if idf_weights is not None:
            if self.output_mode != "tf_idf":
                raise bad_argument(where, "`idf_weights` belong to the mode 'tf_idf'.",
                                   given=f"output_mode={self.output_mode!r}")  # fmt: skip
            weights = np.asarray(idf_weights, "float64")
            if weights.shape != (len(tokens),):
                raise bad_argument(where, "there must be a weight for each token.", expected=f"{len(tokens)} weights",
                                   given=f"shape {weights.shape}")  # fmt: skip
        elif self.output_mode == "tf_idf":
            raise bad_argument(
                where, "`idf_weights` are needed in the mode 'tf_idf'.", expected=f"{len(tokens)} weights"
            )
        specials = self._specials
        if specials and tokens[: len(specials)] == specials:
            tokens = tokens[len(specials) :]
            weights = weights if weights is None else weights[len(specials) :]
        self._check_tokens(tokens, where)
        self._keep(Vocabulary(tokens), self._with_unknown(weights, len(tokens)))
        self.__dict__["_frozen"] = True
        self.__dict__["_given"] = self._vocabulary.tokens

    def _check_tokens(self, tokens, where):
        if len(set(tokens)) < len(tokens):
            seen = set()
            repeated = [token for token in tokens if token in seen or seen.add(token)]
            raise bad_argument(where, "the vocabulary has a token more than once.", expected="different tokens",
                               given=", ".join(map(repr, repeated[:8])))  # fmt: skip
        for label, token in (("mask", self.mask_token), ("unknown", self.oov_token)):
            if token is not None and token in tokens and (label == "mask" or self.invert):
                raise bad_argument(where, f"the token for {label} values stands within the vocabulary.",
                                   expected=f"{self._specials} first, or no special tokens",
                                   given=f"{token!r} at place {tokens.index(token)}")  # fmt: skip
        size = len(self._specials) + len(tokens)
        if self.max_tokens is not None and size > self.max_tokens:
            raise bad_argument(where, "the vocabulary is larger than `max_tokens`.", expected=f"at most {self.max_tokens}",
                               given=f"{size}, special tokens included")  # fmt: skip

    def _with_unknown(self, weights, count):
        """Weights of all ids: an unknown token weighs as much as the tokens do on average."""
        if weights is None:
            return None
        unknown = weights.mean() if count else 0.0
        return np.concatenate([np.full(self.num_oov_indices, unknown), weights]).astype("float32")

    def _tokens_of(self, vocabulary, where):
        if isinstance(vocabulary, (list, tuple)) and all(type(token) in (str, int) for token in vocabulary):
            tokens = list(vocabulary)
        else:
            array = as_array(vocabulary, where)
            if array.ndim != 1:
                raise bad_argument(where, "a vocabulary is a list of tokens.", given=describe(vocabulary))
            tokens = array.tolist()
        return [self._token(token, where) for token in tokens]

    def _token(self, token, where):
        """One token of a vocabulary, in the layer's type."""
        raise NotImplementedError

    def _tokens_of_file(self, path):
        path = pathlib.Path(path)
        if not path.is_file():
            raise bad_argument(self._where(), "the vocabulary's file does not exist.", given=str(path))
        return self._parse(
            path.read_text(encoding=getattr(self, "encoding", "utf-8"), errors="surrogateescape")
        )

    def _parse(self, text):
        """Tokens of a file: one a line."""
        lines = text.split("\n")
        return lines[:-1] if len(lines) > 1 and lines[-1] == "" else lines

    # --- adapting ----------------------------------------------------------------------------------------------
    def adapt(self, data, steps=None):
        """Learn the vocabulary from data, in place of that known before: the most frequent tokens first, among equally
        frequent ones the greater first.

        Args:
            data: Array, tensor, list, pandas data, or an iterable of batches. In the mode "tf_idf" each row is a document.
                What is remembered is a count for each different token.
            steps: At most so many batches of an iterable; None for all.

        Raises:
            ValueError: The vocabulary was given; or there is no data.
        """
        if self._frozen:
            raise bad_argument(f"{self._where()}.adapt", "the vocabulary was given, and is not learnt.",
                               hint="a layer without `vocabulary`")  # fmt: skip
        self._learn(data, steps)

    def update_state(self, data):
        """Count the tokens of one batch. `finalize_state` makes a vocabulary of all batches."""
        array = as_array(data, self._where())
        if array.ndim == 0:
            array = array.reshape(1)
        width = int(np.prod(array.shape[1:]))
        tokens = self._tokens_in(array)
        self._count([tokens[start : start + width] for start in range(0, len(tokens), width)]
                    if self.output_mode == "tf_idf" and width else [tokens])  # fmt: skip

    def _count(self, rows):
        """Count rows of tokens."""
        if self._counts is None:
            self._counts = Counts(documents=self.output_mode == "tf_idf")
        self._counts.add(rows)

    def _tokens_in(self, array):
        """The tokens of an array of data, flat, as a list."""
        raise NotImplementedError

    def finalize_state(self):
        """Make the vocabulary of what `adapt` or `update_state` has counted."""
        if self._frozen or self._counts is None:
            return
        limit = None if self.max_tokens is None else max(0, self.max_tokens - len(self._specials))
        tokens = self._counts.most_common(limit, {self.mask_token, self.oov_token})
        weights = None
        if self.output_mode == "tf_idf":
            weights = self._with_unknown(self._counts.inverse_frequencies(tokens), len(tokens))
        self._keep(Vocabulary(tokens), weights)
        self._counts = None

    def reset_state(self):
        """Forget what was learnt."""
        if not self._frozen:
            self._counts = None
            self._keep(Vocabulary(), None)

    # --- calling -------------------------------------------------------------------------------------------------
    def call(self, inputs):
        if not len(self._vocabulary):
            raise bad_argument(
                self._where(), "has no vocabulary yet.", hint="layer.adapt(data), or set_vocabulary([...])"
            )
        if self.invert:
            return self._tokens_of_ids(inputs)
        return self._encoded(self._ids(inputs))

    def _encoded(self, ids):
        if self.output_mode == "int":
            return ids
        counting = "count" if self.output_mode == "tf_idf" else self.output_mode
        dtype = self._vector_dtype
        if self.output_mode != "tf_idf":
            return encode(ids, counting, self._depth_now(), dtype, sparse=self.sparse)
        weights = np.zeros(self._depth_now(), "float32")
        weights[: len(self._idf)] = self._idf
        vectors = encode(ids, counting, len(weights), dtype) * ops.convert_to_tensor(weights, dtype)
        return to_sparse(vectors) if self.sparse else vectors

    def _ids(self, inputs):
        """int64 ids of tokens; -1 for a mask token where it has no id."""
        return self._host_call(self._host_ids, [inputs], tuple(inputs.shape), "int64")

    def _host_ids(self, array):
        tokens = self._tokens_in(array)
        places = self._vocabulary.places(tokens)
        unknown = np.flatnonzero(places < 0)
        first = len(self._specials)
        ids = places + first
        if self.mask_token is not None and len(unknown):
            # The mask token is never in the vocabulary, so it is among the unknown ones.
            masked = np.fromiter((tokens[index] == self.mask_token for index in unknown), bool, len(unknown))
            ids[unknown[masked]] = 0 if self.output_mode == "int" else -1
            unknown = unknown[~masked]
        if len(unknown):
            ids[unknown] = self._unknown_ids([tokens[index] for index in unknown])
        return ids.reshape(array.shape)

    def _unknown_ids(self, tokens):
        first = len(self._specials) - self.num_oov_indices
        if self.num_oov_indices == 0:
            shown = ", ".join(map(repr, dict.fromkeys(tokens[:1000])))[:200]
            raise bad_argument(self._where(), "unknown tokens have no id.", expected="tokens of the vocabulary",
                               given=shown, hint="num_oov_indices=1 gives them one")  # fmt: skip
        if self.num_oov_indices == 1:
            return np.full(len(tokens), first)
        return self._spread(tokens) + first

    def _spread(self, tokens):
        """Which of the ids of unknown tokens each gets."""
        raise NotImplementedError

    def _tokens_of_ids(self, ids):
        raise NotImplementedError

    def _unknown_token(self):
        return self.oov_token

    def compute_output_shape(self, input_shape):
        if self.invert or self.output_mode == "int":
            return tuple(input_shape)
        mode = "count" if self.output_mode == "tf_idf" else self.output_mode
        return encoded_shape(input_shape, mode, self._depth_now())

    def compute_output_spec(self, inputs):
        self._check_spec(inputs)
        if self.invert:
            return spec_of(inputs.shape, self._token_dtype)
        if self.output_mode == "int":
            return spec_of(inputs.shape, "int64")
        mode = "count" if self.output_mode == "tf_idf" else self.output_mode
        return encoded_spec(inputs.shape, mode, self._depth_now(), self._vector_dtype, self.sparse)

    def _check_spec(self, inputs):
        """Raise for symbolic inputs of another kind."""
        wants_strings = self._token_dtype == "string" and not self.invert
        if (inputs.dtype == "string") != wants_strings or "float" in inputs.dtype:
            raise bad_argument(
                self._where(), "takes strings." if wants_strings else "takes integers.", given=f"dtype {inputs.dtype}",
                hint='Input(..., dtype="string")' if wants_strings else 'Input(..., dtype="int64")', error=TypeError,
            )  # fmt: skip

    # --- files ----------------------------------------------------------------------------------------------------
    def get_config(self):
        weights = self._idf if self._given is not None and self._idf is not None else None
        return {
            **super().get_config(), "invert": self.invert, "max_tokens": self.max_tokens,
            "num_oov_indices": self.num_oov_indices, "oov_token": self.oov_token, "mask_token": self.mask_token,
            "output_mode": self.output_mode, "sparse": self.sparse, "pad_to_max_tokens": self.pad_to_max_tokens,
            "vocabulary": None if self._given is None else list(self._given),
            "idf_weights": None if weights is None else weights[self.num_oov_indices :].tolist(),
            "vocabulary_size": self.vocabulary_size() if len(self._vocabulary) else self._known_size,
            "oov_method": self.oov_method, "salt": self.salt,
        }  # fmt: skip

    def get_build_config(self):
        return {}

    def build_from_config(self, config):
        """There is nothing to build."""

    def save_own_variables(self, store):
        """The weights of the mode "tf_idf"; the vocabulary is an asset, or in the configuration."""
        if self._idf is not None:
            store["idf_weights"] = self._idf

    def load_own_variables(self, store):
        if self.output_mode == "tf_idf" and "idf_weights" in store:
            self.__dict__["_idf"] = np.asarray(store["idf_weights"], "float32")

    def save_assets(self, dir_path):
        """Write the vocabulary into a directory, one token a line, unless it was given and is in the configuration."""
        if self._given is not None or not len(self._vocabulary):
            return
        text = "\n".join(str(token) for token in self.get_vocabulary())
        pathlib.Path(dir_path, FILE).write_bytes(
            text.encode(getattr(self, "encoding", "utf-8"), "surrogateescape")
        )

    def load_assets(self, dir_path):
        """Read the vocabulary that `save_assets` wrote."""
        path = pathlib.Path(dir_path, FILE)
        if self._given is not None or not path.is_file():
            return
        text = path.read_bytes().decode(getattr(self, "encoding", "utf-8"), "surrogateescape")
        specials = self._specials
        where = f"{self._where()}.load_assets"
        tokens = [self._token(token, where) for token in text.split("\n")]
        if specials and tokens[: len(specials)] == specials:
            tokens = tokens[len(specials) :]
        self._check_tokens(tokens, where)
        weights = self._idf
        if weights is not None and len(weights) != self.num_oov_indices + len(tokens):
            raise bad_argument(where, "the file's vocabulary and its weights differ in number.",
                               given=f"{len(tokens)} tokens, {len(weights)} weights")  # fmt: skip
        self._keep(Vocabulary(tokens), weights)


def _is_integer(value):
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
