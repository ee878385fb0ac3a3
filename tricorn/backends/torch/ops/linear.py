"""The dense product on torch: one fused call."""

from __future__ import annotations

import torch
import torch.nn.functional as F


def linear(x, kernel, bias=None):
    if x.dtype is not kernel.dtype:
        dtype = torch.promote_types(x.dtype, kernel.dtype)
        x, kernel = x.to(dtype), kernel.to(dtype)
        bias = None if bias is None else bias.to(dtype)
    if x.dim() == 2:
        return torch.mm(x, kernel) if bias is None else torch.addmm(bias, x, kernel)
    return F.linear(x, kernel.t(), bias)


def linear_relu(x, kernel, bias=None):
    # In place: the backward pass of a product does not need its result, and a fresh one costs a pass over new memory.
    return linear(x, kernel, bias).relu_()


def embedding_lookup(table, indices):
    # Out of range: IndexError on CPU, an assertion of the device on GPU.
    return F.embedding(indices if indices.dtype in (torch.int32, torch.int64) else indices.long(), table)
