"""Counts and sets on PyTorch."""

from __future__ import annotations

import torch


def isin(x1, x2, assume_unique=False, invert=False):
    return torch.isin(x1, x2, invert=invert)
