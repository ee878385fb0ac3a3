"""The interface behind which all data stands."""

from __future__ import annotations

import warnings
from numbers import Integral

from tricorn.core.errors import bad_argument, describe
from tricorn.data._class_weight import ClassWeights
from tricorn.data._convert import host_batch
from tricorn.data._structure import leaves_of, named_leaves

RAN_OUT = (
    "Your input ran out of data; interrupting training. Make sure that your dataset or generator can "
    "generate at least `steps_per_epoch * epochs` batches. You may need to use the `.repeat()` function when "
    "building your dataset."
)


class Source:
    """Data, epoch by epoch, as host batches `(x, y, sample_weight)`; absent parts are None.

    The loop calls, for every epoch: `on_epoch_begin()`, iterates `epoch(index)`, `on_epoch_end()`; and
    `close()` at the end in every case.

    Attributes:
        num_batches: Batches of an epoch, or None where nobody knows.
        batch_size: Rows of a full batch, or None.
        num_rows: Rows in all, or None.
        arrays: In-memory data as `(x, y, sample_weight)`, structures of host arrays. An engine may loop over
            slices of them itself, `batch_size` rows each, in the order of `permutation(epoch)` or over
            `row_range(epoch)`. None for everything else.
        exhausted: True when no further epoch can yield anything: a generator ended, perhaps just now. An epoch cut
            short by it was warned about; a loop that wanted more whole epochs calls `warn_ran_out()`.
        origin: The user's object.
    """

    num_batches = batch_size = num_rows = arrays = origin = None
    exhausted = False

    def __init__(self, steps=None, class_weight=None, where="fit"):
        if steps is not None and (isinstance(steps, bool) or not isinstance(steps, Integral) or steps < 1):
            raise bad_argument(
                where,
                "the number of steps is not usable.",
                expected="an integer of at least 1, or None",
                given=repr(steps),
            )
        self.where = where
        self.steps = None if steps is None else int(steps)
        self.class_weights = None if class_weight is None else ClassWeights(class_weight, where)

    def epoch(self, epoch_index):
        """Iterate the batches of an epoch."""
        raise NotImplementedError(f"{type(self).__name__} must define `epoch`.")

    def peek(self):
        """The first batch, as a sample of structure, shapes and dtypes; no batch is lost by looking."""
        raise NotImplementedError(f"{type(self).__name__} must define `peek`.")

    def permutation(self, epoch_index):
        """The order of the rows of an epoch, or None for the order in which they stand."""
        return

    def on_epoch_begin(self):
        """Called before an epoch is iterated."""

    def on_epoch_end(self):
        """Called after an epoch was iterated."""

    def close(self):
        """Give back workers and files. The source can be used again: it takes new ones then."""

    def _batch(self, raw):
        """What the user's stream yielded, as `(x, y, sample_weight)` of host arrays."""
        return self._weighted(host_batch(raw))

    def _weighted(self, parts):
        check_batch(parts, self.where)
        if self.class_weights is None:
            return parts
        x, y, sample_weight = parts
        return x, y, self.class_weights.apply(y, sample_weight)

    def warn_ran_out(self):
        """Say that an epoch came out short, or that there can be no further one."""
        warnings.warn(RAN_OUT, stacklevel=3)

    def _no_data(self):
        return bad_argument(
            self.where, "there is no data.", expected="at least one batch", given=describe(self.origin)
        )


def place_of_epoch(epoch_index, steps, batches):
    """Where an epoch of `steps` batches begins in data of `batches`: (index of the pass, first batch in it).

    A pass that `steps` doesn't divide ends with a short epoch. The place follows from the index alone, so
    that a resumed training sees what the interrupted one would have seen.
    """
    if steps is None or steps >= batches:
        return epoch_index, 0
    epochs_in_pass = -(-batches // steps)
    return epoch_index // epochs_in_pass, epoch_index % epochs_in_pass * steps


def check_batch(parts, where):
    """All arrays of a batch must have one number of rows: a loss would broadcast others without a word."""
    rows = None
    for leaf in leaves_of(parts):
        shape = leaf.shape
        if not shape:
            raise bad_argument(
                where, "a batch holds a number where an array of rows is needed; the data is not batched.",
                expected="arrays whose first axis counts the rows", given=describe_parts(parts),
                hint="dataset.batch(32), or a DataLoader with a batch_size",
            )  # fmt: skip
        if rows is None:
            rows = shape[0]
        elif rows != shape[0]:
            raise bad_argument(where, "the parts of a batch have different numbers of rows.",
                               expected="one number of rows", given=describe_parts(parts))  # fmt: skip


def describe_parts(parts):
    names = [
        pair
        for part, name in zip(parts, ("x", "y", "sample_weight"), strict=True)
        for pair in named_leaves(part, name)
    ]
    return ", ".join(f"{name}: {describe(leaf)}" for name, leaf in names[:8]) + (
        ", ..." if len(names) > 8 else ""
    )
