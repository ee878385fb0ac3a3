"""Norms on torch."""

from __future__ import annotations

import math

import torch


def norm(x, ord=None, axis=None, keepdims=False):
    if ord == math.inf and x.numel() == 0:
        ord = 1  # the largest of no sizes is 0, as is their sum, which torch knows
    if x.dtype in (torch.float16, torch.bfloat16):
        return torch.linalg.norm(x.float(), ord, axis, keepdims).to(x.dtype)
    return torch.linalg.norm(x, ord, axis, keepdims)
