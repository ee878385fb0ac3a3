"""Logs that are read from the device when somebody looks at them."""

from __future__ import annotations

# Stands in an unread dict: the encoder of `json` looks at the size behind our back and writes {} if it is 0.
_UNREAD = {"(unread)": None}


class Logs(dict):
    """A dict that fills itself at the first look.

    Reading a loss waits for the device; in a training step this may cost more than the step. The loop
    therefore hands out this dict with a function, and whoever reads, in whatever way, gets plain Python
    numbers.

    Args:
        read: A function without arguments that returns a dict. Called at most once. It must keep the
            values of *its* step: by the time of the look the next step may have begun.
    """

    __slots__ = ("_read",)

    def __init__(self, read):
        super().__init__(_UNREAD)
        self._read = read

    def _fill(self):
        read, self._read = self._read, None
        if read is not None:
            dict.clear(self)
            dict.update(self, read())
        return self

    @property
    def is_read(self):
        """True once the values are here."""
        return self._read is None

    def __reduce__(self):
        return dict, (dict(self),)

    def __or__(self, other):
        return dict(self) | other

    def __ror__(self, other):
        return other | dict(self)


def _filled_first(name):
    method = getattr(dict, name)

    def call(self, *args, **kwargs):
        if self._read is not None:
            self._fill()
        return method(self, *args, **kwargs)

    call.__name__, call.__doc__ = name, method.__doc__
    return call


# Everything by which a dict shows or changes what it holds. `dict(logs)` and `**logs` go through `__iter__`
# and `keys`.
for _name in (
    "__contains__",
    "__delitem__",
    "__eq__",
    "__getitem__",
    "__ior__",
    "__iter__",
    "__len__",
    "__ne__",
    "__repr__",
    "__reversed__",
    "__setitem__",
    "clear",
    "copy",
    "get",
    "items",
    "keys",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
):
    setattr(Logs, _name, _filled_first(_name))
