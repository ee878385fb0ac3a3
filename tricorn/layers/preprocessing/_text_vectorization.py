"""`TextVectorization`: texts as rows of ids, or as vectors over a vocabulary."""

from __future__ import annotations

import numpy as np

from tricorn.core import backend as backends
from tricorn.core.errors import bad_argument
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.layers.preprocessing._base_index_lookup import _is_integer
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing, as_array, spec_of
from tricorn.layers.preprocessing._encoding import MODES, check_mode
from tricorn.layers.preprocessing._string_lookup import StringLookup
from tricorn.layers.preprocessing._tokens import (
    SPLITS,
    STANDARDS,
    ngrams_of,
    padded,
    split_texts,
    standardized,
)


class TextVectorization(BasePreprocessing):
    """Texts into tokens, and tokens into ids or vectors, by a vocabulary that is given or learnt by `adapt`.

    A text is standardised (lower case, no punctuation), split into tokens, the tokens joined to n-grams if asked for, and
    each looked up. All of it runs on the host; what comes out is a tensor of the engine.

    Args:
        max_tokens: Largest size of the vocabulary, special tokens included; None for any.
        standardize: "lower_and_strip_punctuation", "lower", "strip_punctuation" (both of ASCII only), None, or a callable
            from an array of strings to one of the same shape (on TensorFlow it gets and gives tensors).
        split: "whitespace" (of ASCII), "character", None (each string is a token), or a callable from an array of strings
            to rows of tokens: lists, an array with one axis more, or a ragged tensor.
        ngrams: n for sequences of 1 to n tokens, joined by a space; a tuple for just these lengths; None for none.
        output_mode: "int" for ids, padded with 0; "multi_hot", "count", "tf_idf" (also "one_hot") as in `StringLookup`.
        output_sequence_length: In the mode "int": each row is cut or padded to this length.
        pad_to_max_tokens: Whether vectors have the size `max_tokens`, however many tokens there are.
        vocabulary: List or array of tokens, or the path of a file with one a line; None to learn it.
        idf_weights: With `vocabulary` in the mode "tf_idf": a weight for each token.
        sparse: Whether vectors are sparse tensors, on the engines that have them.
        ragged: In the mode "int": rows of different lengths instead of padded ones. TensorFlow only.
        encoding: Encoding of strings given as bytes, and of files.
        name: Name.
        **kwargs: Of `Layer`.

    Call arguments:
        inputs: Texts: (batch,), (batch, 1), or one alone; with `split=None` tokens of any shape.

    Output shape:
        "int": (batch, length of the longest row, or `output_sequence_length`), int64; else (batch, size).

    Raises:
        ValueError: Arguments that contradict each other, an empty vocabulary or one with a token twice, texts of another
            shape, a call before there is a vocabulary.
        TypeError: Inputs that are no strings.
        NotSupportedError: Ragged rows on an engine that has none.

    Example:
        >>> layer = TextVectorization(vocabulary=["earth", "wind", "and", "fire"])
        >>> layer(["Earth, wind!", "Fire & ice"])  # [[2, 3], [5, 1]]
    """

    _takes_strings = True
    _reads_arrays = True

    def __init__(self, max_tokens=None, standardize="lower_and_strip_punctuation", split="whitespace", ngrams=None,
                 output_mode="int", output_sequence_length=None, pad_to_max_tokens=False, vocabulary=None,
                 idf_weights=None, sparse=False, ragged=False, encoding="utf-8", name=None, **kwargs):  # fmt: skip
        known_size = kwargs.pop("vocabulary_size", None)
        super().__init__(name=name, **kwargs)
        where = self._where()
        for label, value, names in (("standardize", standardize, STANDARDS), ("split", split, SPLITS)):
            if value is not None and not callable(value) and value not in names:
                known = ", ".join(map(repr, names))
                raise bad_argument(where, f"unknown `{label}`.", expected=f"{known}, None or a callable",
                                   given=f"{label}={value!r}")  # fmt: skip
        check_mode(self, output_mode, (*MODES, "tf_idf"), sparse)
        if isinstance(ngrams, list):
            ngrams = tuple(ngrams)
        lengths = ngrams if isinstance(ngrams, tuple) else () if ngrams is None else (ngrams,)
        if not all(_is_integer(n) and n > 0 for n in lengths) or ngrams == ():
            raise bad_argument(
                where,
                "`ngrams` is a positive integer, a tuple of these, or None.",
                given=f"ngrams={ngrams!r}",
            )
        if output_sequence_length is not None:
            if not _is_integer(output_sequence_length) or output_sequence_length < 1:
                raise bad_argument(where, "`output_sequence_length` must be a positive integer.",
                                   given=repr(output_sequence_length))  # fmt: skip
            if output_mode != "int":
                raise bad_argument(where, "vectors have no sequence length.", expected="output_mode='int'",
                                   given=f"output_sequence_length={output_sequence_length}")  # fmt: skip
        if ragged and output_mode != "int":
            raise bad_argument(where, "vectors are not ragged.", expected="output_mode='int'",
                               given=f"output_mode={output_mode!r}, ragged=True")  # fmt: skip
        self.standardize, self.split, self.ngrams = standardize, split, ngrams
        self.output_mode, self.output_sequence_length = output_mode, output_sequence_length
        self.max_tokens, self.pad_to_max_tokens = max_tokens, bool(pad_to_max_tokens)
        self.sparse, self.ragged, self.encoding = bool(sparse), bool(ragged), encoding
        self._lookup_layer = StringLookup(
            max_tokens=max_tokens, mask_token="", vocabulary=vocabulary, idf_weights=idf_weights, output_mode=output_mode,
            pad_to_max_tokens=pad_to_max_tokens, sparse=sparse, encoding=encoding, vocabulary_size=known_size,
            dtype=self.dtype_policy,
        )  # fmt: skip
        self._lookup_layer.trainable = self.trainable

    @property
    def compute_dtype(self):
        return "string"

    @property
    def variable_dtype(self):
        return "string"

    # --- the vocabulary, which the lookup holds ----------------------------------------------------------------
    def get_vocabulary(self, include_special_tokens=True):
        """The tokens in the order of their ids; see `StringLookup.get_vocabulary`."""
        return self._lookup_layer.get_vocabulary(include_special_tokens)

    def vocabulary_size(self):
        """The number of ids, those of special tokens included."""
        return self._lookup_layer.vocabulary_size()

    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Take the tokens from a list, in place of those known before; see `StringLookup.set_vocabulary`."""
        self._lookup_layer.set_vocabulary(vocabulary, idf_weights)
        self._state_changed()

    def adapt(self, data, batch_size=None, steps=None):
        """Learn the vocabulary from texts, in place of that known before.

        Args:
            data: Array, list, tensor, pandas column, or an iterable of batches of texts.
            batch_size: Unused: data in memory is read in portions of our own.
            steps: At most so many batches of an iterable; None for all.

        Raises:
            ValueError: The vocabulary was given; or there is no data.
        """
        if self._lookup_layer._frozen:
            raise bad_argument(f"{self._where()}.adapt", "the vocabulary was given, and is not learnt.",
                               hint="a layer without `vocabulary`")  # fmt: skip
        self._learn(data, steps)

    def update_state(self, data):
        """Count the tokens of one batch. `finalize_state` makes a vocabulary of all batches."""
        array = as_array(data, self._where())
        self._check_shape(array.shape)
        rows, _ = self._rows(
            array, backends.get_backend("numpy") if backends.stays_on_host() else self._backend
        )
        self._lookup_layer._count(rows)

    def finalize_state(self):
        """Make the vocabulary of what `adapt` or `update_state` has counted."""
        self._lookup_layer.finalize_state()
        self._state_changed()

    def reset_state(self):
        """Forget what was learnt."""
        self._lookup_layer.reset_state()

    # --- calling ---------------------------------------------------------------------------------------------------
    def call(self, inputs):
        lookup = self._lookup_layer
        if not len(lookup._vocabulary):
            raise bad_argument(
                self._where(), "has no vocabulary yet.", hint="layer.adapt(texts), or set_vocabulary([...])"
            )
        shape = tuple(inputs.shape)
        self._check_shape(shape)
        engine = backends.active_backend()
        width = self._width(shape)
        filler = 0 if self.output_mode == "int" and not self.ragged else -1

        def ids_of(array):
            rows, lead = self._rows(array, engine)
            lengths = list(map(len, rows))
            ids = lookup._host_ids(np.asarray([token for row in rows for token in row], dtype=object))
            return padded(ids, lengths, self.output_sequence_length, filler, fixed=not self.ragged, lead=lead)

        ids = self._host_call(ids_of, [inputs], (*self._lead(shape), width), "int64")
        if self.ragged:
            return engine.ragged(ids, filler)
        return lookup._encoded(ids)

    def _rows(self, array, engine):
        """Rows of tokens, and the leading axes that they stand for."""
        where = self._where()
        texts = standardized(array, self.standardize, self.encoding, engine, where)
        shape = array.shape
        if self.split is None:
            width = shape[-1] if shape else 1
            rows = [texts[start : start + width] for start in range(0, len(texts), width)] if width else []
            lead = shape[:-1]
        else:
            rows = split_texts(texts, self.split, self.encoding, engine, where)
            lead = shape[:1]
        return (ngrams_of(rows, self.ngrams) if self.ngrams is not None else rows), lead

    def _check_shape(self, shape):
        if self.split is not None and not (len(shape) < 2 or (len(shape) == 2 and shape[1] in (1, None))):
            raise bad_argument(self._where(), "takes one text for each row.", expected="the shape (), (batch,) or (batch, 1)",
                               given=shape, hint="split=None if the texts are split already")  # fmt: skip

    def _lead(self, shape):
        return shape[:-1] if self.split is None else shape[:1]

    def _width(self, shape):
        """The length of rows of ids; None where it follows from the texts."""
        if self.output_sequence_length is not None and not self.ragged:
            return self.output_sequence_length
        if self.split is None and self.ngrams is None and not self.ragged:
            return shape[-1] if shape else 1
        return None

    def compute_output_shape(self, input_shape):
        shape = tuple(input_shape)
        self._check_shape(shape)
        if self.output_mode == "int":
            return (*self._lead(shape), self._width(shape))
        return self._lookup_layer.compute_output_shape((*self._lead(shape), self._width(shape)))

    def compute_output_spec(self, inputs):
        if inputs.dtype != "string":
            raise bad_argument(self._where(), "takes strings.", given=f"dtype {inputs.dtype}", error=TypeError,
                               hint='Input(..., dtype="string")')  # fmt: skip
        dtype = "int64" if self.output_mode == "int" else self._lookup_layer._vector_dtype
        return spec_of(self.compute_output_shape(inputs.shape), dtype, sparse=self.sparse)

    # --- files ---------------------------------------------------------------------------------------------------
    def get_config(self):
        lookup = self._lookup_layer.get_config()
        return {
            **super().get_config(), "max_tokens": self.max_tokens, "standardize": _written(self.standardize),
            "split": _written(self.split), "ngrams": self.ngrams, "output_mode": self.output_mode,
            "output_sequence_length": self.output_sequence_length, "pad_to_max_tokens": self.pad_to_max_tokens,
            "sparse": self.sparse, "ragged": self.ragged, "vocabulary": lookup["vocabulary"],
            "idf_weights": lookup["idf_weights"], "encoding": self.encoding, "vocabulary_size": self.vocabulary_size(),
        }  # fmt: skip

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        for name in ("standardize", "split"):
            if isinstance(config.get(name), dict):
                config[name] = deserialize_keras_object(config[name])
        return cls(**config)

    def save_own_variables(self, store):
        """The weights of the mode "tf_idf"; the vocabulary is an asset, or in the configuration."""
        self._lookup_layer.save_own_variables(store)

    def load_own_variables(self, store):
        self._lookup_layer.load_own_variables(store)

    def save_assets(self, dir_path):
        """Write the vocabulary into a directory, one token a line, unless it was given and is in the configuration."""
        self._lookup_layer.save_assets(dir_path)

    def load_assets(self, dir_path):
        """Read the vocabulary that `save_assets` wrote."""
        self._lookup_layer.load_assets(dir_path)


def _written(value):
    return serialize_keras_object(value) if callable(value) else value
