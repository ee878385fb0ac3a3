"""Complex numbers, and bits seen as another dtype, on PyTorch."""

from __future__ import annotations

import math

import torch

from tricorn.backends.torch import native_dtype
from tricorn.core.dtypes import standardize_dtype

real = torch.real
conj = torch.conj


def imag(x):
    return torch.imag(x) if x.dtype.is_complex else torch.zeros_like(x)


def angle(x):
    if x.dtype.is_complex:
        return torch.angle(x)
    return torch.where((x == 0) & torch.signbit(x), math.pi, torch.angle(x))  # of -0.0 torch says 0


def view_as_complex(x):
    return torch.view_as_complex(x.contiguous())


def view_as_real(x):
    if x.dtype.is_complex:
        return torch.view_as_real(x.resolve_conj())
    return torch.stack((x, torch.zeros_like(x)), -1)


def polar(abs_, angle):
    return torch.complex(abs_ * torch.cos(angle), abs_ * torch.sin(angle))


def view(x, dtype=None):
    if dtype is None:
        return x
    target = native_dtype(standardize_dtype(dtype))
    if x.dtype is target:
        return x
    if target is torch.bool:
        return view(x, "uint8") != 0
    return x.resolve_conj().contiguous().view(target)
