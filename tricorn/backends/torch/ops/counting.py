"""Counts and sets on PyTorch."""

from __future__ import annotations

import math
import operator

import numpy as np
import torch

from tricorn.backends.torch import native_dtype
from tricorn.backends.torch.ops import index
from tricorn.backends.torch.ops.index import ends
from tricorn.core.dtypes import result_type, standardize_dtype
from tricorn.core.errors import NotSupportedError, bad_argument
from tricorn.core.op import refuses_itself
from tricorn.core.rules import canonical_axis


def isin(x1, x2, assume_unique=False, invert=False):
    return torch.isin(x1, x2, invert=True) if invert else torch.isin(x1, x2)


def histogram(x, bins=10, range=None):
    kept = x.dtype
    flat = (x.float() if kept.itemsize == 2 else x).reshape(-1)
    if type(bins) is int:
        if bins < 1:
            raise ValueError("no bin")
        edges = _edges_between(flat, bins, range)
    else:
        edges = np.asarray(bins, np.float64)
        if edges.ndim != 1 or edges.size < 2 or (edges[1:] < edges[:-1]).any():
            raise ValueError("no edges")
        edges = torch.as_tensor(edges, dtype=flat.dtype, device=flat.device)
    # Bin k + 1 of these is the k-th; the first and the last hold what is outside. NaN sorts behind all edges.
    count = edges.shape[0] - 1
    place = index.searchsorted(edges, flat, "right")
    place = torch.where(flat == edges[-1], count, place)
    counts = torch.bincount(place, None, count + 2)[1:-1].to(kept)
    return counts, edges if edges.dtype is kept else edges.to(kept)


def _edges_between(flat, bins, range):
    if range is not None:
        low, high = map(float, range)
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            raise ValueError("no range")
    elif not flat.numel():
        low, high = 0.0, 1.0
    elif not flat.requires_grad:
        low, high = (one.item() for one in torch.aminmax(flat))
    else:
        low, high = torch.aminmax(flat)
        half = torch.where(low == high, 0.5, 0.0)
        steps = torch.arange(bins + 1, dtype=flat.dtype, device=flat.device)
        low, high = low - half, high + half
        edges = low + steps * ((high - low) / bins)
        return torch.cat([edges[:-1], high[None]])  # the last one exactly
    half = 0.5 if low == high else 0.0
    return torch.linspace(low - half, high + half, bins + 1, dtype=flat.dtype, device=flat.device)


def bincount(x, weights=None, minlength=0, sparse=False):
    if sparse:
        raise NotSupportedError("ops.bincount(sparse=True) does not run on torch: use jax or tensorflow.")
    if (
        x.ndim not in (1, 2)
        or x.dtype.is_floating_point
        or (weights is not None and weights.shape != x.shape)
    ):
        raise ValueError("integers, and weights of their shape, are expected")
    x, kept = x.long(), torch.int32
    if weights is None and x.ndim == 1:
        try:
            return torch.bincount(x, None, minlength).int()
        except RuntimeError:
            _refuse_negative(x)
            raise
    length = operator.index(minlength)
    if length < 0:
        raise ValueError("a negative length")
    _refuse_negative(x)
    if x.numel():
        length = max(length, int(x.max()) + 1)
    if weights is not None:
        name = standardize_dtype(weights.dtype)
        kept = weights.dtype if "float" in name else native_dtype(result_type(name, "int32"))
    rows = x.shape[0] if x.ndim == 2 else 1
    flat = (x + length * torch.arange(rows, device=x.device)[:, None] if x.ndim == 2 else x).reshape(-1)
    amounts = torch.ones_like(flat, dtype=kept) if weights is None else weights.reshape(-1).to(kept)
    sums = torch.zeros(rows * length, dtype=kept, device=x.device).index_add(0, flat, amounts)
    return sums.reshape(rows, length) if x.ndim == 2 else sums


def _refuse_negative(x):
    if x.numel() and (lowest := int(x.min())) < 0:
        raise bad_argument("ops.bincount", "a negative number cannot be counted.", given=lowest)


def digitize(x, bins):
    if bins.ndim != 1:
        raise ValueError("the edges are no vector")
    size = bins.shape[0]
    if size < 2:
        return index.searchsorted(bins, x, "right")
    if x.is_cpu and not torch.compiler.is_compiling():
        first, last = ends(bins, size)
        if last < first:
            return size - index.searchsorted(bins.flip(0), x, "right")
        if last == last:
            return torch.bucketize(x.contiguous(), bins.contiguous(), out_int32=True, right=True)
        return index.searchsorted(bins, x, "right")
    descends = bins[-1] < bins[0]
    found = index.searchsorted(torch.where(descends, bins.flip(0), bins), x, "right")
    return torch.where(descends, size - found, found)


@refuses_itself
def unique(x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, size=None,
           fill_value=None):  # fmt: skip
    if size is not None:
        size = operator.index(size)
        if size < 0:
            raise ValueError("a negative size")
    dim = None if axis is None else canonical_axis(axis, x.ndim)
    rows = x.movedim(dim, 0) if dim is not None else x if x.ndim == 1 else x.reshape(-1)
    if not (
        return_index
        or return_inverse
        or return_counts
        or x.requires_grad
        or size is not None
        or dim is not None
    ):
        values = torch._unique2(rows)[0] if x.dtype is not torch.bool else torch.unique(rows.byte()).bool()
        length = values.shape[0] if rows.dtype.is_floating_point else 0
        if not length:
            return values
        _, last = ends(values, length)
        if last == last:  # NaNs, of which torch makes several, stand last
            return values
    known, inverse, counts = _groups(rows)
    found = counts.shape[0]
    # The last writer of a place is not defined: the least index is.
    count = rows.shape[0]
    index = torch.full((found,), count, device=x.device).scatter_reduce(
        0, inverse, torch.arange(count, device=x.device), "amin"
    ) if return_index or x.requires_grad or known is None else None  # fmt: skip
    values = known if index is None else rows.index_select(0, index)
    if size is not None and size != found:
        values = _resized(values, size, None if fill_value is None else fill_value)
        index = None if index is None else _resized(index, size, None)
        counts = _resized(counts, size, 0)
    elif size is not None:
        size = found
    results = [values if dim is None else values.movedim(0, dim)]
    results += [index.int()] if return_index else []
    results += [inverse.reshape(x.shape if dim is None else (-1,)).int()] if return_inverse else []
    results += [counts.int()] if return_counts else []
    return results[0] if len(results) == 1 else tuple(results)


def _groups(rows):
    """The distinct rows in order (None where they must be looked up), the group of each row, and the sizes of groups."""
    plain = rows.detach()
    if not rows.shape[0]:
        empty = torch.zeros(0, dtype=torch.int64, device=rows.device)
        return plain, empty, empty
    if plain.dtype is torch.bool:
        plain = plain.to(torch.uint8)
    has_nan = plain.dtype.is_floating_point and bool(torch.isnan(plain).any())
    if not has_nan:
        if rows.ndim == 1:
            values, inverse, counts = torch.unique(plain, return_inverse=True, return_counts=True)
        else:
            flat = plain.reshape(plain.shape[0], -1)
            _, inverse, counts = torch.unique(flat, return_inverse=True, return_counts=True, dim=0)
            return None, inverse, counts
        return values.to(rows.dtype), inverse, counts
    # Numbers by their rank, NaN behind all of them, and then rows of integers.
    flat = plain.reshape(-1)
    missing = torch.isnan(flat)
    numbers, ranks = torch.unique(torch.where(missing, torch.inf, flat), return_inverse=True)
    ranks = torch.where(missing, numbers.shape[0], ranks).reshape(plain.shape[0], -1)
    _, inverse, counts = torch.unique(ranks, return_inverse=True, return_counts=True, dim=0)
    return None, inverse, counts


def _resized(values, size, fill_value):
    """Cut off, or filled up: by default with the first one."""
    kept = values[:size]
    spare = size - kept.shape[0]
    if not spare:
        return kept
    if fill_value is None:
        more = (
            kept[:1].expand(spare, *kept.shape[1:])
            if kept.shape[0]
            else kept.new_zeros(spare, *kept.shape[1:])
        )
    else:
        filling = torch.as_tensor(fill_value, device=values.device).to(values.dtype)
        more = filling.expand(spare, *kept.shape[1:])
    return torch.cat([kept, more])
