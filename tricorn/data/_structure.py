"""Nested tuples, lists and dicts of arrays, taken apart once and put together quickly for every batch.

`None` holds a place (an output without a target) and is no leaf. This is narrower than `tricorn.tree` on
purpose: a data frame or a sparse matrix is a leaf, and rebuilding costs well below a microsecond.
"""

from __future__ import annotations

from collections.abc import Mapping


def is_container(value):
    return isinstance(value, (tuple, list)) or (isinstance(value, Mapping) and not hasattr(value, "shape"))


def map_leaves(function, structure):
    """The same structure with `function(leaf)` for every leaf."""
    kind = type(structure)
    if structure is None:
        return None
    if kind is tuple:
        return tuple([map_leaves(function, item) for item in structure])
    if kind is list:
        return [map_leaves(function, item) for item in structure]
    if isinstance(structure, tuple):
        items = [map_leaves(function, item) for item in structure]
        return kind(*items) if hasattr(structure, "_fields") else tuple(items)
    if isinstance(structure, list):
        return [map_leaves(function, item) for item in structure]
    if is_container(structure):
        return {key: map_leaves(function, item) for key, item in structure.items()}
    return function(structure)


def leaves_of(structure):
    """The leaves, depth first."""
    if structure is None:
        return []
    if not is_container(structure):
        return [structure]
    items = structure.values() if isinstance(structure, Mapping) else structure
    return [leaf for item in items for leaf in leaves_of(item)]


def named_leaves(structure, name):
    """Pairs (place, leaf), a place reading as the user would write it: `x`, `x[0]`, `x["image"]`."""
    if structure is None:
        return []
    if not is_container(structure):
        return [(name, structure)]
    pairs = structure.items() if isinstance(structure, Mapping) else enumerate(structure)
    return [found for key, item in pairs for found in named_leaves(item, f"{name}[{_key(key)}]")]


def _key(key):
    return f'"{key}"' if isinstance(key, str) else repr(key)


def rebuilder(structure):
    """A function from the list of leaves to the structure, shaped as `structure`."""
    if isinstance(structure, tuple) and len(structure) == 3 and not any(map(is_container, structure)):
        x, y, weight = (item is not None for item in structure)
        if (x, y, weight) == (True, True, False):
            return lambda leaves: (leaves[0], leaves[1], None)
        if (x, y, weight) == (True, True, True):
            return tuple
        if (x, y, weight) == (True, False, False):
            return lambda leaves: (leaves[0], None, None)

    def rebuild(leaves):
        following = iter(leaves).__next__
        return map_leaves(lambda _: following(), structure)

    return rebuild
