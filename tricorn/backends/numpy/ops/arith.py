"""Arithmetic on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import arith as shared, bind
from tricorn.core.op import accepts_scalars

bind(globals(), shared, np)


@accepts_scalars
def clip(x, x_min, x_max):
    # Not numpy.clip, which widens bfloat16.
    if x_min is not None:
        x = np.maximum(x, x_min)
    return x if x_max is None else np.minimum(x, x_max)
