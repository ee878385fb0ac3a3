"""Texts into rows of tokens: standardising, splitting, n-grams, padding."""

from __future__ import annotations

import re
import string

import numpy as np

from tricorn.core import backend as backends
from tricorn.core.errors import bad_argument, describe
from tricorn.layers.preprocessing._strings import texts_of

_LOWER = dict(zip(map(ord, string.ascii_uppercase), string.ascii_lowercase, strict=True))
_NO_PUNCTUATION = dict.fromkeys(map(ord, string.punctuation))

#: Named standards: what becomes of single characters. Beyond ASCII nothing changes.
STANDARDS = {
    "lower_and_strip_punctuation": {**_LOWER, **_NO_PUNCTUATION},
    "lower": _LOWER,
    "strip_punctuation": _NO_PUNCTUATION,
}
SPLITS = {"whitespace": re.compile("[^ \t\n\v\f\r]+").findall, "character": list}


def standardized(array, standard, encoding, engine, where):
    """The strings of an array, standardised, flat."""
    if not callable(standard):
        texts = texts_of(array, encoding, where)
        if standard is None:
            return texts
        table = STANDARDS[standard]
        return [text.translate(table) for text in texts]
    shape = array.shape
    texts = np.asarray(texts_of(array, encoding, where), dtype=str).reshape(shape)
    result = _called(standard, texts, engine)
    result = texts_of(_on_host(result), encoding, f"{where}, standardize")
    if len(result) != array.size:
        raise bad_argument(where, "`standardize` must give as many strings as it gets.", expected=array.size,
                           given=len(result))  # fmt: skip
    return result


def split_texts(texts, split, encoding, engine, where):
    """Rows of tokens, one for each text."""
    if not callable(split):
        return list(map(SPLITS[split], texts))
    result = _called(split, np.asarray(texts, dtype=str), engine)
    rows = result.to_list() if hasattr(result, "to_list") else _on_host(result)
    rows = rows.tolist() if isinstance(rows, np.ndarray) else list(rows)
    if len(rows) != len(texts):
        raise bad_argument(where, "`split` must give a row of tokens for each text.", expected=f"{len(texts)} rows",
                           given=f"{len(rows)}")  # fmt: skip
    if not all(isinstance(row, (list, tuple, np.ndarray)) for row in rows):
        raise bad_argument(where, "`split` must give rows of tokens.", given=describe(rows[0]))
    return [
        texts_of(np.asarray(row, dtype=object), encoding, f"{where}, split") if len(row) else []
        for row in rows
    ]


def _called(function, texts, engine):
    """The user's function on what it expects: tensors where the engine has strings, else arrays."""
    with backends.backend_scope(engine):
        return function(engine.convert_to_tensor(texts) if "strings" in engine.capabilities else texts)


def _on_host(value):
    owner = backends.backend_of(value)
    return owner.to_numpy(value) if owner is not None else value


def ngrams_of(rows, ngrams):
    """Sequences of tokens joined by a space: of all lengths up to a number, or of the lengths of a tuple, in this order."""
    lengths = range(1, ngrams + 1) if not isinstance(ngrams, tuple) else ngrams
    return [
        [" ".join(row[start : start + n]) if n > 1 else row[start] for n in lengths
         for start in range(len(row) - n + 1)]
        for row in rows
    ]  # fmt: skip


def padded(ids, lengths, width, filler, fixed, lead):
    """Rows of ids as one array.

    Args:
        ids: All ids, row after row.
        lengths: How many belong to each row.
        width: Rows are cut to this length; None for no cut.
        filler: What stands behind a shorter row.
        fixed: Whether rows are filled up to `width`, or only to the longest of them.
        lead: Axes that the rows stand for.
    """
    lengths = np.asarray(lengths, "int64")
    ends = np.cumsum(lengths)
    kept = lengths if width is None else np.minimum(lengths, width)
    columns = width if width is not None and fixed else int(kept.max(initial=0))
    result = np.full((len(lengths), columns), filler, "int64")
    places = np.arange(columns)
    inside = places < kept[:, None]
    result[inside] = ids[((ends - lengths)[:, None] + places)[inside]]
    return result.reshape(*lead, columns)
