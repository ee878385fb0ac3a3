"""Places by their number, on NumPy."""

from __future__ import annotations

import math

import numpy as np

_PLACE = np.dtype(np.intp)


def unravel_index(indices, shape):
    sizes = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    kept = indices.dtype
    if kept.kind not in "iu" or min(sizes, default=0) < 0:
        raise ValueError("integers, and sizes from 0 up, are expected")
    try:
        places = np.unravel_index(indices, sizes)
    except (TypeError, ValueError):
        pass  # one of them counts from the end, or stands beyond it
    else:
        return places if kept == _PLACE else tuple([place.astype(kept) for place in places])
    total = math.prod(sizes)
    # One beyond the end has its first coordinate beyond the first axis.
    rest = (
        np.where(indices < 0, indices + indices.dtype.type(total), indices)
        if indices.dtype.kind == "i"
        else indices
    )
    places = []
    for size in reversed(sizes[1:]):
        rest, place = np.divmod(rest, indices.dtype.type(size))
        places.append(place)
    return (rest, *reversed(places)) if sizes else ()
