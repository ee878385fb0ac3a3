"""A part of in-memory data held back for validation."""

from __future__ import annotations

from tricorn.core.errors import bad_argument, describe
from tricorn.data._adapt import is_in_memory
from tricorn.data._arrays import count_rows, cut_rows, rows_in


def split_validation(x, y, sample_weight, validation_split, where="fit"):
    """Hold back the last rows, before any shuffling.

    Args:
        x, y, sample_weight: In-memory data; `y` and `sample_weight` may be None.
        validation_split: The fraction of the rows to hold back, between 0 and 1. The number of rows that
            remain for training is rounded down.

    Returns:
        `((x, y, sample_weight), (x, y, sample_weight))`: for training and for validation, views of host
        arrays.

    Raises:
        ValueError: The fraction is out of range, a part would be empty, or the data isn't in memory.
    """
    if not isinstance(validation_split, (int, float)) or not 0 < validation_split < 1:
        raise bad_argument(
            where,
            "`validation_split` is not usable.",
            expected="a fraction between 0 and 1, both excluded",
            given=repr(validation_split),
        )
    if not is_in_memory(x):
        raise bad_argument(
            where, "`validation_split` needs data in memory.", expected="arrays, tensors or data frames",
            given=describe(x), hint="validation_data=..., with a second dataset",
        )  # fmt: skip
    parts = tuple(rows_in(part, name, where) for part, name in
                  ((x, "x"), (y, "y"), (sample_weight, "sample_weight")))  # fmt: skip
    rows = count_rows(*parts, where)
    kept = int(rows * (1.0 - validation_split))
    if kept == 0 or kept == rows:
        raise bad_argument(
            where,
            "`validation_split` leaves nothing to train on."
            if kept == 0
            else "`validation_split` holds nothing back.",
            expected="at least one row for training and one for validation",
            given=f"{rows} rows, validation_split={validation_split}",
        )
    return (
        tuple(cut_rows(part, 0, kept) for part in parts),
        tuple(cut_rows(part, kept, rows) for part in parts),
    )
