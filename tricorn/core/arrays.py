"""Host arrays: the neutral form in which values pass between users, files and engines."""

from __future__ import annotations

import functools

import numpy as np

from tricorn.core.errors import bad_argument


@functools.lru_cache(maxsize=64)
def numpy_dtype(name):
    """The NumPy dtype of a standard dtype name; ml_dtypes supplies those that NumPy lacks."""
    if name in ("bfloat16", "int4", "uint4") or name.startswith("float8"):
        import ml_dtypes

        return np.dtype(getattr(ml_dtypes, name))
    return np.dtype(name)


def host_array(x, dtype=None):
    """Numbers, or nested sequences of them, as an array: Python floats are floatx, integers int32 (int64 if too large).

    Args:
        x: What to read.
        dtype: To which the caller will cast: where it is float64 no digits are lost before.

    Raises:
        ValueError: `x` is ragged or not numeric.
    """
    try:
        array = np.asarray(x)
    except ValueError as error:
        raise bad_argument(
            "convert_to_tensor", "the rows have different lengths.", given=repr(x)[:200]
        ) from error
    if array.dtype == object or array.dtype.kind in "USmM":
        raise bad_argument("convert_to_tensor", "the value is not numeric.", given=repr(x)[:200])
    if array.dtype == np.float64 and not isinstance(x, np.ndarray) and dtype != "float64":
        from tricorn.core.dtypes import standardize_dtype

        return array.astype(numpy_dtype(standardize_dtype(None)))
    if array.dtype == np.int64 and not isinstance(x, np.ndarray):
        fits = not array.size or (array.max() <= 2**31 - 1 and array.min() >= -(2**31))
        return array.astype(np.int32) if fits else array
    return array


# Elements of a slice: of float32 a megabyte, which stays in the processor's cache.
_SLICE = 2**18


def in_slices(function, images, elements, factors, result):
    """`function(images, *factors)` for a few images at a time; all at once where there are few.

    Args:
        function: Treats each image by itself.
        images: A batch, of NumPy or torch.
        elements: How many there are in the batch.
        factors: Arrays (batch, ...), or (1, ...) for what all images share.
        result: Makes an array like `images`.
    """
    count = len(images)
    step = max(_SLICE * count // max(elements, 1), 1)
    if step >= count:
        return function(images, *factors)
    found = result()
    for start in range(0, count, step):
        part = slice(start, start + step)
        found[part] = function(images[part], *(x if len(x) == 1 else x[part] for x in factors))
    return found
