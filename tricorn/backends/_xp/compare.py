"""Comparisons and logic over a NumPy-like namespace `xp`."""

from __future__ import annotations

from tricorn.core.op import accepts_scalars

DIRECT = (
    "logical_and",
    "logical_or",
    "logical_not",
    "logical_xor",
    "isnan",
    "isinf",
    "isfinite",
    "isreal",
    "signbit",
)


@accepts_scalars
def equal(xp, x1, x2):
    return xp.equal(x1, x2)


@accepts_scalars
def not_equal(xp, x1, x2):
    return xp.not_equal(x1, x2)


@accepts_scalars
def less(xp, x1, x2):
    return xp.less(x1, x2)


@accepts_scalars
def less_equal(xp, x1, x2):
    return xp.less_equal(x1, x2)


@accepts_scalars
def greater(xp, x1, x2):
    return xp.greater(x1, x2)


@accepts_scalars
def greater_equal(xp, x1, x2):
    return xp.greater_equal(x1, x2)


def isclose(xp, x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False):
    return xp.isclose(x1, x2, rtol=rtol, atol=atol, equal_nan=equal_nan)


def allclose(xp, x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False):
    return xp.isclose(x1, x2, rtol=rtol, atol=atol, equal_nan=equal_nan).all()


def isposinf(xp, x):
    return x == xp.inf


def isneginf(xp, x):
    return x == -xp.inf
