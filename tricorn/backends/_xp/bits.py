"""Bits of integers over a NumPy-like namespace `xp`, which defines shifts beyond the width as we do."""

from __future__ import annotations

DIRECT = ("bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not", "gcd", "lcm")


def bitwise_left_shift(xp, x, y):
    return xp.left_shift(x, y)


def bitwise_right_shift(xp, x, y):
    return xp.right_shift(x, y)
