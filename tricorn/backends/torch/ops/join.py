"""Joining and splitting on PyTorch."""

from __future__ import annotations

import torch

from tricorn.core.errors import bad_argument


def concatenate(xs, axis=0):
    return torch.cat([x.reshape(-1) for x in xs]) if axis is None else torch.cat(xs, axis)


def stack(x, axis=0):
    return torch.stack(x, axis)


def hstack(xs):
    return torch.hstack(xs)


def vstack(xs):
    return torch.vstack(xs)


def dstack(xs):
    return torch.dstack(xs)


def append(x1, x2, axis=None):
    return torch.cat([x1.reshape(-1), x2.reshape(-1)]) if axis is None else torch.cat([x1, x2], axis)


def split(x, indices_or_sections, axis=0):
    if isinstance(indices_or_sections, int) and x.shape[axis] % indices_or_sections:
        raise bad_argument("ops.split", "the axis does not divide into equal parts.",
                           expected=f"a divisor of {x.shape[axis]}", given=indices_or_sections,
                           hint="ops.array_split")  # fmt: skip
    if type(indices_or_sections) is int:
        return list(torch.tensor_split(x, indices_or_sections, axis))
    return array_split(x, indices_or_sections, axis)


def array_split(x, indices_or_sections, axis=0):
    sections = indices_or_sections
    if not isinstance(sections, int):
        sections = tuple(int(index) for index in sections)
    return list(torch.tensor_split(x, sections, axis))


def unstack(x, num=None, axis=0):
    if num is not None and num != x.shape[axis]:
        raise ValueError("another number of parts")
    return list(torch.unbind(x, axis))


def hsplit(x, indices_or_sections):
    return list(torch.hsplit(x, _sections(indices_or_sections)))


def vsplit(x, indices_or_sections):
    return list(torch.vsplit(x, _sections(indices_or_sections)))


def dsplit(x, indices_or_sections):
    return list(torch.dsplit(x, _sections(indices_or_sections)))


def _sections(given):
    return given if type(given) is int else tuple(int(index) for index in given)


def grid_of(xs, indexing="xy"):
    # Not by torch.meshgrid: it wants one dtype for all, and takes longer.
    if len(xs) == 2 and xs[0].ndim == xs[1].ndim == 1:
        first, second = xs
        if indexing == "xy":
            sizes = second.shape[0], first.shape[0]
            return [first.expand(sizes), second.unsqueeze(1).expand(sizes)]
        sizes = first.shape[0], second.shape[0]
        return [first.unsqueeze(1).expand(sizes), second.expand(sizes)]
    order = list(range(len(xs)))
    if indexing == "xy" and len(xs) > 1:
        order[0], order[1] = 1, 0
    sizes = [xs[index].numel() for index in order]
    grids = []
    for index, x in enumerate(xs):
        shape = [1] * len(xs)
        shape[order.index(index)] = -1
        grids.append(x.reshape(shape).expand(sizes))
    return grids
