"""Data in memory: batches are slices."""

from __future__ import annotations

import numpy as np

from tricorn.core.errors import bad_argument, describe
from tricorn.data._convert import LazyRows, rows_of
from tricorn.data._source import Source, place_of_epoch
from tricorn.data._structure import is_container, leaves_of, map_leaves, named_leaves, rebuilder

DEFAULT_BATCH_SIZE = 32


def rows_in(structure, name, where):
    """`structure` with every leaf as rows on the host (`rows_of`); what is converted stays as it is."""
    if structure is None:
        return None
    if not is_container(structure):
        return rows_of(structure, name, where)
    leaves = [rows_of(leaf, place, where) for place, leaf in named_leaves(structure, name)]
    return rebuilder(structure)(leaves)


def count_rows(x, y, sample_weight, where):
    """The number of rows that all arrays have.

    Raises:
        ValueError: There is none, it is 0, or it differs; the message names the arrays.
    """
    parts = ((x, "x"), (y, "y"), (sample_weight, "sample_weight"))
    sizes = [(place, leaf.shape[0]) for part, name in parts for place, leaf in named_leaves(part, name)]
    if not sizes:
        raise bad_argument(
            where, "there is no data.", expected="at least one array in `x`", given=describe(x)
        )
    first_place, rows = sizes[0]
    for place, size in sizes[1:]:
        if size != rows:
            raise bad_argument(
                where,
                f"`{place}` and `{first_place}` differ in length.",
                expected=f"{rows} rows in `{place}`",
                given=", ".join(f"{name}: {count} rows" for name, count in sizes[:8]),
            )
    if rows == 0:
        raise bad_argument(
            where, "there is no data.", expected="at least one row", given=f"`{first_place}` with 0 rows"
        )
    return rows


class ArraySource(Source):
    """Structures of arrays. A batch of unshuffled rows is a view; shuffled rows are gathered by one `take`
    per array.

    An epoch is a pass over the data. With `steps` fewer than a pass has batches, the following epoch goes on
    where the one before stopped; the last epoch of a pass may be short, which is warned about. What an epoch
    holds depends on its index and the seed alone, so that training may be resumed anywhere.

    Args:
        x, y, sample_weight: Structures of arrays, tensors, frames; converted once.
        batch_size: Rows in a batch; the last batch of a pass holds what remains.
        steps: Batches of an epoch, or None for a whole pass.
        shuffle: False, True, or "batch": rows change places within batch-sized chunks only.
        class_weight: Dict from class id to weight.
        seed: An integer that, with the index of the pass, fixes the order of the rows.
    """

    def __init__(
        self,
        x,
        y=None,
        sample_weight=None,
        *,
        batch_size=None,
        steps=None,
        shuffle=False,
        class_weight=None,
        seed=0,
        where="fit",
    ):
        super().__init__(steps, class_weight, where)
        self.origin = x
        self.batch_size = checked_batch_size(batch_size, where)
        self.shuffle = _checked_shuffle(shuffle, where)
        self.seed = int(seed) % 2**64
        x, y, sample_weight = (rows_in(part, name, where) for part, name in
                               ((x, "x"), (y, "y"), (sample_weight, "sample_weight")))  # fmt: skip
        self.num_rows = count_rows(x, y, sample_weight, where)
        _check_numbers(y, "y", where)
        _check_numbers(sample_weight, "sample_weight", where)
        if self.class_weights is not None:
            sample_weight = self.class_weights.apply(y, sample_weight)
        parts = (x, y, sample_weight)
        self._leaves = leaves_of(parts)
        self._rebuild = rebuilder(parts)
        self.arrays = None if any(isinstance(leaf, LazyRows) for leaf in self._leaves) else parts
        self._pass_batches = -(-self.num_rows // self.batch_size)
        self.num_batches = self.steps or self._pass_batches

    def _place(self, epoch_index):
        return place_of_epoch(epoch_index, self.steps, self._pass_batches)

    def row_range(self, epoch_index):
        """(first, one past the last) of the places in the order of the pass that belong to an epoch."""
        first = self._place(epoch_index)[1]
        return first * self.batch_size, min((first + self.num_batches) * self.batch_size, self.num_rows)

    def permutation(self, epoch_index):
        """The row numbers of an epoch in their order, or None if it is the order of `row_range`."""
        if not self.shuffle:
            return None
        start, stop = self.row_range(epoch_index)
        generator = np.random.Generator(np.random.Philox(key=[self.seed, self._place(epoch_index)[0]]))
        if self.shuffle != "batch":
            return generator.permutation(self.num_rows)[start:stop]
        # Sorting random keys within each chunk: the chunk's number is the first key.
        chunk = np.arange(self.num_rows) // self.batch_size
        return np.lexsort((generator.random(self.num_rows), chunk))[start:stop]

    def epoch(self, epoch_index):
        start, stop = self.row_range(epoch_index)
        size, leaves, rebuild = self.batch_size, self._leaves, self._rebuild
        order = self.permutation(epoch_index)
        if order is None:
            for first in range(start, stop, size):
                rows = slice(first, min(first + size, stop))
                yield rebuild([leaf[rows] for leaf in leaves])
        else:
            for first in range(0, stop - start, size):
                rows = order[first : first + size]
                yield rebuild([leaf.take(rows, axis=0) for leaf in leaves])
        if stop - start <= (self.num_batches - 1) * size:
            self.warn_ran_out()

    def peek(self):
        return self._rebuild([leaf[: self.batch_size] for leaf in self._leaves])


def checked_batch_size(batch_size, where):
    if batch_size is None:
        return DEFAULT_BATCH_SIZE
    if isinstance(batch_size, (int, np.integer)) and not isinstance(batch_size, bool) and batch_size >= 1:
        return int(batch_size)
    raise bad_argument(
        where,
        "`batch_size` is not usable.",
        expected="an integer of at least 1, or None for 32",
        given=repr(batch_size),
    )


def _checked_shuffle(shuffle, where):
    if (
        shuffle is None
        or isinstance(shuffle, (bool, np.bool_))
        or (isinstance(shuffle, str) and shuffle == "batch")
    ):
        return shuffle or False
    if shuffle in (0, 1):
        return bool(shuffle)
    raise bad_argument(
        where, "`shuffle` is not usable.", expected='True, False or "batch"', given=repr(shuffle)
    )


def _check_numbers(structure, name, where):
    for place, leaf in named_leaves(structure, name):
        if leaf.dtype.kind not in "biufcV":
            raise bad_argument(
                where,
                f"`{place}` is not numeric.",
                expected="numbers",
                given=describe(leaf),
                error=TypeError,
                hint="names, ids = np.unique(labels, return_inverse=True), and pass the ids",
            )


def cut_rows(structure, start, stop):
    """Rows `start` to `stop` of every leaf, as views."""
    return map_leaves(
        lambda leaf: leaf.slice(start, stop) if isinstance(leaf, LazyRows) else leaf[start:stop], structure
    )
