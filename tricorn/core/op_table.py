"""Which function runs a call of an op: found once for each combination of the types of its tensor arguments.

It is the engine's kernel itself where the arguments are tensors of one engine in a dtype that needs no cast, and one of
the wrappers below where a dtype must be looked at, a Variable read, or a Python scalar let through.
"""

from __future__ import annotations

import functools

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
            return _promoting(op, backend, kernel, types, variables)
        if backend.name == "numpy":
            kernel = _by_dtype(op, backend, kernel, types)
        return _entry(op, variables, [], None, kernel) if variables else kernel


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
            ready = known[x.dtype] = kernel_for(kernel, x.dtype)
            return ready(x, *args)

        return _entry(op, [], [0], known, by_dtype)
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


def _promoting(op, backend, kernel, types, variables):
    """`kernel` behind the check whether its inputs have the dtype that the op computes in.

    What is found out is kept by the engine's dtype: the kernel for tensors that all have it and stay as they are.
    """
    compute, cast, dtype_of = op.dtype_rule.compute, backend.cast, backend.dtype_of
    missing = {place for place, cls in zip(op.tensors, types) if cls is type(None)}
    positions = [place for place in op.promoted if place not in missing]
    # Tensors that have no part in promotion may have any dtype.
    lean = backend.kernel_for if op.promoted == op.tensors and not op.sequences else lambda kernel, _: kernel
    ready = {}

    def promoted(*args):
        args = list(args)
        natives = [args[i].dtype for i in positions]
        present = [dtype_of(args[i]) for i in positions]
        dtype = compute(present)
        if all(native == natives[0] for native in natives) and present[0] == dtype:
            ready[natives[0]] = lean(kernel, natives[0])
        for i in positions:
            args[i] = cast(args[i], dtype)
        return kernel(*args)

    return _entry(op, variables, positions, ready, promoted if positions else kernel)


def _entry(op, variables, alike, ready, otherwise):
    """A function with the op's parameters that reads the Variables among them and, if the tensors at the places `alike`
    have one dtype that is `ready`, runs what is kept there; else `otherwise`. Written out: each call within a call, and
    each `*args`, costs a good part of what an op may."""
    namespace = {"_ready": ready, "_otherwise": otherwise}
    exec(_entry_code(tuple(op.signature.parameters), tuple(variables), tuple(alike)), namespace)
    return namespace["entry"]


@functools.cache
def _entry_code(names, variables, alike):
    arguments = ", ".join(names)
    lines = [f"def entry({arguments}):"]
    lines += [f"    {names[place]} = {names[place]}.value" for place in variables]
    if alike:
        first, *rest = (f"{names[place]}.dtype" for place in alike)
        lines += [f"    _native = {first}"]
        condition = " and ".join(f"{other} == _native" for other in rest) or "True"
        lines += [
            f"    if {condition}:",
            "        _direct = _ready.get(_native)",
            "        if _direct is not None:",
            f"            return _direct({arguments})",
        ]
    lines += [f"    return _otherwise({arguments})"]
    return compile("\n".join(lines), "<tricorn op entry>", "exec")


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

    place = tensors[0]

    def beside_scalars(*args):
        run = known[args[place].dtype] = look(args[place])
        return run(*args)

    return _entry(op, [], [place], known, beside_scalars)


def _within(bounds, places, direct, general):
    """`direct` where the integers at `places` fit a dtype: they would wrap around."""
    low, high = bounds

    def within(*args):
        for place in places:
            if not low <= args[place] <= high:
                return general(*args)
        return direct(*args)

    return within
