"""What a lookup knows: tokens and their ids, and how often tokens occur."""

from __future__ import annotations

import collections

import numpy as np


class Vocabulary:
    """Tokens in order, and the way from a token to its place.

    Args:
        tokens: Different strings, or different integers, without special ones.
    """

    def __init__(self, tokens=()):
        self.tokens = tuple(tokens)
        self._places = None  # made when first needed: reading a model should not cost what only some use
        self._sorted = None

    def __len__(self):
        return len(self.tokens)

    def __getstate__(self):
        return {"tokens": self.tokens, "_places": None, "_sorted": None}

    def __setstate__(self, state):
        self.__dict__.update(state)

    def places(self, tokens):
        """The place of each token of a list, -1 for those that are not known: an array of int64."""
        if self._places is None:
            self._places = {token: place for place, token in enumerate(self.tokens)}
        get = self._places.get
        return np.fromiter([get(token, -1) for token in tokens], "int64", len(tokens))

    def sorted_integers(self, lowest, highest):
        """Tokens within a range in ascending order, and their places."""
        if self._sorted is None:
            tokens = np.asarray(self.tokens, "int64")
            order = np.argsort(tokens)
            self._sorted = tokens[order], order
        tokens, order = self._sorted
        start, stop = np.searchsorted(tokens, [lowest, highest])
        stop += int(stop < len(tokens) and tokens[stop] == highest)
        return tokens[start:stop], order[start:stop]


class Counts:
    """How often tokens occur, and in how many documents (for TF-IDF).

    Args:
        documents: Whether to count documents too.
    """

    def __init__(self, documents):
        self.tokens = collections.Counter()
        self.documents = collections.Counter() if documents else None
        self.number_of_documents = 0

    def add(self, rows):
        """Take in rows, each a document: lists of tokens."""
        for row in rows:
            self.tokens.update(row)
        if self.documents is not None:
            self.number_of_documents += len(rows)
            for row in rows:
                self.documents.update(set(row))

    def most_common(self, limit, left_out):
        """At most `limit` tokens, the most frequent first, the greater first among equals."""
        tokens = [token for token in self.tokens if token not in left_out]
        counts = self.tokens
        tokens.sort(key=lambda token: (counts[token], token), reverse=True)
        return tokens[:limit]

    def inverse_frequencies(self, tokens):
        """log(1 + n / (1 + n_t)) for each token t: n documents in all, n_t with it."""
        found = np.fromiter((self.documents[token] for token in tokens), "float64", len(tokens))
        return np.log1p(self.number_of_documents / (1 + found))
