"""Complex numbers, and bits seen as another dtype, on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.core.arrays import numpy_dtype
from tricorn.core.dtypes import standardize_dtype

angle = np.angle
real = np.real


def imag(x):
    return x.imag if x.dtype.kind == "c" else np.zeros(x.shape, x.dtype)


def conj(x):
    return np.conjugate(x) if x.dtype.kind == "c" else x


def view_as_complex(x):
    if x.shape[-1] != 2:
        raise ValueError("the last axis does not hold pairs")
    return np.ascontiguousarray(x).view(np.result_type(x.dtype, np.complex64))[..., 0]


def view_as_real(x):
    return np.stack((x.real, x.imag), -1)


def polar(abs_, angle):
    result = np.empty(np.broadcast_shapes(abs_.shape, angle.shape), np.result_type(abs_.dtype, np.complex64))
    result.real = abs_ * np.cos(angle)
    result.imag = abs_ * np.sin(angle)
    return result


def view(x, dtype=None):
    if dtype is None:
        return x
    target = numpy_dtype(standardize_dtype(dtype))
    if target == np.bool_ != x.dtype:
        return x.view(np.uint8) != 0
    # A 0-d array stays one: ascontiguousarray gives it an axis.
    return (np.ascontiguousarray(x) if x.ndim else np.asarray(x)).view(target)


view.reads_bfloat16 = True
