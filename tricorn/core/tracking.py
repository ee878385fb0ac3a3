"""Containers that tell their owner what is put into them, so that layers in lists and dicts are found."""

from __future__ import annotations

from tricorn.tree._flatten import register_tree_node

PLAIN_TYPES = frozenset({int, float, bool, str, bytes, complex, type(None)})


def tracked(value, track):
    """`value` with lists, dicts and sets replaced by tracking ones; `track(item)` is called for each leaf."""
    cls = type(value)
    if cls in PLAIN_TYPES:
        return value
    if cls is list:
        return TrackedList(value, track)
    if cls is dict:
        return TrackedDict(value, track)
    if cls is set:
        return TrackedSet(value, track)
    if cls is tuple:
        return tuple(tracked(item, track) for item in value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return cls(*(tracked(item, track) for item in value))
    track(value)
    return value


class TrackedList(list):
    """A list whose items its owner tracks."""

    def __init__(self, values=(), track=None):
        self._track = track or _ignore
        super().__init__(tracked(value, self._track) for value in values)

    def append(self, value):
        super().append(tracked(value, self._track))

    def insert(self, index, value):
        super().insert(index, tracked(value, self._track))

    def extend(self, values):
        super().extend([tracked(value, self._track) for value in values])

    def __iadd__(self, values):
        self.extend(values)
        return self

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            super().__setitem__(index, [tracked(item, self._track) for item in value])
        else:
            super().__setitem__(index, tracked(value, self._track))

    def __reduce__(self):
        return list, (list(self),)


class TrackedDict(dict):
    """A dict whose values its owner tracks."""

    def __init__(self, values=(), track=None):
        self._track = track or _ignore
        super().__init__({key: tracked(value, self._track) for key, value in dict(values).items()})

    def __setitem__(self, key, value):
        super().__setitem__(key, tracked(value, self._track))

    def update(self, *args, **kwargs):
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def setdefault(self, key, default=None):
        if key not in self:
            self[key] = default
        return self[key]

    def __reduce__(self):
        return dict, (dict(self),)


class TrackedSet(set):
    """A set whose items its owner tracks."""

    def __init__(self, values=(), track=None):
        self._track = track or _ignore
        super().__init__(tracked(value, self._track) for value in values)

    def add(self, value):
        super().add(tracked(value, self._track))

    def update(self, *others):
        for values in others:
            for value in values:
                self.add(value)

    def __reduce__(self):
        return set, (set(self),)


def _ignore(_value):
    """Tracks nothing: for a container that has lost its owner (a copy)."""


# For `tree`, they are the containers that they stand in for.
register_tree_node(TrackedList, lambda values: (list(values), None, list(range(len(values)))),
                   lambda _, children: list(children))  # fmt: skip
register_tree_node(TrackedDict, lambda values: ([values[key] for key in sorted(values)], sorted(values), sorted(values)),
                   lambda keys, children: dict(zip(keys, children, strict=True)))  # fmt: skip
