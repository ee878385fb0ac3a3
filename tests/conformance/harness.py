"""One call of one op, checked in every way that a call can be checked.

A `Case` holds the op, its arguments as NumPy arrays and plain values, and a reference in NumPy. `check` runs it on an
engine and compares: the values with the reference (computed in float64), the result's shape and dtype with what the
rule says for known and for unknown sizes, and the compiled call with the eager one. `check_gradient` compares the
engine's gradient with finite differences of the reference.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.conformance.gradients import gradients, numeric_gradients
from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.core.symbolic import KerasTensor


@dataclasses.dataclass
class Case:
    """A call of an op.

    Attributes:
        op: Its name in `tricorn.ops`.
        args: Positional arguments. NumPy arrays among them, and in lists among them, become tensors.
        kwargs: Keyword arguments, passed as they are.
        expected: Reference, of the same arguments; by default NumPy's function of that name. None: only shapes are
            checked.
        grad: Whether the gradient is to be checked too (with respect to all float arrays).
        unknown: Whether the rule can be asked with every size unknown, and the compiled function with none known.
        compiled: Whether engines can compile the call.
        depends_on_values: Whether the result's shape does.
        tolerance: Relative and absolute.
        note: Tells cases of one op apart.
    """

    op: str
    args: tuple = ()
    kwargs: dict = dataclasses.field(default_factory=dict)
    expected: Callable | str | None = "numpy"
    grad: bool = False
    unknown: bool = True
    compiled: bool = True
    depends_on_values: bool = False
    tolerance: float = 2e-5
    note: str = ""

    def __str__(self):
        shown = [_shown(arg) for arg in self.args] + [f"{key}={value}" for key, value in self.kwargs.items()]
        return f"{self.op}({','.join(shown)})" + (f"-{self.note}" if self.note else "")

    @property
    def function(self):
        return getattr(ops, self.op)

    def reference(self) -> Callable:
        return getattr(np, self.op) if self.expected == "numpy" else self.expected


def _shown(arg):
    if isinstance(arg, np.ndarray):
        return f"{arg.dtype}{list(arg.shape)}".replace(" ", "")
    if isinstance(arg, list) and any(isinstance(item, np.ndarray) for item in arg):
        return "[" + ",".join(map(_shown, arg)) + "]"
    return str(arg).replace(" ", "")[:40]


def map_arrays(args, function):
    def mapped(arg):
        if isinstance(arg, np.ndarray):
            return function(arg)
        if isinstance(arg, list) and any(isinstance(item, np.ndarray) for item in arg):
            return [mapped(item) for item in arg]
        return arg

    return tuple(mapped(arg) for arg in args)


def arrays_in(args):
    found = []
    map_arrays(args, found.append)
    return found


def refill(args, values):
    values = iter(values)
    return map_arrays(args, lambda _: next(values))


def flat(result):
    """The tensors of a result, in order."""
    if isinstance(result, (list, tuple)) and not isinstance(result, KerasTensor):
        return [leaf for item in result for leaf in flat(item)]
    return [result]


def as_float64(array):
    return array.astype(np.float64) if array.dtype.kind == "f" or array.dtype.name == "bfloat16" else array


def check(case: Case, backend: str) -> None:
    """Check values, rule and compiled call of a case on a backend."""
    with backend_scope(backend):
        tensors = [ops.convert_to_tensor(array) for array in arrays_in(case.args)]
        result = case.function(*refill(case.args, tensors), **case.kwargs)
        leaves = flat(result)
        _check_rule(case, leaves)
        if case.expected is not None:
            wanted = case.reference()(*map_arrays(case.args, as_float64), **case.kwargs)
            _compare(leaves, flat(wanted), case.tolerance)
        if case.compiled:
            _check_compiled(case, backend, tensors, leaves)


def _check_rule(case, leaves):
    specs = flat(case.function(*map_arrays(case.args, _symbol), **case.kwargs))
    assert len(specs) == len(leaves)
    for spec, leaf in zip(specs, leaves, strict=True):
        if isinstance(spec, KerasTensor):
            assert spec.dtype == ops.dtype(leaf)
            assert case.depends_on_values or spec.shape == tuple(leaf.shape)
    if not case.unknown:
        return
    unknown = map_arrays(case.args, lambda array: KerasTensor((None,) * array.ndim, array.dtype.name))
    for spec, leaf in zip(flat(case.function(*unknown, **case.kwargs)), leaves, strict=True):
        if isinstance(spec, KerasTensor):
            assert len(spec.shape) == len(leaf.shape)
            assert all(size in (None, real) for size, real in zip(spec.shape, leaf.shape, strict=True)), (
                spec.shape
            )
            assert spec.dtype == ops.dtype(leaf)


def _symbol(array):
    return KerasTensor(array.shape, array.dtype.name)


def _check_compiled(case, backend, tensors, leaves):
    """JAX must be able to trace the call; TensorFlow must compute the same in a graph that knows no size."""

    def call(*values):
        return case.function(*refill(case.args, values), **case.kwargs)

    if backend == "jax":
        import jax

        traced = flat(jax.eval_shape(call, *tensors))
        assert [(t.shape, t.dtype) for t in traced] == [(leaf.shape, leaf.dtype) for leaf in leaves]
    elif backend == "tensorflow":
        import tensorflow as tf

        shapes = [[None] * len(t.shape) if case.unknown else t.shape for t in tensors]
        signature = [tf.TensorSpec(shape, t.dtype) for shape, t in zip(shapes, tensors, strict=True)]
        found = flat(tf.function(call, signature)(*tensors))
        _compare(found, [ops.convert_to_numpy(leaf) for leaf in leaves], case.tolerance)
        assert [ops.dtype(leaf) for leaf in found] == [ops.dtype(leaf) for leaf in leaves]


def _compare(leaves, wanted, tolerance):
    assert len(leaves) == len(wanted)
    for leaf, reference in zip(leaves, wanted, strict=True):
        value = np.asarray(ops.convert_to_numpy(leaf))
        reference = np.asarray(reference)
        assert value.shape == reference.shape
        if reference.dtype.kind in "fV":
            value, reference = value.astype(np.float64), reference.astype(np.float64)
            np.testing.assert_allclose(value, reference, rtol=tolerance, atol=tolerance)
        elif reference.dtype.kind == "c":
            for part in (np.real, np.imag):
                np.testing.assert_allclose(part(value), part(reference), rtol=tolerance, atol=tolerance)
        else:
            np.testing.assert_array_equal(value, reference)


def check_gradient(case: Case, backend: str, tolerance: float = 2e-3) -> None:
    """Check the engine's gradient against finite differences of the reference."""
    floats = [array for array in arrays_in(case.args) if array.dtype.kind == "f"]

    def filled(values):
        values = iter(values)
        return map_arrays(case.args, lambda array: next(values) if array.dtype.kind == "f" else array)

    def function(*values):
        return flat(case.function(*filled(values), **case.kwargs))[0]

    def reference(*values):
        return flat(case.reference()(*filled(values), **case.kwargs))[0]

    shape = np.shape(reference(*floats))
    weights = np.random.default_rng(7).uniform(0.5, 1.5, shape).astype(np.float32)
    with backend_scope(backend):
        found = gradients(backend, function, floats, weights)
    for one, wanted in zip(found, numeric_gradients(reference, floats, weights), strict=True):
        np.testing.assert_allclose(one, wanted, rtol=tolerance, atol=tolerance)


def run(op: str, backend: str, *args: Any, **kwargs: Any):
    """An op on NumPy arrays, on a backend; the result as NumPy arrays."""
    with backend_scope(backend):
        result = getattr(ops, op)(*map_arrays(args, ops.convert_to_tensor), **kwargs)
        return [ops.convert_to_numpy(leaf) for leaf in flat(result)]
