"""Data to adapt to, batch by batch: what is in memory, and what is streamed."""

from __future__ import annotations

import itertools

import numpy as np

from tricorn.core import backend as backends
from tricorn.core.errors import bad_argument, describe

#: Rows of data in memory that are looked at at once.
_ROWS = 65536


def batches_of(data, steps, where):
    """Host arrays, one after the other.

    Args:
        data: An array, a list, a tensor of any engine, a column or frame of pandas; or a `tf.data.Dataset`, a torch
            `DataLoader`, a `PyDataset`, a generator or another iterable of these.
        steps: At most so many batches of what is streamed; None for all.
        where: The caller, for errors.

    Raises:
        TypeError: What is no data, or what yields more than one array (inputs and targets, say).
        ValueError: `steps` is not positive.
    """
    if steps is not None and (isinstance(steps, bool) or not isinstance(steps, int) or steps < 1):
        raise bad_argument(where, "`steps` must be a positive integer.", given=repr(steps))
    if _in_memory(data):
        array = _array(data, where)
        if array.ndim == 0:
            raise bad_argument(where, "needs an array of data.", given=describe(data), error=TypeError)
        if not array.size:
            raise bad_argument(where, "there is no data.", given=describe(data))
        for start in range(0, len(array), _ROWS):
            yield array[start : start + _ROWS]
        return
    count = 0
    for batch in itertools.islice(_streamed(data, where), steps):
        count += 1
        if isinstance(batch, dict) or (isinstance(batch, (list, tuple)) and _is_structure(batch)):
            raise bad_argument(
                where, "the data yields more than one array.", expected="batches of inputs alone", given=describe(batch),
                hint="dataset.map(lambda x, y: x), or a generator of the inputs", error=TypeError,
            )  # fmt: skip
        array = _array(batch, where)
        yield array.reshape(1, *array.shape) if array.ndim == 0 else array
    if not count:
        raise bad_argument(where, "there is no data.", given=describe(data))


def _in_memory(data):
    if isinstance(data, (np.ndarray, np.generic, list, tuple, str, bytes, int, float)):
        return True
    return backends.backend_of(data) is not None or hasattr(data, "iloc")


def _streamed(data, where):
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):  # a PyDataset
        return (data[index] for index in range(len(data)))
    try:
        return iter(data)
    except TypeError:
        raise bad_argument(where, "this is no data to adapt to.", expected="arrays, or an iterable of batches",
                           given=describe(data), error=TypeError) from None  # fmt: skip


def _is_structure(batch):
    return any(hasattr(item, "shape") and len(item.shape) for item in batch)


def _array(data, where):
    from tricorn.layers.preprocessing._base_preprocessing import as_array

    return as_array(data, where)
