"""Nested structures: what is a container, taking one apart and putting it together again.

Containers are lists, tuples, named tuples, dicts (also ordered and default ones), deques and registered classes;
everything else is a leaf, None included. Dicts are taken apart in the order of their sorted keys (ordered dicts: in
their own), and keep their own order when put together. Built on `optree`, imported when a container is first met.
"""

from __future__ import annotations

import threading

from tricorn.core.errors import bad_argument, describe

NAMESPACE = "tricorn"

# Leaf or container, by type, so that a single leaf costs one look-up and no optree.
_is_container_type = dict.fromkeys(
    (int, float, bool, str, bytes, complex, type(None), set, frozenset), False
) | (dict.fromkeys((list, tuple, dict), True))
_waiting: list[tuple] = []
_lock = threading.Lock()
_optree = None


def optree():
    """The module `optree`, with our classes registered in it."""
    global _optree
    if _optree is None or _waiting:
        import optree as module

        with _lock:
            while _waiting:
                cls, flatten_function, unflatten_function = _waiting.pop()
                module.register_pytree_node(cls, flatten_function, unflatten_function, namespace=NAMESPACE)
            _optree = module
    return _optree


def register_tree_node(cls, flatten_function, unflatten_function):
    """Make a class a container.

    Args:
        cls: The class; subclasses of it are not included.
        flatten_function: `(instance) -> (children, metadata, keys)`.
        unflatten_function: `(metadata, children) -> instance`.
    """
    with _lock:
        _waiting.append((cls, flatten_function, unflatten_function))
        _is_container_type[cls] = True


def is_container(value) -> bool:
    """Whether `value` has places for children, also when it is empty."""
    cls = type(value)
    try:
        return _is_container_type[cls]
    except KeyError:
        found = not optree().tree_is_leaf(value, none_is_leaf=True, namespace=NAMESPACE)
        _is_container_type[cls] = found
        return found


def is_nested(structure) -> bool:
    """Whether `structure` is a container rather than a leaf.

    Examples:
        `is_nested([])` is True; `is_nested(None)` and `is_nested("abc")` are False.
    """
    return is_container(structure)


def flatten(structure) -> list:
    """The leaves, as a list.

    Args:
        structure: Nested containers, or a single leaf, which gives a list of one.

    Examples:
        `flatten({"b": 1, "a": [2, None]})` is `[2, None, 1]`.
    """
    if not is_container(structure):
        return [structure]
    return optree().tree_leaves(structure, none_is_leaf=True, namespace=NAMESPACE)


def flatten_with_path(structure) -> list:
    """Pairs `(path, leaf)`; a path is the tuple of keys and positions that lead to the leaf.

    Examples:
        `flatten_with_path({"a": [5]})` is `[(("a", 0), 5)]`.
    """
    if not is_container(structure):
        return [((), structure)]
    paths, leaves, _ = optree().tree_flatten_with_path(structure, none_is_leaf=True, namespace=NAMESPACE)
    return list(zip(paths, leaves, strict=True))


def pack_sequence_as(structure, flat_sequence):
    """The inverse of `flatten`: a structure like `structure` with the leaves of `flat_sequence`.

    Raises:
        ValueError: There are more or fewer leaves than places.
        TypeError: `flat_sequence` is not a sequence.
    """
    try:
        leaves = list(flat_sequence)
    except TypeError:
        raise bad_argument("tree.pack_sequence_as", "leaves come in a sequence.", expected="a list of leaves",
                           given=describe(flat_sequence), error=TypeError) from None  # fmt: skip
    if not is_container(structure):
        places, packed = 1, leaves[0] if len(leaves) == 1 else None
    else:
        definition = optree().tree_structure(structure, none_is_leaf=True, namespace=NAMESPACE)
        places = definition.num_leaves
        packed = definition.unflatten(leaves) if places == len(leaves) else None
    if places != len(leaves):
        raise bad_argument("tree.pack_sequence_as", "the number of leaves differs from the number of places.",
                           expected=f"{places} leaves", given=f"{len(leaves)} leaves")  # fmt: skip
    return packed
