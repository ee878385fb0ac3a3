"""The shape of `x[key]` for NumPy's indexing, with unknown sizes."""

from __future__ import annotations

import numpy as np

from tricorn.core import rules
from tricorn.core.errors import bad_argument


def indexed_shape(shape, key):
    """The sizes of `x[key]` for an `x` of this shape; None where unknown.

    Raises:
        IndexError: Too many indices, one out of range, or one of a kind that cannot index.
    """
    parts = list(key) if isinstance(key, tuple) else [key]
    parts = [np.asarray(part) if isinstance(part, (list, bool)) else part for part in parts]
    used = sum(_axes_used(part) for part in parts)
    if used > len(shape):
        raise bad_argument("ops.get_item", "too many indices.", expected=f"at most {len(shape)}", given=used,
                           error=IndexError)  # fmt: skip
    dots = [position for position, part in enumerate(parts) if part is Ellipsis]
    if len(dots) > 1:
        raise bad_argument("ops.get_item", "only one Ellipsis may stand in a key.", error=IndexError)
    at = dots[0] if dots else len(parts)
    parts[at : at + 1] = [slice(None)] * (len(shape) - used)
    return _walk(shape, parts)


def _axes_used(part):
    if part is None or part is Ellipsis:
        return 0
    return len(part.shape) if _is_mask(part) else 1


def _is_mask(part):
    return not isinstance(part, slice) and str(getattr(part, "dtype", "")).rpartition(".")[2] in (
        "bool",
        "<dtype: 'bool'>",
    )


def _walk(shape, parts):
    has_arrays = any(_is_array(part) for part in parts)
    result, arrays, places, axis = [], [], [], 0
    for position, part in enumerate(parts):
        if part is None:
            result.append(1)
            continue
        if isinstance(part, slice):
            result.append(_slice_length(shape[axis], part))
            axis += 1
            continue
        if _is_mask(part):
            arrays.append((_count(part),))
        else:
            size = tuple(getattr(part, "shape", ()))
            if not size:
                _check_position(part, shape[axis])
            arrays.append(size)
        if has_arrays:
            places.append((position, len(result)))
        axis += _axes_used(part)
    if not has_arrays:
        return tuple(result)
    positions = [position for position, _ in places]
    adjacent = positions == list(range(positions[0], positions[0] + len(positions)))
    at = places[0][1] if adjacent else 0  # arrays that something separates put their axes first
    return (*result[:at], *rules.broadcast_shapes(*arrays), *result[at:])


def _is_array(part):
    return (
        not isinstance(part, slice)
        and part is not None
        and (_is_mask(part) or bool(getattr(part, "shape", ())))
    )


def _count(mask):
    return int(np.count_nonzero(mask)) if isinstance(mask, (np.ndarray, np.bool_)) else None


def _check_position(part, size):
    if isinstance(part, (float, str)) or (not hasattr(part, "dtype") and not hasattr(part, "__index__")):
        raise bad_argument("ops.get_item", "this cannot index.", expected="an int, slice, None, Ellipsis or array",
                           given=repr(part), error=IndexError)  # fmt: skip
    if isinstance(part, (int, np.integer)) and size is not None and not -size <= part < size:
        raise bad_argument("ops.get_item", "the index is out of range.", expected=f"in [-{size}, {size})", given=part,
                           error=IndexError)  # fmt: skip


def _slice_length(size, part):
    if not all(
        limit is None or isinstance(limit, (int, np.integer)) for limit in (part.start, part.stop, part.step)
    ):
        return None
    if size is not None:
        return len(range(*part.indices(size)))
    start, stop, step = part.start, part.stop, part.step or 1
    if stop is not None and step > 0 and (start or 0) >= 0 and 0 <= stop <= (start or 0):
        return 0
    return None  # also for x[:2]: there may be fewer
