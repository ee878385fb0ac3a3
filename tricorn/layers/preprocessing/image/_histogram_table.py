"""How histograms become tables of new values."""

from __future__ import annotations

from tricorn import ops


def flat_positions(levels, channels, channels_axis, bins):
    """Levels 0 ... bins - 1 of a batch of images as positions in one table of all channels."""
    if channels > 1:
        shape = [1, 1, 1, 1]
        shape[channels_axis] = channels
        levels = levels + ops.cast(ops.reshape(ops.arange(0, channels * bins, bins), shape), levels.dtype)
    return levels


def levels_of(x, highest):
    """Floats as whole numbers 0 ... highest, fractions cut off."""
    return ops.cast(ops.clip(x, 0, highest), "int32")
