"""torch's DataLoader, for every engine: batches come out as NumPy arrays."""

from __future__ import annotations

import sys

from tricorn.data._stream import StreamSource


def is_data_loader(value):
    data = sys.modules.get("torch.utils.data")
    return data is not None and isinstance(value, data.DataLoader)


def is_torch_dataset(value):
    data = sys.modules.get("torch.utils.data")
    return data is not None and isinstance(value, data.Dataset)


class DataLoaderSource(StreamSource):
    """A `torch.utils.data.DataLoader`. Whatever it collates is taken: tensors, arrays, lists, dicts, named
    tuples.

    A list or tuple of one to three items is `(x, y, sample_weight)`; anything else is `x`. A sampler that
    wants to know the epoch (`DistributedSampler`) is told.
    """

    def __init__(self, loader, *, steps=None, class_weight=None, where="fit"):
        super().__init__(steps, class_weight, where)
        self.origin = loader
        self.batch_size = loader.batch_size
        self.num_batches = self.steps or _length(loader)
        if self.num_batches == 0:
            raise self._no_data()

    def _open(self, pass_index):
        set_epoch = getattr(self.origin.sampler, "set_epoch", None)
        if set_epoch is not None:
            set_epoch(pass_index)
        return iter(self.origin)


def _length(loader):
    try:
        return len(loader)
    except TypeError:  # an IterableDataset without a length
        return None
