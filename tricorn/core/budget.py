"""A bound on the bytes that new Variables may take, while a model is built from a file's configuration."""

from __future__ import annotations

import contextlib
import math
from contextvars import ContextVar

from tricorn.core.dtypes import dtype_size
from tricorn.core.errors import UnsafeFileError, bad_argument

_active: ContextVar[_Budget | None] = ContextVar("tricorn_variable_budget", default=None)


class _Budget:
    def __init__(self, limit, where):
        self.limit = limit
        self.where = where
        self.taken = 0


@contextlib.contextmanager
def variable_budget(limit, where):
    """Inside, new Variables of more than `limit` bytes together are refused before any memory is taken.

    Args:
        limit: Bytes.
        where: The file, for the message.
    """
    token = _active.set(_Budget(limit, where))
    try:
        yield
    finally:
        _active.reset(token)


def take(path, shape, dtype):
    """Count a new Variable.

    Raises:
        UnsafeFileError: It does not fit into what is left.
    """
    budget = _active.get()
    if budget is None:
        return
    budget.taken += math.prod(shape) * dtype_size(dtype)
    if budget.taken > budget.limit:
        raise bad_argument(
            budget.where, f"its configuration asks for more weights than the file can hold, at Variable {path!r}.",
            expected=f"at most {budget.limit:,} bytes", given=f"shape {tuple(shape)}, {budget.taken:,} bytes in all",
            hint="if you trust the file, tricorn.config.set_max_model_bytes(...)", error=UnsafeFileError,
        )  # fmt: skip
