"""Data frames and series as arrays. pandas is never imported: a frame exists only if it is loaded."""

from __future__ import annotations

import sys

import numpy as np

from tricorn.core import config
from tricorn.core.errors import bad_argument


def is_pandas(value):
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, (pandas.DataFrame, pandas.Series))


def pandas_to_numpy(value, place, where):
    """A frame as (rows, columns), a series as (rows, 1). Nullable numbers become floats with NaN for what is
    missing.

    Raises:
        TypeError: Columns that are neither numbers nor booleans; the message names them.
    """
    pandas = sys.modules["pandas"]
    frame = value.to_frame() if isinstance(value, pandas.Series) else value
    is_number = pandas.api.types.is_numeric_dtype  # true for booleans as well
    others = [f"{column} ({dtype})" for column, dtype in frame.dtypes.items() if not is_number(dtype)]
    if others and isinstance(value, pandas.Series) and all(isinstance(item, str) for item in value):
        return value.to_numpy(dtype=object)[:, None]  # text, for a text layer
    if others:
        raise bad_argument(
            where, f"`{place}` has columns that are not numbers.", expected="numeric or boolean columns",
            given=", ".join(others[:8]) + (", ..." if len(others) > 8 else ""), error=TypeError,
            hint='encode them (frame[c].astype("category").cat.codes), or pass a dict of columns',
        )  # fmt: skip
    dtypes = frame.dtypes.tolist()
    if dtypes and isinstance(dtypes[0], np.dtype) and all(dtype == dtypes[0] for dtype in dtypes):
        return frame.to_numpy()
    if any(not isinstance(dtype, np.dtype) for dtype in dtypes) and frame.isna().to_numpy().any():
        return frame.to_numpy(dtype=config.floatx(), na_value=np.nan)
    # By columns: NumPy's promotion, where pandas would make objects of booleans beside numbers.
    columns = [frame.iloc[:, index] for index in range(frame.shape[1])]
    return np.stack([column.to_numpy(dtype=_plain(column.dtype)) for column in columns], axis=1)


def _plain(dtype):
    """The NumPy dtype below a nullable one (`Int64`, `boolean`, arrow types)."""
    return dtype if isinstance(dtype, np.dtype) else getattr(dtype, "numpy_dtype", np.dtype(config.floatx()))
