"""Checks that two structures are nested in the same way."""

from __future__ import annotations

import warnings

from tricorn.core.errors import bad_argument, describe

from ._flatten import NAMESPACE, flatten_with_path, is_container, optree
from ._map import _leaves_like


def assert_same_structure(a, b, check_types=None):
    """Raise unless `a` and `b` have the same containers in the same places; leaves are not compared.

    Kinds of dict, and the order of their keys, may differ.

    Args:
        a: The structure expected.
        b: The structure compared with it.
        check_types: Without effect, as in the reference; types are always compared.

    Raises:
        ValueError: They differ.
    """
    if check_types is not None:
        warnings.warn("assert_same_structure: `check_types` has no effect.", DeprecationWarning, stacklevel=2)
    where = "tree.assert_same_structure"
    if not is_container(a):
        if is_container(b):
            raise bad_argument(where, "the structures do not have the same nesting.", expected="a leaf",
                               given=describe(b))  # fmt: skip
        return
    definition = optree().tree_structure(a, none_is_leaf=True, namespace=NAMESPACE)
    _leaves_like(where, definition, (a, b), b)


def assert_same_paths(a, b):
    """Raise unless the leaves of `a` and `b` stand at the same paths; kinds of sequence may differ.

    Raises:
        ValueError: A path of one is missing in the other.
    """
    paths_a, paths_b = ({path for path, _ in flatten_with_path(structure)} for structure in (a, b))
    if paths_a != paths_b:
        raise bad_argument(
            "tree.assert_same_paths", "`a` and `b` do not have the same paths.",
            expected=f"also in `b`: {sorted(paths_a - paths_b, key=str)}",
            given=f"only in `b`: {sorted(paths_b - paths_a, key=str)}",
        )  # fmt: skip
