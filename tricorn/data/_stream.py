"""Data that can only be iterated: what tf.data, torch's DataLoader, generators and other iterables share."""

from __future__ import annotations

import itertools

from tricorn.data._source import Source


class StreamSource(Source):
    """Batches taken from an iterator that `_open` makes.

    Without `steps` every epoch is a new pass. With `steps` an epoch goes on where the one before stopped, and
    a new pass begins when the last is used up; an epoch that comes out short is warned about. Epoch 0 always
    begins a pass, so that every validation sees the same batches.
    """

    is_one_shot = False  # True if there can't be a second pass

    def __init__(self, steps=None, class_weight=None, where="fit"):
        super().__init__(steps, class_weight, where)
        self._iterator = None
        self._passes = 0
        self._has_yielded = False
        self._is_fresh = False  # nothing was taken from the iterator yet

    def _open(self, pass_index):
        """A new iterator of raw batches, or None if there can be no further pass."""
        raise NotImplementedError(f"{type(self).__name__} must define `_open`.")

    def _begin(self):
        if self._iterator is None:
            self._iterator = self._open(self._passes)
            self._passes += 1
            self._is_fresh = True
        return self._iterator

    def peek(self):
        iterator = self._begin()
        first = next(iterator, _END) if iterator is not None else _END
        if first is _END:
            raise self._no_data()
        self._iterator = itertools.chain([first], iterator)
        return self._batch(first)

    def epoch(self, epoch_index):
        if epoch_index == 0 and not self._is_fresh and not self.is_one_shot:
            self._iterator = None
        goes_on = self._iterator is not None
        taken = yield from self._take()
        if taken == 0 and goes_on and self._iterator is None:
            taken = yield from self._take()  # the pass before ended exactly where its last epoch did
        if taken == 0:
            if not self._has_yielded:
                raise self._no_data()
            self.exhausted = True
            self.warn_ran_out()
        elif self.steps is None:
            self.num_batches = taken
        elif taken < self.steps:
            self.warn_ran_out()

    def _take(self):
        """Yield up to `steps` batches of the pass; returns how many there were."""
        iterator, taken = self._begin(), 0
        if iterator is None:
            return 0
        limit, batch, ended = self.steps, self._batch, True
        try:
            for raw in iterator:
                taken += 1
                self._is_fresh, self._has_yielded = False, True
                yield batch(raw)
                if taken == limit:
                    ended = False
                    break
        except GeneratorExit:
            ended = limit is None
            raise
        finally:
            if ended:
                self._iterator = None
                self.exhausted = self.is_one_shot
        return taken

    def close(self):
        self._iterator = None


_END = object()
