"""Reductions over segments on NumPy."""

from __future__ import annotations

import numpy as np


def _reduced(function, data, ids, count, start):
    if not ids.ndim or data.shape[: ids.ndim] != ids.shape:
        raise ValueError("the ids are not those of the data's leading axes")
    data, ids = data.reshape(ids.size, *data.shape[ids.ndim :]), ids.reshape(-1)
    if count is None:
        count = max(int(ids.max()) + 1, 0) if ids.size else 0
    inside = (ids >= 0) & (ids < count)
    if not inside.all():
        ids, data = ids[inside], data[inside]
    result = np.full((count, *data.shape[1:]), start, data.dtype)
    with np.errstate(invalid="ignore"):  # NaN is a number like another here
        function.at(result, ids, data)
    return result


def _wide(x):
    return x.astype(np.float32) if x.dtype == np.float16 else x


def _limit(dtype, lowest):
    if dtype.kind == "f":
        return -np.inf if lowest else np.inf
    if dtype.kind == "b":
        return not lowest
    return np.iinfo(dtype).min if lowest else np.iinfo(dtype).max


def segment_sum(data, segment_ids, num_segments=None, sorted=False):
    return _reduced(np.add, _wide(data), segment_ids, num_segments, 0).astype(data.dtype, copy=False)


def segment_prod(data, segment_ids, num_segments=None, sorted=False):
    return _reduced(np.multiply, _wide(data), segment_ids, num_segments, 1).astype(data.dtype, copy=False)


def segment_max(data, segment_ids, num_segments=None, sorted=False):
    return _reduced(np.maximum, data, segment_ids, num_segments, _limit(data.dtype, True))


def segment_min(data, segment_ids, num_segments=None, sorted=False):
    return _reduced(np.minimum, data, segment_ids, num_segments, _limit(data.dtype, False))
