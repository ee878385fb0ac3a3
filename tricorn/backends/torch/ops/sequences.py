"""Sequences of powers on PyTorch."""

from __future__ import annotations

import torch


def vander(x, N=None, increasing=False):
    if x.requires_grad:  # of torch's own there is no gradient
        if x.ndim != 1 or (N is not None and N < 0):
            raise ValueError("a vector is expected")
        exponents = torch.arange(x.shape[0] if N is None else N, device=x.device)
        exponents = exponents if increasing else exponents.flip(0)
        # 0^0 by way of 1^1: its gradient is finite.
        return torch.where(exponents == 0, 1, x[:, None]) ** exponents.clamp(min=1)
    found = torch.vander(x, N, increasing)
    return found if found.dtype is x.dtype else found.to(x.dtype)
