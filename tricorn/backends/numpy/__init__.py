"""NumPy: every op without gradients, for inference and for the host's own work."""

from __future__ import annotations

import contextlib
import functools
from types import MethodType

import numpy as np

from tricorn.core.arrays import host_array, numpy_dtype
from tricorn.core.backend import Backend
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.variable import Variable


class NumpyBackend(Backend):
    name = "numpy"
    modules = ("numpy",)
    capabilities = frozenset()
    float_dtypes = frozenset(np.dtype(name) for name in ("float16", "float32", "float64"))

    def is_tensor_type(self, cls):
        return issubclass(cls, (np.ndarray, np.generic))

    def convert_to_tensor(self, x, dtype=None):
        if isinstance(x, Variable):
            x = x.value
        if isinstance(x, (np.ndarray, np.generic)):
            array = np.asarray(x)
        else:
            array = host_array(x, dtype)
        return array if dtype is None else self.cast(array, dtype)

    def to_numpy(self, x):
        return np.asarray(x.value if isinstance(x, Variable) else x)

    def cast(self, x, dtype):
        target = numpy_dtype(dtype)
        return x if x.dtype == target else np.asarray(x).astype(target)

    def dtype_of(self, x):
        return standardize_dtype(x.dtype)

    def shape_of(self, x):
        return tuple(x.shape)

    def stop_gradient(self, x):
        return x

    def kernel(self, family, name):
        kernel = super().kernel(family, name)
        if kernel is None or family in _KEEP_DTYPES or getattr(kernel, "reads_bfloat16", False):
            return kernel
        return _through_float32(kernel)

    def kernel_for(self, kernel, native_dtype):
        if native_dtype.kind == "V":
            return kernel
        kernel = getattr(kernel, "without_bfloat16", kernel)
        wide = getattr(kernel, "for_wide", None)
        if wide is None or native_dtype.itemsize < 4:
            return kernel
        return MethodType(wide, kernel.__self__) if type(kernel) is MethodType else wide

    def variable_class(self):
        return NumpyVariable

    def draw_seed(self, state):
        seed, counter = state.value.tolist()
        state.assign_native(np.array([seed, counter + 1], "uint32"))
        return seed, counter

    def fixed_seed(self, seed):
        return seed, 0

    def device_scope(self, device):
        if device not in ("cpu", "cpu:0"):
            raise bad_argument("device", "NumPy has no such device.", expected="'cpu'", given=repr(device))
        return contextlib.nullcontext()

    def host_number(self, scalar):
        return scalar.item() if isinstance(scalar, (np.ndarray, np.generic)) else scalar

    def vectorized_map(self, function, elements):
        from tricorn.backends.numpy.transform import vectorized_map

        return vectorized_map(function, elements)


# Families whose result has the dtype that was asked for, not one that follows from the inputs.
_KEEP_DTYPES = frozenset({"cast", "create", "random", "control"})


def _through_float32(kernel):
    """`kernel`, computing bfloat16 in float32: for NumPy it is a foreign dtype, which many functions widen or refuse."""

    @functools.wraps(kernel)
    def run(*args):
        for value in args:
            kind = type(value)
            if kind is list or kind is tuple:
                if value and _is_bfloat16(value):
                    break
            elif kind is not np.ndarray:
                if _is_bfloat16(value):
                    break
            elif value.dtype.kind == "V" and _is_bfloat16(value):  # one look: most arrays end here
                break
        else:
            return kernel(*args)
        result = kernel(*map(_widened, args))
        # A dtype among the arguments is the one that was asked for.
        return result if any(type(arg) is str and arg == "float32" for arg in args) else _narrowed(result)

    run.without_bfloat16 = kernel
    return run


def _is_bfloat16(value):
    if isinstance(value, (list, tuple)):
        return any(map(_is_bfloat16, value))
    if not isinstance(value, (np.ndarray, np.generic)):
        return False
    return value.dtype.kind == "V" and value.dtype.name == "bfloat16"  # the name costs a microsecond


def _widened(value):
    if isinstance(value, (list, tuple)):
        return type(value)(map(_widened, value))
    return value.astype("float32") if _is_bfloat16(value) else value


def _narrowed(value):
    if isinstance(value, (list, tuple)):
        return type(value)(map(_narrowed, value))
    is_wide = isinstance(value, (np.ndarray, np.generic)) and value.dtype == np.float32
    return value.astype(numpy_dtype("bfloat16")) if is_wide else value


class NumpyVariable(Variable):
    def _make(self, value, dtype):
        self._value = self._owned(backend.convert_to_tensor(value, dtype), value)

    def _owned(self, value, given):
        return np.array(value)  # arrays can be written to

    def numpy(self):
        return np.array(self.value)


backend = NumpyBackend()
NumpyVariable.backend_object = backend
