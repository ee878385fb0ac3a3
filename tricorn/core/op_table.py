"""Which function runs a call of an op: found once for each combination of the types of its tensor arguments.

It is the engine's kernel itself where the arguments are tensors of one engine in a dtype that needs no cast, and one of
the wrappers below where a dtype must be looked at, a Variable read, or a Python scalar let through.
"""

from __future__ import annotations

import numpy as np

from tricorn.core import backend as backends
from tricorn.core.dtypes import int_range
from tricorn.core.symbolic import KerasTensor

#: Python types that are weak in promotion.
SCALARS = frozenset((bool, int, float))


class OpTable(dict):
    """Types of the tensor arguments to the function that runs the call; see the module's docstring."""

    def __init__(self, op):
        super().__init__()
        self._op = op

    def __missing__(self, key):
        types = key if isinstance(key, tuple) else (key,)
        function = self._find(types)
        self[key] = function
        return function

    def _find(self, types):
        op = self._op
        if any(issubclass(cls, KerasTensor) for cls in types):
            return (
                op.symbolic
                if all(issubclass(c, KerasTensor) or c is type(None) for c in types)
                else op.general
            )
        if any(cls is type(None) and position in op.required for position, cls in zip(op.tensors, types)):
            return op.general  # which tells that it is missing
        backend, variables, scalars, arrays = None, [], [], False
        for position, cls in enumerate(types):
            if cls is type(None):
                continue
            if cls in SCALARS:
                scalars.append(position)
                continue
            if cls is np.ndarray:
                arrays = True
                continue
            owner = getattr(cls, "backend_object", None)
            if owner is not None:
                variables.append(op.tensors[position])
            else:
                owner = backends.backend_of_type(cls)
            if owner is None or (backend is not None and owner is not backend) or owner.is_sparse_type(cls):
                return op.general
            backend = owner
        if backend is None:
            return _neutral(self, types, scalars) if arrays else op.general
        return op.general if arrays else self._direct(backend, types, variables, scalars)

    def _direct(self, backend, types, variables, scalars):
        """The kernel of a backend behind what these types of its arguments need; or the general path."""
        op = self._op
        kernel = op.kernel(backend)
        if scalars:
            if bool in types or variables or not getattr(kernel, "accepts_scalars", False):
                return op.general
            if len(types) == 2:
                return _scalar_call(op, backend, kernel, scalars[0], types)
            rest_are_scalars = all(cls in SCALARS or cls is type(None) for cls in types[1:])
            return (
                _scalars_call(op, backend, kernel, [types[i] for i in scalars])
                if rest_are_scalars
                else op.general
            )
        if op.dtype_rule.promotes:
            kernel = _promoting(op, backend, kernel, len(types))
        return _unwrapping(kernel, variables) if variables else kernel


def _neutral(table, types, scalars):
    """NumPy arrays belong to no engine: they are tensors where NumPy is the active one, and converted elsewhere."""
    general = table._op.general
    direct = None

    def neutral(*args):
        nonlocal direct
        backend = backends.active_backend()
        if backend.name != "numpy":
            return general(*args)
        if direct is None:
            direct = table._direct(backend, types, [], scalars)
        return direct(*args)

    return neutral


def _unwrapping(kernel, positions):
    """`kernel`, reading the Variables at `positions`."""
    if positions == [0]:
        return lambda x1, *args: kernel(x1.value, *args)
    if positions == [1]:
        return lambda x1, x2, *args: kernel(x1, x2.value, *args)

    def unwrapped(*args):
        args = list(args)
        for position in positions:
            args[position] = args[position].value
        return kernel(*args)

    return unwrapped


def _promoting(op, backend, kernel, count):
    """`kernel` behind the check whether its inputs have the dtype that the op computes in."""
    compute, cast, dtype_of = op.dtype_rule.compute, backend.cast, backend.dtype_of
    positions = op.promoted
    native_ok = {}  # native dtype of all inputs -> do they compute in it as they are?

    if count == 1 and positions == [0]:

        def promoting(x, *args):
            native = x.dtype
            try:
                fits = native_ok[native]
            except KeyError:
                dtype = dtype_of(x)
                fits = native_ok[native] = compute([dtype]) == dtype
            return kernel(x, *args) if fits else kernel(cast(x, compute([dtype_of(x)])), *args)

        return promoting

    if count == 2 and positions == [0, 1]:

        def promoting(x1, x2, *args):
            native = x1.dtype
            if x2 is not None and native == x2.dtype and native_ok.get(native, False):
                return kernel(x1, x2, *args)
            present = [dtype_of(x) for x in (x1, x2) if x is not None]
            dtype = compute(present)
            if present[0] == present[-1] == dtype:
                native_ok[native] = True
            x2 = x2 if x2 is None else cast(x2, dtype)
            return kernel(x1 if x1 is None else cast(x1, dtype), x2, *args)

        return promoting

    if count == 3 and positions == [1, 2]:  # `where` and the like: a condition first
        general = _promoting_any(compute, cast, dtype_of, positions, kernel, native_ok)

        def promoting(x, x1, x2, *args):
            if x1 is not None and x2 is not None and x1.dtype == x2.dtype and native_ok.get(x1.dtype, False):
                return kernel(x, x1, x2, *args)
            return general(x, x1, x2, *args)

        return promoting

    return _promoting_any(compute, cast, dtype_of, positions, kernel, native_ok)


def _promoting_any(compute, cast, dtype_of, positions, kernel, native_ok):
    def promoting(*args):
        natives = [args[i].dtype for i in positions if args[i] is not None]
        native = natives[0]
        alike = natives.count(native) == len(natives)
        if alike and native_ok.get(native, False):
            return kernel(*args)
        args = list(args)
        present = [dtype_of(args[i]) for i in positions if args[i] is not None]
        dtype = compute(present)
        if alike and present[0] == dtype == compute([dtype, dtype]):
            native_ok[native] = True
        for i in positions:
            if args[i] is not None:
                args[i] = cast(args[i], dtype)
        return kernel(*args)

    return promoting


def _scalar_call(op, backend, kernel, position, types):
    """A tensor beside a Python scalar that does not change its dtype: the scalar goes to the engine as it is."""
    scalar = types[position]
    compute, dtype_of = op.dtype_rule.compute, backend.dtype_of
    general = op.general
    native_ok = {}

    def scalar_call(x1, x2, *args):
        tensor = x1 if position == 1 else x2
        native = tensor.dtype
        try:
            fits = native_ok[native]
        except KeyError:
            dtype = dtype_of(tensor)
            fits = native_ok[native] = (
                compute is not None and compute([dtype, scalar]) == dtype and dtype != "bool"
            )
            if fits and scalar is int:
                fits = native_ok[native] = int_range(dtype) or True
        if fits is True:
            return kernel(x1, x2, *args)
        if fits and fits[0] <= (x1 if position == 0 else x2) <= fits[1]:
            return kernel(x1, x2, *args)
        return general(x1, x2, *args)

    return scalar_call


def _scalars_call(op, backend, kernel, scalars):
    """The same with one tensor, first, and several scalars (`clip`)."""
    compute, dtype_of, general = op.dtype_rule.compute, backend.dtype_of, op.general
    native_ok = {}

    def scalars_call(x, *args):
        native = x.dtype
        try:
            fits = native_ok[native]
        except KeyError:
            dtype = dtype_of(x)
            fits = native_ok[native] = (
                compute is not None and compute([dtype, *scalars]) == dtype and dtype != "bool"
            )
            if fits and int in scalars:
                fits = native_ok[native] = int_range(dtype) or True
        if fits is True:
            return kernel(x, *args)
        if fits and all(fits[0] <= value <= fits[1] for value in args if type(value) is int):
            return kernel(x, *args)
        return general(x, *args)

    return scalars_call
