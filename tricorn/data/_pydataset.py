"""`PyDataset`: batches by index, made by user code, in threads or processes if wanted."""

from __future__ import annotations

import numpy as np

from tricorn.core.errors import bad_argument
from tricorn.data._convert import host_batch
from tricorn.data._source import Source, place_of_epoch


class PyDataset:
    """Base class for data whose batches are made one by one, by index.

    A subclass defines `__getitem__(index)`, which returns the batch `(x, y)`, `(x, y, sample_weight)` or
    `(x,)`, and `__len__()`, the number of batches. `on_epoch_begin` and `on_epoch_end` are called around
    every epoch, always in the process that trains; what they change is seen by the workers in the epoch that
    follows.

    The order of the batches is the same for any number of workers. With processes, a new Python is started
    for each ("spawn"; "forkserver" if `multiprocessing.set_start_method` chose it; never "fork", under which
    engines hang), so the data set must be picklable and the script guarded by `if __name__ == "__main__":`.
    An exception in `__getitem__`, or the death of a worker, ends `fit` with that error.

    Args:
        workers: How many threads or processes make batches ahead. With 1 thread (the default) batches are
            made in the training thread, none ahead.
        use_multiprocessing: Use processes: for work in Python itself. Threads do for reading files and NumPy.
        max_queue_size: How many batches may wait, finished or begun.

    Examples:

        class Squares(keras.utils.PyDataset):
            def __len__(self):
                return 10

            def __getitem__(self, index):
                x = np.arange(32.0).reshape(32, 1) + index
                return x, x**2

        model.fit(Squares(workers=4), epochs=2)
    """

    # On the class, so that a subclass that doesn't call `super().__init__` has them too.
    _workers, _use_multiprocessing, _max_queue_size = 1, False, 10

    def __init__(self, workers=1, use_multiprocessing=False, max_queue_size=10):
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    @property
    def workers(self):
        """How many threads or processes make batches ahead."""
        return self._workers

    @workers.setter
    def workers(self, value):
        self._workers = self._count("workers", value, 0)

    @property
    def use_multiprocessing(self):
        """True for processes, False for threads."""
        return self._use_multiprocessing

    @use_multiprocessing.setter
    def use_multiprocessing(self, value):
        self._use_multiprocessing = bool(value)

    @property
    def max_queue_size(self):
        """How many batches may wait, finished or begun."""
        return self._max_queue_size

    @max_queue_size.setter
    def max_queue_size(self, value):
        self._max_queue_size = self._count("max_queue_size", value, 1)

    def _count(self, name, value, least):
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= least:
            return int(value)
        raise bad_argument(
            type(self).__name__,
            f"`{name}` is not usable.",
            expected=f"an integer of at least {least}",
            given=repr(value),
        )

    def __getitem__(self, index):
        """The batch of this index, from 0 to `num_batches - 1`."""
        raise NotImplementedError(
            f"{type(self).__name__} must define `__getitem__(index)`, which returns a batch."
        )

    @property
    def num_batches(self):
        """Batches in an epoch: `len(self)`. Overridden as None there is no end: give `steps_per_epoch`."""
        if hasattr(self, "__len__"):
            return len(self)
        raise NotImplementedError(
            f"{type(self).__name__} must define `__len__()`, the number of batches, or `num_batches`."
        )

    def on_epoch_begin(self):
        """Called in the training process before every epoch."""

    def on_epoch_end(self):
        """Called in the training process after every epoch: the place to shuffle."""


class PyDatasetSource(Source):
    """A `PyDataset`, its workers included. `steps` act as for arrays: an epoch goes on where the one before
    stopped.

    Args:
        dataset: The user's object.
        shuffle: Whether the batches change their order in every pass.
        seed: An integer that, with the index of the pass, fixes that order.
    """

    def __init__(self, dataset, *, steps=None, shuffle=False, class_weight=None, seed=0, where="fit"):
        super().__init__(steps, class_weight, where)
        self.origin, self.shuffle, self.seed = dataset, shuffle, int(seed) % 2**64
        self._workers = None
        length = self._length()
        if length is None and self.steps is None:
            raise bad_argument(
                where,
                "the PyDataset never ends.",
                expected="a number of steps, or a finite PyDataset",
                given="num_batches=None",
                hint="steps_per_epoch=... (fit), steps=... (evaluate, predict)",
            )
        if length is not None and length < 1:
            raise self._no_data()
        self.num_batches = self.steps or length

    def _length(self):
        """Asked for again in every epoch: user code may change it."""
        return self.origin.num_batches

    def _indices(self, epoch_index):
        """The batch numbers of an epoch."""
        length = self._length()
        if length is None:
            return range(epoch_index * self.steps, (epoch_index + 1) * self.steps)
        pass_index, first = place_of_epoch(epoch_index, self.steps, length)
        stop = length if self.steps is None else min(first + self.steps, length)
        if not self.shuffle:
            return range(first, stop)
        generator = np.random.Generator(np.random.Philox(key=[self.seed, pass_index]))
        return generator.permutation(length)[first:stop].tolist()

    def epoch(self, epoch_index):
        indices = self._indices(epoch_index)
        if self.steps is None:
            self.num_batches = len(indices)
        for parts in self._fetch(indices):
            yield self._weighted(parts)
        if self.steps is not None and len(indices) < self.steps:
            self.warn_ran_out()

    def _fetch(self, indices):
        dataset = self.origin
        if dataset.workers <= 1 and not dataset.use_multiprocessing:
            return (host_batch(dataset[index]) for index in indices)
        if self._workers is None:
            from tricorn.data._workers import Workers  # here, since it loads Python's multiprocessing

            self._workers = Workers(
                dataset, max(dataset.workers, 1), dataset.use_multiprocessing, dataset.max_queue_size
            )
        return self._workers.fetch(indices)

    def peek(self):
        return self._weighted(host_batch(self.origin[0]))

    def on_epoch_begin(self):
        self.origin.on_epoch_begin()

    def on_epoch_end(self):
        self.origin.on_epoch_end()

    def close(self):
        if self._workers is not None:
            self._workers.close()
            self._workers = None
