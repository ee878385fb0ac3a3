"""Containers that tell their owner what is put into them and taken out, so that layers in lists and dicts are found."""

from __future__ import annotations

from tricorn.tree._flatten import register_tree_node

PLAIN_TYPES = frozenset({int, float, bool, str, bytes, complex, type(None)})


def _ignore(_value):
    """Tracks nothing: for a container that has lost its owner (a copy)."""


def tracked(value, track, untrack=_ignore):
    """`value` with lists, dicts and sets replaced by tracking ones.

    Args:
        value: Anything.
        track: `track(item)` is called for each leaf, now and when one is put into a container later.
        untrack: `untrack(item)` is called for what was taken out of a container: a leaf, or a container of leaves.
    """
    cls = type(value)
    if cls in PLAIN_TYPES:
        return value
    if cls is list:
        return TrackedList(value, track, untrack)
    if cls is dict:
        return TrackedDict(value, track, untrack)
    if cls is set:
        return TrackedSet(value, track, untrack)
    if cls is tuple:
        return tuple(tracked(item, track, untrack) for item in value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return cls(*(tracked(item, track, untrack) for item in value))
    if cls in TRACKED_TYPES:  # made by another owner, or assigned under a second name
        for item in leaves_of(value):
            track(item)
        return value
    track(value)
    return value


def restored(value, track, untrack):
    """`tracked`, for a copied value whose leaves are tracked already."""
    value = tracked(value, _ignore, untrack)
    _report_to(value, track)
    return value


def _report_to(value, track):
    if type(value) in TRACKED_TYPES:
        value._track = track
    if isinstance(value, (list, tuple, dict, set)):
        for item in value.values() if isinstance(value, dict) else value:
            _report_to(item, track)


def leaves_of(value):
    """What stands in nested containers."""
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple, set)):
        yield value
        return
    for item in value:
        yield from leaves_of(item)


class TrackedList(list):
    """A list whose items its owner tracks."""

    def __init__(self, values=(), track=_ignore, untrack=_ignore):
        self._track, self._untrack = track, untrack
        super().__init__(self._tracked(value) for value in values)

    def _tracked(self, value):
        return tracked(value, self._track, self._untrack)

    def append(self, value):
        super().append(self._tracked(value))

    def insert(self, index, value):
        super().insert(index, self._tracked(value))

    def extend(self, values):
        super().extend([self._tracked(value) for value in values])

    def __iadd__(self, values):
        self.extend(values)
        return self

    def __setitem__(self, index, value):
        removed = self[index]
        if isinstance(index, slice):
            super().__setitem__(index, [self._tracked(item) for item in value])
        else:
            super().__setitem__(index, self._tracked(value))
        self._untrack(removed)

    def __delitem__(self, index):
        removed = self[index]
        super().__delitem__(index)
        self._untrack(removed)

    def pop(self, index=-1):
        removed = super().pop(index)
        self._untrack(removed)
        return removed

    def remove(self, value):
        del self[self.index(value)]

    def clear(self):
        del self[:]

    def __reduce__(self):
        return list, (list(self),)


class TrackedDict(dict):
    """A dict whose values its owner tracks."""

    def __init__(self, values=(), track=_ignore, untrack=_ignore):
        self._track, self._untrack = track, untrack
        super().__init__({key: tracked(value, track, untrack) for key, value in dict(values).items()})

    def __setitem__(self, key, value):
        removed = self.get(key)
        super().__setitem__(key, tracked(value, self._track, self._untrack))
        self._untrack(removed)

    def update(self, *args, **kwargs):
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def __ior__(self, other):
        self.update(other)
        return self

    def setdefault(self, key, default=None):
        if key not in self:
            self[key] = default
        return self[key]

    def __delitem__(self, key):
        removed = self[key]
        super().__delitem__(key)
        self._untrack(removed)

    def pop(self, key, *default):
        removed = super().pop(key, *default)
        self._untrack(removed)
        return removed

    def popitem(self):
        key, removed = super().popitem()
        self._untrack(removed)
        return key, removed

    def clear(self):
        removed = list(self.values())
        super().clear()
        self._untrack(removed)

    def __reduce__(self):
        return dict, (dict(self),)


class TrackedSet(set):
    """A set whose items its owner tracks."""

    def __init__(self, values=(), track=_ignore, untrack=_ignore):
        self._track, self._untrack = track, untrack
        super().__init__(tracked(value, track, untrack) for value in values)

    def add(self, value):
        super().add(tracked(value, self._track, self._untrack))

    def update(self, *others):
        for values in others:
            for value in values:
                self.add(value)

    def __ior__(self, other):
        self.update(other)
        return self

    def remove(self, value):
        super().remove(value)
        self._untrack(value)

    def discard(self, value):
        if value in self:
            self.remove(value)

    def pop(self):
        removed = super().pop()
        self._untrack(removed)
        return removed

    def clear(self):
        removed = list(self)
        super().clear()
        self._untrack(removed)

    def __reduce__(self):
        return set, (set(self),)


TRACKED_TYPES = frozenset({TrackedList, TrackedDict, TrackedSet})

# For `tree`, they are the containers that they stand in for.
register_tree_node(TrackedList, lambda values: (list(values), None, list(range(len(values)))),
                   lambda _, children: list(children))  # fmt: skip
register_tree_node(TrackedDict, lambda values: ([values[key] for key in sorted(values)], sorted(values), sorted(values)),
                   lambda keys, children: dict(zip(keys, children, strict=True)))  # fmt: skip
