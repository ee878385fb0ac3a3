"""Reductions over segments on torch."""

from __future__ import annotations

import math

import torch

_HALVES = (torch.float16, torch.bfloat16)
# Types that torch does not scatter; they are computed in int64.
_UNSIGNED = (torch.uint16, torch.uint32, torch.uint64)


def _flat(data, ids, count):
    """Elements, the segment of each (one past the last for those out of range), and how many segments there are."""
    if ids.is_floating_point() or ids.dtype is torch.bool:
        raise TypeError(f"Segment ids must be integers, not {ids.dtype}.")
    if not ids.ndim or data.shape[: ids.ndim] != ids.shape:
        raise ValueError("the ids are not those of the data's leading axes")
    if ids.ndim != 1:
        data, ids = data.reshape(ids.numel(), *data.shape[ids.ndim :]), ids.reshape(-1)
    ids = ids if ids.dtype is torch.int64 else ids.long()
    if count is None:
        count = max(int(ids.max()) + 1, 0) if ids.numel() else 0
    return data, torch.where((ids < 0) | (ids >= count), count, ids), count


def _wide(x):
    return x.float() if x.dtype in _HALVES else x.long() if x.dtype in _UNSIGNED else x


def segment_sum(data, segment_ids, num_segments=None, sorted=False):
    values, ids, count = _flat(_wide(data), segment_ids, num_segments)
    total = values.new_zeros((count + 1, *values.shape[1:])).index_add(0, ids, values)
    return total[:count].to(data.dtype)


def _scattered(data, ids, count, reduction, start):
    values, ids, count = _flat(data, ids, count)
    # As for a vector of ids, but torch wants an id for each element.
    ids = ids.reshape(-1, *(1,) * (values.ndim - 1)).expand_as(values)
    result = torch.full((count + 1, *values.shape[1:]), start, dtype=values.dtype, device=values.device)
    return result.scatter_reduce(0, ids, values, reduction)[:count]


def segment_prod(data, segment_ids, num_segments=None, sorted=False):
    return _scattered(_wide(data), segment_ids, num_segments, "prod", 1).to(data.dtype)


def _extreme(data, ids, count, reduction, lowest):
    if data.dtype is torch.bool:
        return _scattered(data.to(torch.uint8), ids, count, reduction, int(not lowest)).bool()
    if data.dtype.is_floating_point:
        return _scattered(_wide(data), ids, count, reduction, -math.inf if lowest else math.inf).to(
            data.dtype
        )
    limits = torch.iinfo(data.dtype)
    return _scattered(_wide(data), ids, count, reduction, limits.min if lowest else limits.max).to(data.dtype)


def segment_max(data, segment_ids, num_segments=None, sorted=False):
    return _extreme(data, segment_ids, num_segments, "amax", True)


def segment_min(data, segment_ids, num_segments=None, sorted=False):
    return _extreme(data, segment_ids, num_segments, "amin", False)
