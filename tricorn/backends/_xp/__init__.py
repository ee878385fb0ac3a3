"""Kernels that NumPy and JAX share: each takes the namespace, `numpy` or `jax.numpy`, as its first parameter `xp`."""

from __future__ import annotations

from types import FunctionType, MethodType

import numpy as np

from tricorn.core.arrays import numpy_dtype
from tricorn.core.dtypes import ALLOWED_DTYPES, standardize_dtype


def bind(namespace, module, xp):
    """Put the kernels of `module` into `namespace`, with `xp` bound; names that are defined there already stay.

    A kernel is a public function defined in `module` (bound as a method of `xp`, which costs a call nothing), or a name
    in its tuple `DIRECT`: those are functions of `xp` itself.
    """
    for name in getattr(module, "DIRECT", ()):
        namespace.setdefault(name, getattr(xp, name))
    for name, function in vars(module).items():
        if (
            type(function) is FunctionType
            and function.__module__ == module.__name__
            and not name.startswith("_")
        ):
            namespace.setdefault(name, MethodType(function, xp))


def native_dtype(xp, dtype):
    """The dtype that arrays of `xp` have for a standard name (None: floatx). JAX narrows 64 bits unless told not to."""
    if xp is np:
        return numpy_dtype(
            dtype if type(dtype) is str and dtype in ALLOWED_DTYPES else standardize_dtype(dtype)
        )
    native = numpy_dtype(standardize_dtype(dtype))
    return native if native.itemsize < 8 else xp.asarray(np.empty(0, native)).dtype
