"""Statistics on PyTorch."""

from __future__ import annotations

from types import SimpleNamespace

import torch

from tricorn.core.errors import bad_argument
from tricorn.core.op import refuses_itself
from tricorn.core.quantiles import check_method, known_fractions, middle, neighbours, places, reduced
from tricorn.core.rules import canonical_axis


@refuses_itself
def correlate(x1, x2, mode="valid"):
    kept = x1.dtype
    if kept.itemsize == 2:
        x1, x2 = x1.float(), x2.float()
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError("vectors are expected")
    size1, size2 = x1.shape[0], x2.shape[0]
    if not size1 or not size2:
        raise ValueError("there is nothing to correlate")
    x1, x2 = x1.reshape(1, 1, size1), x2.reshape(1, 1, size2)
    if mode == "valid" and size1 >= size2:
        found = torch.conv1d(x1, x2).view(-1)
        return found if found.dtype is kept else found.to(kept)
    full = torch.conv1d(x1, x2, None, 1, size2 - 1).view(-1)
    longer, shorter = max(size1, size2), min(size1, size2)
    if mode == "valid":
        full = full[shorter - 1 : longer]
    elif mode == "same":
        # The longer one is the frame; the half element of an even overlap falls to the same side of it.
        start = shorter // 2 if size2 > size1 else shorter - shorter // 2 - 1
        full = full[start : start + longer]
    elif mode != "full":
        raise bad_argument(
            "ops.correlate", "unknown `mode`.", expected="'valid', 'same' or 'full'", given=repr(mode)
        )
    return full.to(kept)


def quantile(x, q, axis=None, method="linear", keepdims=False):
    return _quantiles(x, axis, keepdims, "quantile", q, 1, method)


def percentile(x, q, axis=None, method="linear", keepdims=False):
    return _quantiles(x, axis, keepdims, "percentile", q, 100, method)


def median(x, axis=None, keepdims=False):
    return _quantiles(x, axis, keepdims, "median", None, 1, "linear")


def nanquantile(x, q, axis=None, method="linear", keepdims=False):
    return _quantiles(x, axis, keepdims, "nanquantile", q, 1, method, True)


def nanpercentile(x, q, axis=None, method="linear", keepdims=False):
    return _quantiles(x, axis, keepdims, "nanpercentile", q, 100, method, True)


def nanmedian(x, axis=None, keepdims=False):
    return _quantiles(x, axis, keepdims, "nanmedian", None, 1, "linear", True)


def _quantiles(x, axis, keepdims, name, q, top, method, skips_nan=False):
    """The quantiles `q` of `x` over axes; those of None are the median."""
    kept = x.dtype
    rows, rest = _axes_last(x.float() if kept.itemsize == 2 else x, axis, keepdims)
    size = rows.shape[-1]
    found = None
    ordered = torch.sort(rows, -1)[0] if size else None
    if _holds_tensor(q) or (skips_nan and size and _may_hold_nan(ordered)):
        check_method(name, method)
        shape, flat, given = _fractions(name, 0.5 if q is None else q, top, rows)
        if size:
            found = _at_computed_places(ordered, flat, size, method, skips_nan).movedim(-1, 0)
            if given:  # a `q` outside of its range is a mistake that is seen only here
                outside = ((flat < 0) | (flat > 1)).reshape((-1,) + (1,) * (found.ndim - 1))
                found = torch.where(outside, torch.nan, found)
    else:
        known = middle(size or 1) if q is None else places(name, q, top, size or 1, method)
        shape = known[0]
        if size:
            found = _at_known_places(ordered, *known, skips_nan)
            found = found.movedim(-1, 0) if shape else found
    if found is None:
        return torch.full(shape + rest, torch.nan, dtype=kept, device=x.device)
    found = found if found.shape == shape + rest else found.reshape(shape + rest)
    return found if found.dtype is kept else found.to(kept)


def _fractions(name, q, top, like):
    """The shape of `q`; the fractions, flat (one as it is); and whether tensors gave them."""
    if _holds_tensor(q):
        q = _stacked(q, like) / top
        return tuple(q.shape), q.reshape(-1), True
    shape, flat = known_fractions(name, q, top)
    return (
        shape,
        flat[0] if len(flat) == 1 else torch.tensor(flat, dtype=like.dtype, device=like.device),
        False,
    )


def _may_hold_nan(ordered):
    """Whether NaNs must be looked for among the places; to see that there are none is cheap on the host only."""
    if not ordered.is_cpu or torch.compiler.is_compiling():
        return True
    try:
        greatest = ordered.select(-1, -1).amax().item()  # NaNs stand last, and one makes this NaN
    except (RuntimeError, IndexError):  # a transformed function, no rows
        return True
    return greatest != greatest


def _holds_tensor(q):
    return isinstance(q, torch.Tensor) or (isinstance(q, (list, tuple)) and any(map(_holds_tensor, q)))


def _stacked(q, like):
    if isinstance(q, (list, tuple)):
        return torch.stack([_stacked(one, like) for one in q])
    return torch.as_tensor(q, dtype=like.dtype, device=like.device)


def _axes_last(x, axis, keepdims):
    """The reduced axes as one, in the last place, and the shape of what is left."""
    axes, others, rest = reduced(x.shape, axis, keepdims)
    if axis is None:
        return x.reshape(-1), rest
    if axes == (x.ndim - 1,):
        return x, rest
    if len(axes) == 1:
        return x.movedim(axes[0], -1), rest
    if not axes:
        return x.unsqueeze(-1), rest
    x = x.permute(*others, *axes)
    return x.flatten(len(others)), rest


def _at_known_places(ordered, shape, below, above, weight, without_nan):
    if not shape:
        found, weight = ordered.select(-1, int(below[0])), float(weight[0])
        if 0 < weight < 1:
            second = ordered.select(-1, int(above[0]))
            mixed = torch.add(found * (1 - weight), second, alpha=weight)
            found = torch.where(found == second, found, mixed)
        if without_nan:
            return found
        last = ordered.select(-1, -1)  # where NaN would stand
        return torch.where(torch.isnan(last), last, found)
    device = ordered.device
    first = ordered.index_select(-1, torch.from_numpy(below).to(device))
    second = ordered.index_select(-1, torch.from_numpy(above).to(device))
    found = _between(first, second, torch.from_numpy(weight).to(device, ordered.dtype))
    if without_nan:
        return found
    last = ordered.narrow(-1, ordered.shape[-1] - 1, 1)
    return torch.where(torch.isnan(last), last, found)


def _between(first, second, weight):
    # Equal neighbours give themselves, also where they are infinite.
    return torch.where(first == second, first, first * (1 - weight) + second * weight)


_TENSORS = SimpleNamespace(
    floor=torch.floor,
    where=torch.where,
    minimum=lambda x, bound: (
        torch.minimum(x, bound) if isinstance(bound, torch.Tensor) else x.clamp(max=bound)
    ),
    maximum=lambda x, bound: x.clamp(min=bound),
)


def _at_computed_places(ordered, q, size, method, skips_nan):
    if skips_nan:
        count = (~torch.isnan(ordered)).sum(-1, True, dtype=ordered.dtype)
    else:
        count = torch.tensor(float(size), dtype=ordered.dtype, device=ordered.device)
    if method == "linear":
        place = (count - 1).clamp_(min=0) * q
        below, above = torch.floor(place), torch.ceil(place)
        weight = place - below
        below, above = (one.clamp(0, size - 1).long() for one in (below, above))
    else:
        below, above, weight = neighbours(q, count, method, _TENSORS)
        weight = weight.to(ordered.dtype)
        below, above = below.long(), above.long()
        below, above = torch.where(weight == 1, above, below), torch.where(weight == 0, below, above)
    if not skips_nan:
        below, above = (one.expand(*ordered.shape[:-1], -1) for one in (below, above))
    found = _between(torch.gather(ordered, -1, below), torch.gather(ordered, -1, above), weight)
    if not skips_nan:
        last = ordered[..., -1:]
        found = torch.where(torch.isnan(last), last, found)
    return found


def ptp(x, axis=None, keepdims=False):
    if x.dtype is torch.bool:
        raise TypeError("booleans have no difference")
    if type(axis) in (tuple, list) and not axis:
        return x - x
    axes = tuple(range(x.ndim)) if axis is None else axis
    return torch.amax(x, axes, keepdims) - torch.amin(x, axes, keepdims)


def trapezoid(y, x=None, dx=1.0, axis=-1):
    kept, rank = y.dtype, y.ndim
    if kept.itemsize == 2:
        return trapezoid(y.float(), None if x is None else x.float(), dx, axis).to(kept)
    if x is None and axis == -1 and rank and type(axis) is int:
        return torch.trapezoid(y) if dx == 1 else torch.trapezoid(y, dx=dx)
    axis = canonical_axis(axis, rank)
    if x is None:
        return torch.trapezoid(y, dx=dx, dim=axis)
    if x.ndim == 1 or x.shape == y.shape:
        return torch.trapezoid(y, x) if axis == rank - 1 else torch.trapezoid(y, x, dim=axis)
    size = y.shape[axis] - 1
    middles = (y.narrow(axis, 1, size) + y.narrow(axis, 0, size)) * 0.5
    return (middles * torch.diff(x, 1, axis - rank + x.ndim)).sum(axis - rank)


def corrcoef(x):
    return _corrcoef(x.float()).to(x.dtype) if x.dtype.itemsize == 2 else _corrcoef(x)


def _corrcoef(x):
    if not x.ndim:  # of a number torch makes NaN
        raise ValueError("a vector or a matrix is expected")
    return torch.corrcoef(x)


corrcoef.for_wide = _corrcoef
