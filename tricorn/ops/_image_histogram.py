"""Histograms of many images at once, and tables of values looked up for each pixel."""

from __future__ import annotations

from tricorn.core.op import Index, Tensor, op
from tricorn.core.shapes import spec


@op(rule=lambda x, bins: spec((x.shape[0], bins), "int32"))
def histograms(x: Index, bins):
    """How often each of the numbers 0 ... bins - 1 occurs in each row; for callers that know no other occurs.

    Args:
        x: Integers (rows, n).
        bins: How many numbers there are.

    Returns:
        Counts (rows, bins), int32.
    """


@op(rule=lambda table, positions: spec(positions.shape, table.dtype))
def looked_up(table: Tensor, positions: Index):
    """`table[row, positions[row]]`, for callers that know that all positions are in range.

    Args:
        table: (rows, bins).
        positions: Integers (rows, n).

    Returns:
        (rows, n), in the dtype of `table`.
    """
