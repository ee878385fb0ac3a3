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
            if not arrays:
                return _of_numbers(op) if set(types) <= SCALARS else op.general
            return _neutral(self, types, scalars)
        return op.general if arrays else self._direct(backend, types, variables, scalars)

    def _direct(self, backend, types, variables, scalars):
        """The kernel of a backend behind what these types of its arguments need; or the general path."""
        op = self._op
        kernel = op.kernel(backend)
        if scalars:
            if bool in types or variables or not getattr(kernel, "accepts_scalars", False):
                return op.general
            return _beside_scalars(op, backend, kernel, types, scalars)
        if op.dtype_rule.promotes:
            kernel = _promoting(op, backend, kernel, types)
        elif backend.name == "numpy":
            kernel = _by_dtype(op, backend, kernel, types)
        return _unwrapping(kernel, variables) if variables else kernel


def _of_numbers(op):
    """Numbers in place of all tensors: to the active engine as they are, where its kernel takes that."""

    kernels = {}

    def of_numbers(*args):
        backend = backends.get_scoped() or backends.active_backend()
        try:
            kernel = kernels[backend]
        except KeyError:
            kernel = op.kernel(backend)
            kernel = getattr(kernel, "unchecked", kernel)
            kernels[backend] = kernel = kernel if getattr(kernel, "accepts_numbers", False) else None
        return op.general(*args) if kernel is None or not are_plain(args) else kernel(*args)

    return of_numbers


def are_plain(args):
    """Whether all arguments are numbers, names, None and tuples of integers: nothing that belongs to an engine."""
    for value in args:
        cls = type(value)
        if cls in _PLAIN:
            continue
        if cls is not tuple:
            return False
        for size in value:
            if type(size) is not int:
                return False
    return True


_PLAIN = frozenset((int, str, type(None), bool, float))


def _neutral(table, types, scalars):
    """NumPy arrays belong to no engine: they are tensors where NumPy is the active one, and converted elsewhere."""
    general = table._op.general
    direct = numpy_backend = None

    def neutral(*args):
        nonlocal direct, numpy_backend
        backend = backends.get_scoped() or backends.active_backend()
        if backend is not numpy_backend:
            if backend.name != "numpy":
                return general(*args)
            numpy_backend = backend
            direct = table._direct(backend, types, [], scalars)
        return direct(*args)

    return neutral


def _by_dtype(op, backend, kernel, types):
    """`kernel`, or the one that is enough for tensors of this dtype; where nothing is promoted."""
    if not hasattr(kernel, "without_bfloat16") or op.sequences or type(None) in types:
        return kernel
    kernel_for, known = backend.kernel_for, {}
    if op.tensors == [0]:

        def by_dtype(x, *args):
            try:
                ready = known[x.dtype]
            except KeyError:
                ready = known[x.dtype] = kernel_for(kernel, x.dtype)
            return ready(x, *args)

        return by_dtype
    if op.tensors == [0, 1]:

        def by_dtypes(x1, x2, *args):
            key = x1.dtype, x2.dtype
            try:
                ready = known[key]
            except KeyError:
                plain = kernel_for(kernel, x1.dtype)
                ready = known[key] = plain if kernel_for(kernel, x2.dtype) is plain else kernel
            return ready(x1, x2, *args)

        return by_dtypes
    return kernel


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


def _promoting(op, backend, kernel, types):
    """`kernel` behind the check whether its inputs have the dtype that the op computes in.

    What is found out is kept by the engine's dtype: the kernel for tensors that all have it and stay as they are, or
    None where they must be cast.
    """
    compute, cast, dtype_of = op.dtype_rule.compute, backend.cast, backend.dtype_of
    missing = {place for place, cls in zip(op.tensors, types) if cls is type(None)}
    positions, count = [place for place in op.promoted if place not in missing], len(types)
    # Tensors that have no part in promotion may have any dtype.
    lean = backend.kernel_for if op.promoted == op.tensors and not op.sequences else lambda kernel, _: kernel
    ready = {}

    if positions == [0]:

        def promoting(x, *args):
            native = x.dtype
            try:
                direct = ready[native]
            except KeyError:
                dtype = dtype_of(x)
                direct = ready[native] = lean(kernel, native) if compute([dtype]) == dtype else None
            return kernel(cast(x, compute([dtype_of(x)])), *args) if direct is None else direct(x, *args)

        return promoting

    if count == 2 and positions == [0, 1]:

        def promoting(x1, x2, *args):
            native = x1.dtype
            if native == x2.dtype:
                direct = ready.get(native)
                if direct is not None:
                    return direct(x1, x2, *args)
            present = [dtype_of(x1), dtype_of(x2)]
            dtype = compute(present)
            if present[0] == present[1] == dtype:
                ready[native] = lean(kernel, native)
            return kernel(cast(x1, dtype), cast(x2, dtype), *args)

        return promoting

    if count == 3 and positions == [1, 2]:  # `where` and the like: a condition first
        general = _promoting_any(compute, cast, dtype_of, positions, kernel, ready, lean)

        def promoting(x, x1, x2, *args):
            if x1.dtype == x2.dtype:
                direct = ready.get(x1.dtype)
                if direct is not None:
                    return direct(x, x1, x2, *args)
            return general(x, x1, x2, *args)

        return promoting

    return _promoting_any(compute, cast, dtype_of, positions, kernel, ready, lean)


def _promoting_any(compute, cast, dtype_of, positions, kernel, ready, lean):
    def promoting(*args):
        natives = [args[i].dtype for i in positions]
        native = natives[0]
        alike = natives.count(native) == len(natives)
        if alike:
            direct = ready.get(native)
            if direct is not None:
                return direct(*args)
        args = list(args)
        present = [dtype_of(args[i]) for i in positions]
        dtype = compute(present)
        if alike and present[0] == dtype == compute([dtype, dtype]):
            ready[native] = lean(kernel, native)
        for i in positions:
            args[i] = cast(args[i], dtype)
        return kernel(*args)

    return promoting


def _beside_scalars(op, backend, kernel, types, scalars):
    """One tensor beside Python scalars that do not change its dtype: they go to the engine as they are."""
    scalars = [op.tensors[place] for place in scalars]
    given = [op.tensors[place] for place, cls in enumerate(types) if cls is not type(None)]
    tensors = [place for place in given if place not in scalars and place in op.promoted]
    if len(tensors) != 1 or set(given) - {*tensors, *scalars} - {0}:
        return op.general
    compute, dtype_of, general = op.dtype_rule.compute, backend.dtype_of, op.general
    kinds = [cls for cls, place in zip(types, op.tensors) if place in scalars and place in op.promoted]
    integers = [place for cls, place in zip(types, op.tensors) if cls is int and place in op.promoted]
    lean = backend.kernel_for if len(tensors) + len(scalars) == len(given) else lambda kernel, _: kernel
    known = {}  # the engine's dtype of the tensor -> the function that runs the call

    def look(tensor):
        dtype = dtype_of(tensor)
        if kinds and (compute is None or dtype == "bool" or compute([dtype, *kinds]) != dtype):
            return general
        direct = lean(kernel, tensor.dtype)
        bounds = int_range(dtype) if integers else None
        return direct if bounds is None else _within(bounds, integers, direct, general)

    if tensors == [0]:

        def beside_scalars(x, *args):
            try:
                run = known[x.dtype]
            except KeyError:
                run = known[x.dtype] = look(x)
            return run(x, *args)

    elif tensors == [1]:

        def beside_scalars(x1, x2, *args):
            try:
                run = known[x2.dtype]
            except KeyError:
                run = known[x2.dtype] = look(x2)
            return run(x1, x2, *args)

    else:
        place = tensors[0]

        def beside_scalars(*args):
            tensor = args[place]
            try:
                run = known[tensor.dtype]
            except KeyError:
                run = known[tensor.dtype] = look(tensor)
            return run(*args)

    return beside_scalars


def _within(bounds, places, direct, general):
    """`direct` where the integers at `places` fit a dtype: they would wrap around."""
    low, high = bounds

    def within(*args):
        for place in places:
            if not low <= args[place] <= high:
                return general(*args)
        return direct(*args)

    return within
