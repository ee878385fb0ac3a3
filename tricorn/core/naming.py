"""Names: automatic ones, the nesting of name scopes, and the *place* that keys initial weights.

A path such as `"encoder/dense_3/kernel"` is made of names, and automatic names count upwards over the whole process.
A place is the same path with each automatic name replaced by a count since the seed was last set, so that the same code
under the same seed finds the same initial weights when it runs a second time in one process.
"""

from __future__ import annotations

import collections
import re
from contextvars import ContextVar

_counts: collections.Counter = collections.Counter()


def snake_case(name):
    """`"Conv2DTranspose"` to `"conv2d_transpose"`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def auto_name(prefix):
    """`prefix`, `prefix_1`, `prefix_2`, ...: unique in this process since the last `reset_names()`."""
    prefix = snake_case(prefix)
    count = _counts[prefix]
    _counts[prefix] += 1
    return prefix if count == 0 else f"{prefix}_{count}"


def unique_name(name):
    """Like `auto_name`, for a prefix that is taken as it is."""
    count = _counts[name]
    _counts[name] += 1
    return name if count == 0 else f"{name}_{count}"


def reset_names():
    _counts.clear()


_path: ContextVar[tuple] = ContextVar("tricorn_path", default=())
current_path = _path.get


class name_scope:
    """Context manager: names of variables made inside are prefixed by `name/`.

    Args:
        name: A name without `/`.
    """

    def __init__(self, name, place=None):
        if not isinstance(name, str) or "/" in name:
            from tricorn.core.errors import bad_argument

            raise bad_argument("name_scope", "a name must be a string without '/'.", given=repr(name))
        self.name = name
        self._entry = (name, place if place is not None else name)
        self._tokens = []

    def __enter__(self):
        self._tokens.append(_path.set((*_path.get(), self._entry)))
        return self

    def __exit__(self, *exc_info):
        _path.reset(self._tokens.pop())


def scoped_path(name):
    """The path of something called `name` here, and its place."""
    entries = _path.get()
    return (
        "/".join([entry[0] for entry in entries] + [name]),
        "/".join([entry[1] for entry in entries] + [name]),
    )


def get_uid(prefix=""):
    """1, 2, 3, ... per prefix in this process."""
    _uids[prefix] += 1
    return _uids[prefix]


_uids: collections.Counter = collections.Counter()
