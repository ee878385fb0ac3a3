"""Exponentials, logarithms and roots on PyTorch: its own functions."""

from __future__ import annotations

import torch

sqrt = torch.sqrt
rsqrt = torch.rsqrt
exp = torch.exp
expm1 = torch.expm1
log = torch.log
log1p = torch.log1p
log2 = torch.log2
log10 = torch.log10
exp2 = torch.exp2
erf = torch.erf
