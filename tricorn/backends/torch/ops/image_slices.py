"""Batches of images on torch, a few images at a time: on a CPU, where nothing is traced or differentiated."""

from __future__ import annotations

import torch

from tricorn.core import arrays


def in_slices(images, factors, function, is_light=False):
    tracked = torch.is_grad_enabled() and any(x.requires_grad for x in (images, *factors))
    if (
        tracked
        or images.device.type != "cpu"
        or torch.compiler.is_compiling()
        or torch._C._functorch.peek_interpreter_stack()
    ):
        return function(images, *factors)
    return arrays.in_slices(function, images, images.numel(), factors, lambda: torch.empty_like(images))
