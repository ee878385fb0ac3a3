"""Ranges from which layers draw, and the range of values that images have."""

from __future__ import annotations

import math

from tricorn.core.errors import bad_argument


def factor_range(layer, name, factor, low, high):
    """`factor` as a pair (lower, upper): a number f stands for (-f, f), cut off at `low`.

    Args:
        layer: For errors.
        name: Name of the argument, for errors.
        factor: A number, or a pair of them.
        low: Least value that is allowed.
        high: Greatest.

    Raises:
        ValueError: It is neither, or out of range, or the pair is not in order.
    """
    where = layer._where()
    is_pair = isinstance(factor, (tuple, list))
    values = tuple(factor) if is_pair else (factor,)
    if len(values) != 1 + is_pair or not all(_is_number(value) for value in values):
        raise bad_argument(
            where, f"`{name}` must be a number or a pair (lower, upper).", given=f"{name}={factor!r}"
        )
    if not is_pair:
        # A sign means nothing where both are in the range; elsewhere it is an error.
        value = abs(values[0]) if low < 0 else values[0]
        values = max(-value, low), value
    if not all(low <= value <= high for value in values):
        raise bad_argument(
            where, f"`{name}` is out of range.", expected=f"in [{low}, {high}]", given=f"{name}={factor!r}"
        )
    if values[0] > values[1]:
        raise bad_argument(where, f"the lower bound of `{name}` is above the upper one.", given=f"{name}={factor!r}",
                           expected="lower <= upper")  # fmt: skip
    return values


def value_range_of(layer, value_range):
    """`value_range` as a pair of numbers, the lower first.

    Raises:
        ValueError: It is none.
    """
    pair = tuple(value_range) if isinstance(value_range, (tuple, list)) else ()
    if len(pair) != 2 or not all(_is_number(value) for value in pair) or pair[0] >= pair[1]:
        raise bad_argument(layer._where(), "`value_range` must be a pair (lowest, highest).",
                           expected="e.g. (0, 255) or (0.0, 1.0)", given=f"value_range={value_range!r}")  # fmt: skip
    return pair


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
