"""Control flow on torch: Python's own, and `torch.func` for vectorised maps."""

from __future__ import annotations

import torch

from tricorn.core import loops

cond, switch, while_loop, fori_loop = loops.cond, loops.switch, loops.while_loop, loops.fori_loop


def _stack(arrays, axis):
    return torch.stack([one if torch.is_tensor(one) else torch.as_tensor(one) for one in arrays], axis)


def _flip(x, axis):
    return x.flip(axis)


def scan(f, init, xs, length, reverse, unroll):
    return loops.scan(f, init, xs, length, reverse, _stack)


def map(f, xs):
    return loops.map_elements(f, xs, _stack)


def vectorized_map(function, elements):
    return torch.vmap(function)(elements)


def associative_scan(f, elems, reverse, axis):
    return loops.associative_scan(f, elems, reverse, axis, torch.cat, _flip)


class _CustomGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx, f, *args):
        value, ctx.gradient = f(*args)
        ctx.count = len(args)
        return value

    @staticmethod
    def backward(ctx, *upstream):
        found = ctx.gradient(*upstream)
        found = tuple(found) if isinstance(found, (tuple, list)) else (found,)
        return (None, *found, *(None,) * (ctx.count - len(found)))


def custom_gradient(f, *args, **kwargs):
    return _CustomGradient.apply((lambda *a: f(*a, **kwargs)) if kwargs else f, *args)
