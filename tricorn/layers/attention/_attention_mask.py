"""Masks of attention: what the values' own mask, a given mask, causality and a window leave, as one.

The query's own mask has no part: what its left-out positions look at is of no use to anybody, and goes on masked.
"""

from __future__ import annotations

from tricorn import ops


def joined_mask(query, value, value_mask=None, key_mask=None, attention_mask=None, causal=False, window=None):
    """True where a query position may look at a key position; None if nothing is masked.

    Args:
        query, value: `(batch, T, ...)` and `(batch, S, ...)`.
        value_mask, key_mask: `(batch, S)`.
        attention_mask: Broadcasts to `(batch, T, S)`, or with an axis of heads to `(batch, heads, T, S)`.
        causal: Whether position t sees positions up to t only.
        window: Whether positions `window` or more apart do not see each other.
    """
    mask = None
    for side in (value_mask, key_mask):
        if side is not None:
            side = ops.expand_dims(ops.cast(side, "bool"), -2)
            mask = side if mask is None else ops.logical_and(mask, side)
    if causal or window is not None:
        steps = positions_mask(ops.shape(query)[1], ops.shape(value)[1], causal, window)
        mask = steps if mask is None else ops.logical_and(mask, steps)
    if attention_mask is not None:
        attention_mask = ops.cast(attention_mask, "bool")
        if mask is not None and len(attention_mask.shape) == 4 and len(mask.shape) == 3:
            mask = ops.expand_dims(mask, 1)
        mask = attention_mask if mask is None else ops.logical_and(mask, attention_mask)
    return mask


def positions_mask(rows, columns, causal, window):
    """`(1, rows, columns)`: which positions may see which."""
    row = ops.expand_dims(ops.arange(rows, dtype="int32"), 1)
    column = ops.expand_dims(ops.arange(columns, dtype="int32"), 0)
    mask = None
    if causal:
        mask = ops.greater_equal(row, column)
    if window is not None:
        near = ops.less(ops.absolute(row - column), window)
        mask = near if mask is None else ops.logical_and(mask, near)
    return ops.expand_dims(mask, 0)
