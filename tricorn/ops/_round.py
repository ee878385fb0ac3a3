"""Rounding, element by element. The gradient is 0."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.op import Tensor, op


@op(rule=rules.like_input(rules.FLOAT))
def floor(x: Tensor):
    """The largest integer not above x, as a float."""


@op(rule=rules.like_input(rules.FLOAT))
def ceil(x: Tensor):
    """The smallest integer not below x, as a float."""


@op(rule=rules.like_input(rules.SAME))
def round(x: Tensor, decimals=0):
    """x rounded to `decimals` decimals (negative: to tens, hundreds ...); halves go to the even neighbour."""


@op(rule=rules.like_input(rules.SAME))
def trunc(x: Tensor):
    """The integer part of x: rounded towards 0."""
