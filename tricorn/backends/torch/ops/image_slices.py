"""Batches of images on torch, a few images at a time."""

from __future__ import annotations

import torch

# Elements of a slice: of float32 a megabyte.
_SLICE = 2**18


def in_slices(images, factors, function):
    count = len(images)
    step = max(_SLICE * count // max(images.numel(), 1), 1)
    tracked = torch.is_grad_enabled() and any(x.requires_grad for x in (images, *factors))
    whole = (
        tracked
        or images.device.type != "cpu"
        or torch.compiler.is_compiling()
        or torch._C._functorch.peek_interpreter_stack()
    )
    if step >= count or whole:
        return function(images, *factors)
    result = torch.empty_like(images)
    for start in range(0, count, step):
        part = slice(start, start + step)
        result[part] = function(images[part], *(x if len(x) == 1 else x[part] for x in factors))
    return result
