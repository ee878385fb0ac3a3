"""Python generators, iterators and iterables of batches."""

from __future__ import annotations

from tricorn.data._stream import StreamSource


class IterableSource(StreamSource):
    """Anything that can be iterated. An object with `__iter__` begins anew in every pass; a generator can't,
    and ends.

    Args:
        iterable: Yields `(x,)`, `(x, y)` or `(x, y, sample_weight)`, or `x` itself.
    """

    def __init__(self, iterable, *, steps=None, class_weight=None, where="fit"):
        super().__init__(steps, class_weight, where)
        self.origin = iterable
        self.is_one_shot = hasattr(iterable, "__next__")
        self.num_batches = self.steps
        if self.steps is None and not self.is_one_shot and hasattr(iterable, "__len__"):
            self.num_batches = len(iterable)

    def _open(self, pass_index):
        if self.is_one_shot and pass_index > 0:
            return None
        return iter(self.origin)

    def close(self):
        if not self.is_one_shot:  # what a generator still holds belongs to the user
            super().close()
