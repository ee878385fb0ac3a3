"""Arguments of layers for images: ranges to draw from, the range of values, options."""

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
    if len(values) != 1 + is_pair or not all(is_number(value) for value in values):
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
    if len(pair) != 2 or not all(is_number(value) for value in pair) or pair[0] >= pair[1]:
        raise bad_argument(layer._where(), "`value_range` must be a pair (lowest, highest).",
                           expected="e.g. (0, 255) or (0.0, 1.0)", given=f"value_range={value_range!r}")  # fmt: skip
    return pair


def one_of(layer, name, value, allowed):
    """`value`, which must be one of the names `allowed`."""
    if not isinstance(value, str) or value.lower() not in allowed:
        raise bad_argument(
            layer._where(), f"unknown `{name}`.", expected=" or ".join(map(repr, allowed)), given=repr(value)
        )
    return value.lower()


def a_number(layer, name, value):
    """`value`, which must be a finite number."""
    if not is_number(value):
        raise bad_argument(layer._where(), f"`{name}` must be a number.", given=f"{name}={value!r}")
    return value


def in_order(factor):
    """A pair with the lower number first; anything else as it is."""
    is_pair = isinstance(factor, (tuple, list)) and len(factor) == 2 and all(map(is_number, factor))
    return tuple(sorted(factor)) if is_pair else factor


def share_range(layer, name, factor):
    """Bounds of a probability, within [0, 1]: a number f stands for (0, f)."""
    return factor_range(layer, name, factor if isinstance(factor, (tuple, list)) else (0, factor), 0, 1)


def positive_number(layer, name, value):
    """`value`, which must be a finite number above 0."""
    if not is_number(value) or value <= 0:
        raise bad_argument(layer._where(), f"`{name}` must be a positive number.", expected="above 0",
                           given=f"{name}={value!r}")  # fmt: skip
    return value


def is_number(value):
    """Whether `value` is a finite Python number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
