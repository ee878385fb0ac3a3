"""Patches on torch, by its own functions."""

from __future__ import annotations

import torch.nn.functional as F

from tricorn.core.errors import bad_argument


def unfold(x, kernel_size, dilation=1, padding=0, stride=1):
    _check(x, 4)
    # Doubles hold all 32-bit integers exactly; torch unfolds no integers.
    known = x if x.is_floating_point() else x.double()
    return F.unfold(known, kernel_size, dilation, padding, stride).to(x.dtype)


def fold(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    _check(x, 3)
    known = x if x.is_floating_point() else x.double()
    return F.fold(known, output_size, kernel_size, dilation, padding, stride).to(x.dtype)


def _check(x, rank):
    if x.ndim != rank:  # torch takes one image without a batch, too
        raise bad_argument("patches", f"`x` must be of rank {rank}.", given=f"shape {tuple(x.shape)}")
