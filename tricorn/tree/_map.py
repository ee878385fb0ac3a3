"""Functions applied to every leaf, or to every node, of nested structures."""

from __future__ import annotations

import operator

from tricorn.core.errors import bad_argument, describe

from ._flatten import NAMESPACE, is_container, optree


class MAP_TO_NONE:
    """What the function given to `traverse` returns to put None in a node's place, as None means "go on inside"."""


def _check_callable(where, function):
    if not callable(function):
        raise bad_argument(where, "`func` must be callable.", given=describe(function), error=TypeError)


def _mismatch(where, error, structures):
    given = " and ".join(describe(structure) for structure in structures)
    return bad_argument(
        where, "the structures do not have the same nesting.", expected=str(error), given=given
    )


def map_structure(func, *structures, none_is_leaf=True):
    """Apply `func` to the leaves at the same place of each structure.

    Args:
        func: Called with one leaf of each structure.
        structures: One or more structures of the same nesting; dicts may differ in kind and order of keys.
        none_is_leaf: Whether `func` is called for None; else None stays None.

    Returns:
        A structure like the first one, with the results.

    Raises:
        ValueError: No structure is given, or their nesting differs.

    Examples:
        `map_structure(lambda x, y: x + y, {"a": [1]}, {"a": [2]})` is `{"a": [3]}`.
    """
    _check_callable("tree.map_structure", func)
    if not structures:
        raise bad_argument("tree.map_structure", "needs at least one structure.")
    first = structures[0]
    if not is_container(first) and not any(map(is_container, structures)):
        if first is None and not none_is_leaf:
            if any(structure is not None for structure in structures):
                raise _mismatch("tree.map_structure", "None in each of them", structures)
            return None
        return func(*structures)
    if len(structures) == 1:
        return optree().tree_map(func, first, none_is_leaf=none_is_leaf, namespace=NAMESPACE)
    leaves, definition = optree().tree_flatten(first, none_is_leaf=none_is_leaf, namespace=NAMESPACE)
    columns = [
        leaves,
        *(_leaves_like("tree.map_structure", definition, structures, one) for one in structures[1:]),
    ]
    return definition.unflatten(map(func, *columns))


def _leaves_like(where, definition, structures, structure):
    """Leaves of `structure`, which must have the nesting `definition`, not only begin like it."""
    try:
        leaves = definition.flatten_up_to(structure)
    except ValueError as error:
        raise _mismatch(where, error, structures) from None
    deeper = next((leaf for leaf in leaves if is_container(leaf)), None)
    if deeper is not None:
        raise _mismatch(where, f"a leaf where {describe(deeper)} stands", structures)
    return leaves


def map_structure_up_to(shallow_structure, func, *structures):
    """Apply `func` to what stands, in each structure, where `shallow_structure` has its leaves.

    Args:
        shallow_structure: Gives the nesting; its leaves are not used.
        func: Called with one part of each structure; a part may be nested itself.
        structures: Structures that begin with the nesting of `shallow_structure`.

    Raises:
        ValueError: A structure does not begin like `shallow_structure`.

    Examples:
        `map_structure_up_to([0, 0], len, [[1, 2], [3]])` is `[2, 1]`.
    """
    where = "tree.map_structure_up_to"
    _check_callable(where, func)
    if not structures:
        raise bad_argument(where, "needs at least one structure.")
    if not is_container(shallow_structure):
        return func(*structures)
    definition = optree().tree_structure(shallow_structure, none_is_leaf=True, namespace=NAMESPACE)
    try:
        columns = [definition.flatten_up_to(structure) for structure in structures]
    except ValueError as error:
        raise _mismatch(where, error, (shallow_structure, *structures)) from None
    return definition.unflatten(map(func, *columns))


def traverse(func, structure, top_down=True):
    """Visit every node, containers as well as leaves, and replace those for which `func` returns something.

    Args:
        func: Called with a node. None: keep the node and go on; `MAP_TO_NONE`: put None in its place; anything else:
            put that in its place.
        structure: The nested structure.
        top_down: Visit a container before its children (and not the children of one that is replaced), else after.

    Examples:
        `traverse(lambda x: tuple(x) if isinstance(x, list) else None, [1, [2]], top_down=False)` is `(1, (2,))`.
    """
    _check_callable("tree.traverse", func)
    if top_down:
        return _traverse_down(func, structure)
    return _traverse_up(func, structure)


def _traverse_down(func, node):
    replaced = func(node)
    if replaced is None:
        return _map_children(lambda child: _traverse_down(func, child), node)
    return None if replaced is MAP_TO_NONE else replaced


def _traverse_up(func, node):
    node = _map_children(lambda child: _traverse_up(func, child), node)
    replaced = func(node)
    if replaced is None:
        return node
    return None if replaced is MAP_TO_NONE else replaced


def _map_children(func, node):
    if not is_container(node):
        return node
    return optree().tree_map(func, node, is_leaf=lambda other: other is not node, none_is_leaf=True,
                             namespace=NAMESPACE)  # fmt: skip


def lists_to_tuples(structure):
    """The same structure with a tuple in place of each list."""
    return traverse(lambda node: tuple(node) if isinstance(node, list) else None, structure, top_down=False)


def map_shape_structure(func, structure):
    """Apply `func` to the shapes in a structure; a shape is a tuple or list of sizes and None.

    Examples:
        `map_shape_structure(len, {"a": (None, 3), "b": [(2,), ()]})` is `{"a": 2, "b": [1, 0]}`.
    """
    _check_callable("tree.map_shape_structure", func)
    if _is_shape(structure) or not is_container(structure):
        return func(structure)
    return optree().tree_map(func, structure, is_leaf=_is_shape, none_is_leaf=True, namespace=NAMESPACE)


def _is_shape(value):
    return isinstance(value, (list, tuple)) and all(size is None or _is_size(size) for size in value)


def _is_size(value):
    try:
        operator.index(value)
    except TypeError:
        return hasattr(value, "evaluate")  # core.symbolic.Dim, a size that is known when the graph runs
    return True
