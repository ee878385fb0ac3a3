"""Making arrays on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import bind, create as shared, native_dtype
from tricorn.core.op import accepts_numbers, accepts_scalars


@accepts_numbers
def full(shape, fill_value, dtype=None):
    return _filled(shape, fill_value, native_dtype(np, dtype))


@accepts_scalars
def full_like(x, fill_value, dtype=None):
    return _filled(x.shape, fill_value, x.dtype if dtype is None else native_dtype(np, dtype))


def _filled(shape, value, dtype):
    # A number that the dtype cannot hold is cast, as that of a tensor is.
    return np.full(shape, value if dtype.kind in "fb" else np.asarray(value).astype(dtype), dtype)


@accepts_numbers
def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    if (
        dtype is None
        and not retstep
        and type(start) is float
        and type(stop) is float
        and type(num) is int
        and num > 1
        and (axis == 0 or axis == -1)
        and start != stop
    ):
        # As numpy.linspace does, in a third of the time.
        values = np.arange(0.0, num)
        values *= (stop - start) / (num - 1 if endpoint else num)
        values += start
        if endpoint:
            values[-1] = stop
        return values.astype(native_dtype(np, None))
    kept = start.dtype if type(start) is np.ndarray else native_dtype(np, None)
    wanted = kept if dtype is None else native_dtype(np, dtype)
    if not retstep:
        return np.linspace(start, stop, num, endpoint, False, wanted, axis)
    values, step = np.linspace(start, stop, num, endpoint, True, wanted, axis)
    return values, np.asarray(step).astype(kept)


bind(globals(), shared, np)
