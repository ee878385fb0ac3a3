"""Nested structures, with the answers of the reference written down."""

import collections

import numpy as np
import pytest

from tests.support.fresh_process import run_python
from tricorn import tree

Point = collections.namedtuple("Point", "x y")
Ordered = collections.OrderedDict
ARRAY = np.arange(2)

STRUCTURES = [
    # structure, leaves, paths
    (None, [None], [()]),
    (3, [3], [()]),
    ("abc", ["abc"], [()]),
    ({1, 2}, [{1, 2}], [()]),
    ([1, None, 2], [1, None, 2], [(0,), (1,), (2,)]),
    ((1, (2, 3)), [1, 2, 3], [(0,), (1, 0), (1, 1)]),
    ({"b": 1, "a": [2, None]}, [2, None, 1], [("a", 0), ("a", 1), ("b",)]),
    (Ordered(b=1, a=2), [1, 2], [("b",), ("a",)]),
    (collections.defaultdict(list, {"b": 1, "a": 2}), [2, 1], [("a",), ("b",)]),
    (Point(1, [2, 3]), [1, 2, 3], [(0,), (1, 0), (1, 1)]),
    (collections.deque([1, 2]), [1, 2], [(0,), (1,)]),
    ({1: 2, "a": 3}, [2, 3], [(1,), ("a",)]),
    ({"x": [], "y": None, "z": ()}, [None], [("y",)]),
    ([], [], []),
    ({}, [], []),
]
IDS = [str(case[0]) for case in STRUCTURES]


@pytest.mark.parametrize(("structure", "leaves", "paths"), STRUCTURES, ids=IDS)
def test_taking_apart_and_together(structure, leaves, paths):
    assert tree.flatten(structure) == leaves
    assert tree.flatten_with_path(structure) == list(zip(paths, leaves))
    assert tree.is_nested(structure) == (leaves != [structure])
    packed = tree.pack_sequence_as(structure, [(leaf, "new") for leaf in leaves])
    assert type(packed) is (type(structure) if leaves != [structure] else tuple)
    assert tree.flatten(tree.map_structure(lambda pair: pair, structure)) == leaves
    assert tree.pack_sequence_as(structure, leaves) == structure
    if isinstance(structure, dict):
        assert list(packed) == list(structure)  # own order kept
    with pytest.raises(ValueError, match="number of leaves"):
        tree.pack_sequence_as(structure, [*leaves, 0])


def test_an_array_is_a_leaf():
    assert tree.flatten(ARRAY)[0] is ARRAY
    assert tree.map_structure(lambda x: x, {"a": ARRAY})["a"] is ARRAY


def test_map_structure():
    add = lambda x, y: (x, y)  # noqa: E731
    assert tree.map_structure(add, {"b": 1, "a": 2}, {"a": 3, "b": 4}) == {"b": (1, 4), "a": (2, 3)}
    mixed = tree.map_structure(add, Ordered(b=1, a=2), {"a": 5, "b": 6})
    assert mixed == Ordered(b=(1, 6), a=(2, 5))
    assert isinstance(mixed, Ordered)
    assert tree.map_structure(add, [1, None], [3, 4]) == [(1, 3), (None, 4)]
    assert tree.map_structure(add, [1, None], [3, None], none_is_leaf=False) == [(1, 3), None]
    assert tree.map_structure(add, None, None, none_is_leaf=False) is None
    assert tree.map_structure(add, 1, 2) == (1, 2)


@pytest.mark.parametrize(
    "structures",
    [
        ([1, 2], (3, 4)),
        ([1, 2], [3]),
        ([1, 2], [3, [4]]),
        ({"a": 1}, {"b": 1}),
        (1, [1]),
        ([1], 1),
        (Point(1, 2), (1, 2)),
        ([None], [[]]),
    ],
)
def test_other_nesting_is_refused(structures):
    with pytest.raises(ValueError, match="same nesting"):
        tree.map_structure(lambda *leaves: leaves, *structures)
    with pytest.raises(ValueError, match="same nesting"):
        tree.assert_same_structure(*structures)


def test_bad_arguments():
    with pytest.raises(ValueError, match="at least one"):
        tree.map_structure(len)
    with pytest.raises(TypeError, match="callable"):
        tree.map_structure(3, [1])
    with pytest.raises(TypeError, match="callable"):
        tree.traverse(3, [1])
    with pytest.raises(TypeError, match="sequence"):
        tree.pack_sequence_as([1], 3)
    with pytest.raises(ValueError, match="same nesting"):
        tree.map_structure(lambda *leaves: leaves, [1, None], [3, 4], none_is_leaf=False)


def test_same_structure():
    for a, b in [([1], [2]), ({"a": 1}, Ordered(a=2)), (None, 1), ({"a": 1, "b": 2}, {"b": 1, "a": 2})]:
        tree.assert_same_structure(a, b)
    tree.assert_same_paths([1, (2,)], (1, [2]))
    with pytest.raises(ValueError, match="same paths"):
        tree.assert_same_paths([1], [[2]])
    with pytest.warns(DeprecationWarning):
        tree.assert_same_structure([1], [1], check_types=False)


def test_map_structure_up_to():
    pairs = tree.map_structure_up_to(
        {"a": 0, "b": [0, 0]}, lambda x, y: (x, y), {"a": [1], "b": [2, 3]}, {"a": [4], "b": [{}, (6,)]}
    )
    assert pairs == {"a": ([1], [4]), "b": [(2, {}), (3, (6,))]}
    assert tree.map_structure_up_to(0, lambda x: x, [1]) == [1]
    for shallow, other in [([0, 0], [1, 2, 3]), ([0, 0], (1, 2)), ([0, 0], 3), ({"a": 0}, {"a": 1, "b": 3})]:
        with pytest.raises(ValueError, match="same nesting"):
            tree.map_structure_up_to(shallow, lambda x: x, other)


def test_traverse_orders_and_replacements():
    structure = {"b": [1, 2], "a": (3,)}
    seen = []
    assert tree.traverse(lambda x: seen.append(x), structure) == structure
    assert seen == [structure, (3,), 3, [1, 2], 1, 2]
    seen.clear()
    tree.traverse(lambda x: seen.append(x), structure, top_down=False)
    assert seen == [3, (3,), 1, 2, [1, 2], structure]
    to_tuple = lambda x: tuple(x) if isinstance(x, list) else None  # noqa: E731
    assert tree.traverse(to_tuple, [1, [2]]) == (1, [2])
    assert tree.traverse(to_tuple, [1, [2]], top_down=False) == (1, (2,))
    assert tree.traverse(lambda x: tree.MAP_TO_NONE if x == 1 else None, [1, 2]) == [None, 2]
    assert tree.traverse(lambda x: [9, 9] if x == 1 else None, [1, 2]) == [[9, 9], 2]


def test_lists_to_tuples():
    assert tree.lists_to_tuples([Point([1], 2), {"c": [2]}, []]) == (Point((1,), 2), {"c": (2,)}, ())


@pytest.mark.parametrize(
    ("structure", "expected"),
    [
        ((1, None), [(1, None)]),
        ([1, 2], [[1, 2]]),
        ((), [()]),
        (None, [None]),
        ([(1, 2), [3, None]], [(1, 2), [3, None]]),
        ({"a": (1, None), "b": [(None, 2), (3,)]}, [(1, None), (None, 2), (3,)]),
        ((np.int64(2), 3), [(2, 3)]),
    ],
)
def test_shapes_are_leaves(structure, expected):
    seen = []
    tree.map_shape_structure(lambda shape: seen.append(shape) or shape, structure)
    assert seen == expected


def test_registered_classes_are_containers():
    class Pair:
        def __init__(self, left, right):
            self.left, self.right = left, right

    tree.register_tree_node(
        Pair, lambda p: ((p.left, p.right), None, ("left", "right")), lambda _, items: Pair(*items)
    )
    pair = Pair(1, [2])
    assert tree.is_nested(pair)
    assert tree.flatten([pair]) == [1, 2]
    assert tree.flatten_with_path(pair) == [(("left",), 1), (("right", 0), 2)]
    mapped = tree.map_structure(lambda x: x * 10, pair)
    assert (mapped.left, mapped.right) == (10, [20])


def test_a_single_leaf_needs_no_optree():
    code = """
import sys, numpy
from tricorn import tree
assert tree.flatten(3) == [3] and tree.map_structure(abs, -1) == 1 and not tree.is_nested(None)
assert "optree" not in sys.modules
tree.flatten([3])
assert "optree" in sys.modules
"""
    run = run_python(code)
    assert run.returncode == 0, run.stderr
