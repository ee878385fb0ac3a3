"""Running sums and products along an axis."""

from __future__ import annotations

import math

from tricorn.core import rules
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._arith import NUMBER


def _cumulative_rule(x, axis=None, dtype=None):
    if axis is None:
        shape = (None if None in x.shape else math.prod(x.shape),)
    else:
        rules.canonical_axis(axis, len(x.shape))
        shape = x.shape
    return spec(shape, x.dtype if dtype is None else standardize_dtype(dtype))


@op(rule=_cumulative_rule, dtype=NUMBER)
def cumsum(x: Tensor, axis=None, dtype=None):
    """The sum of each element and all before it along `axis`.

    Args:
        x: Tensor of any shape.
        axis: The axis; None flattens `x`.
        dtype: Of the sums; by default that of `x`, int32 for booleans. Small integers may overflow.
    """


@op(rule=_cumulative_rule, dtype=NUMBER)
def cumprod(x: Tensor, axis=None, dtype=None):
    """The product of each element and all before it along `axis`; see `cumsum`."""
