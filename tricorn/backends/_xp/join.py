"""Joining and splitting over a NumPy-like namespace `xp`."""

from __future__ import annotations


def concatenate(xp, xs, axis=0):
    return xp.concatenate(xs, axis=axis)


def stack(xp, x, axis=0):
    return xp.stack(x, axis=axis)


def hstack(xp, xs):
    return xp.hstack(xs)


def vstack(xp, xs):
    return xp.vstack(xs)


def dstack(xp, xs):
    return xp.dstack(xs)


def split(xp, x, indices_or_sections, axis=0):
    return list(xp.split(x, indices_or_sections, axis=axis))


def array_split(xp, x, indices_or_sections, axis=0):
    return list(xp.array_split(x, indices_or_sections, axis=axis))


def unstack(xp, x, num=None, axis=0):
    if num is not None and num != x.shape[axis]:
        raise ValueError("another number of parts")
    return list(xp.moveaxis(x, axis, 0))


def grid_of(xp, xs, indexing="xy"):
    return list(xp.meshgrid(*xs, indexing=indexing))
