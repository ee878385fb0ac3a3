"""All cases of all conformance tables, by op; what the sweeps over every op start from."""

from __future__ import annotations

import functools
import importlib
import pathlib

import numpy as np

from tests.conformance.harness import Case
from tricorn import ops

NAMESPACES = ("image", "linalg", "nn", "numpy")
# Ops whose arguments are functions, or that ask for no tensor: their tests are test_ops_control.py and the like.
WITHOUT_CASES = frozenset(
    [
        "associative_scan",
        "cond",
        "convert_to_numpy",
        "ctc_decode",
        "convert_to_tensor",
        "custom_gradient",
        "dtype",
        "fori_loop",
        "is_tensor",
        "jvp",
        "map",
        "ndim",
        "scan",
        "shape",
        "size",
        "stop_gradient",
        "switch",
        "vectorize",
        "vectorized_map",
        "while_loop",
    ]
)


def public_ops():
    """Every public op by its name: `"add"`, `"image.resize"`."""
    found = {name: getattr(ops, name) for name in ops.__all__ if name not in NAMESPACES}
    found |= {f"image.{name}": getattr(ops.image, name) for name in ops.image.__all__}
    return dict(sorted(found.items()))


@functools.cache
def cases_by_function():
    """Lists of cases by the id of the function that they call."""
    found = {}
    for path in sorted(pathlib.Path(__file__).parent.glob("*.py")):
        if path.stem != "test_ops_every":
            module = importlib.import_module(f"tests.conformance.{path.stem}")
            for value in vars(module).values():
                if isinstance(value, list) and value and all(isinstance(item, Case) for item in value):
                    for case in value:
                        listed = found.setdefault(case.function, [])
                        if not any(case is other for other in listed):
                            listed.append(case)
    return found


def cases_of(function, count=2):
    """Telling cases of an op: the first that have arrays, one of them with the most arguments."""
    listed = [case for case in cases_by_function().get(function, ()) if has_arrays(case.args)]
    listed = [case for case in listed if not case.note.startswith("special")]
    if len(listed) <= count:
        return listed
    richest = max(listed[1:], key=lambda case: len(case.args) + len(case.kwargs))
    return [*listed[: count - 1], richest]


def has_arrays(args):
    """Whether a NumPy array is among arguments, or in a list among them."""
    return any(
        isinstance(arg, np.ndarray) or (isinstance(arg, (list, tuple)) and has_arrays(arg)) for arg in args
    )
