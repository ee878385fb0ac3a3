"""The global seed, and the counters that tell apart things of one kind made under it."""

from __future__ import annotations

import collections
import hashlib
import operator
import os
import threading

from tricorn.core.errors import bad_argument

_lock = threading.Lock()
_seed: int | None = None
_ordinals: collections.Counter = collections.Counter()
_version = 0


def set_global_seed(seed) -> None:
    """Fix the global seed and start all ordinals anew: the same code then makes the same initial weights again.

    Args:
        seed: An integer in [0, 2**64).
    """
    global _seed, _version
    value = checked_seed(seed, "set_random_seed")
    with _lock:
        _seed = value
        _version += 1
        _ordinals.clear()


def global_seed() -> int:
    """The global seed; drawn from the operating system, once, if it was never set."""
    global _seed
    if _seed is None:
        with _lock:
            if _seed is None:
                _seed = int.from_bytes(os.urandom(4), "little")
    return _seed


def seed_version() -> int:
    """How often the global seed was set: what was derived under another version is out of date."""
    return _version


def derive_seed(kind, ordinal) -> int:
    """A seed in [0, 2**31) that follows from the global seed, a kind and a number within it."""
    text = f"{global_seed()}/{kind}/{ordinal}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") % 2**31


def next_ordinal(kind) -> int:
    """0, 1, 2, ...: how many of that kind were made before, since the global seed was last set."""
    with _lock:
        count = _ordinals[kind]
        _ordinals[kind] = count + 1
    return count


def reset_ordinals() -> None:
    """Start all ordinals anew under the same seed."""
    with _lock:
        _ordinals.clear()


def checked_seed(seed, where) -> int:
    """`seed` as an int.

    Raises:
        ValueError: It is not an integer in [0, 2**64).
    """
    try:
        value = operator.index(seed)
    except TypeError:
        value = -1
    if isinstance(seed, bool) or not 0 <= value < 2**64:
        raise bad_argument(where, "a seed is an integer in [0, 2**64).", given=repr(seed)[:80])
    return value
