"""Quantiles: which elements of a sorted axis a quantile lies between, and how much each counts.

Where the size of the axis and the fractions are known, this is found on the host, in float64, once.
"""

from __future__ import annotations

import functools

import numpy as np

from tricorn.core.errors import bad_argument
from tricorn.core.rules import canonical_axes, reduce_shape

# The methods of Hyndman and Fan (1996) that interpolate, by their two parameters: the place of the quantile q among n
# elements, counted from 0, is q (n + 1 - alpha - beta) + alpha - 1.
_INTERPOLATED = {
    "linear": (1, 1), "interpolated_inverted_cdf": (0, 1), "hazen": (0.5, 0.5), "weibull": (0, 0),
    "median_unbiased": (1 / 3, 1 / 3), "normal_unbiased": (3 / 8, 3 / 8),
}  # fmt: skip
_STEPPED = (
    "lower",
    "higher",
    "midpoint",
    "nearest",
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
)
METHODS = ("linear", *_STEPPED, *list(_INTERPOLATED)[1:])


def check_method(name, method):
    """Refuse a method that the op `name` does not know."""
    if method not in METHODS:
        raise bad_argument(
            f"ops.{name}", "unknown `method`.", expected=", ".join(METHODS), given=repr(method)
        )


def fractions(name, q, top):
    """Numbers in [0, top] as fractions: a float64 array.

    Raises:
        TypeError: They are no numbers.
        ValueError: One lies outside.
    """
    try:
        values = np.asarray(q, np.float64)
    except (TypeError, ValueError):
        raise bad_argument(f"ops.{name}", "`q` must be a number or an array of numbers.", given=repr(q),
                           error=TypeError) from None  # fmt: skip
    if not np.all((values >= 0) & (values <= top)):
        raise bad_argument(f"ops.{name}", f"`q` must lie in [0, {top}].", given=repr(q))
    return values / top


def places(name, q, top, size, method):
    """`neighbours` for numbers: `(shape of q, below, above, weight)`, the last three flat, of int64, int64 and float64.

    Where only one of the two counts, both are the same.

    Args:
        name: The op, for messages.
        q: A number, an array, or nested sequences of numbers, in [0, top].
        size: The known size of the axis, not 0.
    """
    q = q if type(q) in (int, float) else _tuples(q)
    try:
        return _places(name, q, top, size, method)
    except TypeError:  # what has no hash is no number: the message tells
        return _places.__wrapped__(name, q, top, size, method)


def _tuples(q):
    q = q.tolist() if isinstance(q, (np.ndarray, np.generic)) else q
    return tuple(map(_tuples, q)) if isinstance(q, (list, tuple)) else q


@functools.lru_cache(maxsize=1024)
def _known_fractions(name, q, top):
    found = fractions(name, q, top)
    return found.shape, tuple(found.reshape(-1).tolist())


def known_fractions(name, q, top):
    """`fractions` of a number, an array or nested sequences of numbers: `(shape of q, the fractions, flat)`."""
    q = q if type(q) in (int, float) else _tuples(q)
    try:
        return _known_fractions(name, q, top)
    except TypeError:
        return _known_fractions.__wrapped__(name, q, top)


@functools.lru_cache(maxsize=1024)
def _places(name, q, top, size, method):
    check_method(name, method)
    found = fractions(name, q, top)
    below, above, weight = neighbours(found.reshape(-1), size, method, np)
    # A neighbour that does not count is made the other one: then equal neighbours are the only case for itself.
    below, above = np.where(weight == 1, above, below), np.where(weight == 0, below, above)
    return found.shape, below.astype(np.int64), above.astype(np.int64), np.asarray(weight, np.float64)


@functools.lru_cache(maxsize=1024)
def middle(size):
    """`places` of the median."""
    below, above = (size - 1) // 2, size // 2
    return (), np.array([below]), np.array([above]), np.array([(above - below) / 2])


def reduced(shape, axis, keepdims):
    """The axes that are reduced, the others, and the shape of what is left; found once for each kind of call.

    Raises:
        ValueError: An axis is out of range or named twice.
        TypeError: One is no integer.
    """
    if axis is not None and type(axis) is not int:
        axis = canonical_axes(axis, len(shape))  # plain integers, which may be remembered
    return _reduced(tuple(shape), axis, bool(keepdims))


@functools.lru_cache(maxsize=1024)
def _reduced(shape, axis, keepdims):
    axes = canonical_axes(axis, len(shape))
    others = tuple(one for one in range(len(shape)) if one not in axes)
    return axes, others, reduce_shape(shape, axes, keepdims)


def neighbours(q, n, method, xp):
    """The two places, counted from 0, that the quantile lies between, and the weight of the second.

    Args:
        q: Fractions.
        n: How many elements there are.
        method: One of `METHODS`.
        xp: Functions `floor`, `where`, `minimum`, `maximum`.
    """
    if method in ("inverted_cdf", "averaged_inverted_cdf"):
        place = q * n - 1
    elif method == "closest_observation":
        place = q * n - 1.5
    elif method in _INTERPOLATED and method != "linear":
        alpha, beta = _INTERPOLATED[method]
        place = q * (n + (1 - alpha - beta)) + (alpha - 1)
    else:
        place = q * (n - 1)
    below = xp.floor(place)
    weight = _weight(place - below, below, method, xp)
    last = xp.maximum(n - 1, 0)
    return xp.maximum(xp.minimum(below, last), 0), xp.maximum(xp.minimum(below + 1, last), 0), weight


def _weight(fraction, below, method, xp):
    if method in _INTERPOLATED:
        return fraction
    if method == "lower":
        return fraction * 0
    is_odd = below - 2 * xp.floor(below / 2) == 1
    if method == "nearest":  # halves to the even place
        return xp.where((fraction > 0.5) | ((fraction == 0.5) & is_odd), 1.0, 0.0)
    if method == "closest_observation":
        return xp.where((fraction == 0) & is_odd, 0.0, 1.0)
    at, beyond = {"averaged_inverted_cdf": (0.5, 1.0), "midpoint": (0.0, 0.5)}.get(method, (0.0, 1.0))
    return xp.where(fraction > 0, beyond, at)
