"""Special functions on NumPy; the error functions through SciPy if it is there."""

from __future__ import annotations

import functools
import math
import statistics

import numpy as np

from tricorn.backends._xp import bind, special as shared


def nextafter(x1, x2):
    return np.nextafter(x1, x2)


# ml_dtypes defines it for bfloat16; through float32 the neighbour would be too near to be seen.
nextafter.reads_bfloat16 = True


def ldexp(x1, x2):
    return np.ldexp(x1, x2.astype(np.int64) if x2.dtype == np.uint64 else x2)


def _from_scipy(name, other):
    """SciPy's function, else the other, which is slow, over float32 for half precision."""

    @functools.cache
    def function():
        try:
            from scipy import special
        except ImportError:
            return other
        return getattr(special, name)

    def kernel(x):
        wide = x.astype(np.float32) if x.dtype.itemsize == 2 else x
        return np.asarray(function()(wide)).astype(x.dtype, copy=False)

    return kernel


def _vectorized(python):
    return np.vectorize(python, otypes=[np.float64])


def _erfinv(x):
    if not -1 < x < 1:
        return math.copysign(math.inf, x) if abs(x) == 1 else math.nan
    y = statistics.NormalDist().inv_cdf((x + 1) / 2) / math.sqrt(2)
    # One step of Newton's method, of the function that is exact here: erf near 0, erfc near the ends.
    excess = math.erf(y) - x if abs(x) < 0.5 else math.copysign(1 - abs(x) - math.erfc(abs(y)), x)
    return y - excess * math.sqrt(math.pi) / 2 * math.exp(y * y)


erfc = _from_scipy("erfc", _vectorized(math.erfc))
erfinv = _from_scipy("erfinv", _vectorized(_erfinv))
i0 = _from_scipy("i0", np.i0)

bind(globals(), shared, np)
