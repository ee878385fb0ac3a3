"""Trigonometric and hyperbolic functions on PyTorch: its own functions."""

from __future__ import annotations

import torch

sin = torch.sin
cos = torch.cos
tan = torch.tan
tanh = torch.tanh
sinh = torch.sinh
cosh = torch.cosh
arcsin = torch.arcsin
arccos = torch.arccos
arctan = torch.arctan
arctan2 = torch.arctan2
arcsinh = torch.arcsinh
arccosh = torch.arccosh
arctanh = torch.arctanh
