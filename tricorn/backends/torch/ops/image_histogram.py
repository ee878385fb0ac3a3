"""Histograms on torch."""

from __future__ import annotations

import torch


def histograms(x, bins):
    rows = x.shape[0]
    first = torch.arange(0, rows * bins, bins, device=x.device, dtype=x.dtype)
    return torch.bincount((x + first[:, None]).flatten(), minlength=rows * bins).view(rows, bins).int()


def looked_up(table, positions):
    return torch.gather(table, 1, positions.long())
