"""Control flow on torch: Python's own, and `torch.func` for vectorised maps."""

from __future__ import annotations

import torch

from tricorn import tree
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
    return torch.vmap(function, randomness="different")(elements)


def associative_scan(f, elems, reverse, axis):
    return loops.associative_scan(f, elems, reverse, axis, torch.cat, _flip)


class _CustomGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx, f, args, form, *leaves):
        """`form` takes the structure of the value, which itself goes out flat."""
        value, ctx.gradient = f(*tree.pack_sequence_as(args, leaves))
        ctx.args = args
        form.append(value)
        return tuple(tree.flatten(value)) if tree.is_nested(value) else value

    @staticmethod
    def backward(ctx, *upstream):
        found = ctx.gradient(*upstream)
        found = tuple(found) if isinstance(found, (tuple, list)) else (found,)
        # What the gradient leaves out has none.
        found = found + (None,) * (len(ctx.args) - len(found))
        leaves = []
        for one, arg in zip(found, ctx.args, strict=True):
            count = len(tree.flatten(arg))
            leaves += [None] * count if one is None else tree.flatten(one)
        return (None, None, None, *leaves)


def custom_gradient(f, *args):
    form = []
    value = _CustomGradient.apply(f, args, form, *tree.flatten(args))
    return tree.pack_sequence_as(form[0], value) if tree.is_nested(form[0]) else value
