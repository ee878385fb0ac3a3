"""Errors in the house's form: where, what is wrong, what was expected, what was given, what to try."""

from __future__ import annotations


class TricornError(Exception):
    """Mixed into our own error classes, so that a caller can tell them from an engine's."""


class BackendError(TricornError, RuntimeError):
    """An engine is missing, unknown, or two engines meet in one call."""


class NotSupportedError(TricornError, NotImplementedError):
    """The chosen engine cannot do what was asked; the message says which can."""


class UnsafeFileError(TricornError, ValueError):
    """A file asks for something that safe loading refuses."""


class FileFormatError(TricornError, ValueError):
    """A file is truncated, damaged, or of another format than its reader expects."""


def bad_argument(where, problem, *, expected=None, given=None, hint=None, error=ValueError):
    """Build (not raise) an exception whose message has the house's form.

    Args:
        where: The object or function that complains, e.g. `'Dense "head"'` or `"ops.reshape"`.
        problem: One sentence saying what is wrong.
        expected: What would have been right.
        given: What was received. Shown as given; callers format shapes and dtypes.
        hint: What to try.
        error: The exception class.

    Returns:
        An instance of `error`, to be raised by the caller; its attribute `where` tells it from other errors.
    """
    lines = [f"{where}: {problem}"]
    for label, text in (("expected:", expected), ("given:", given), ("try:", hint)):
        if text is not None:
            lines.append(f"  {label:<10}{_bounded(str(text))}")
    made = error("\n".join(lines))
    made.where = str(where)
    return made


def _bounded(text, limit=2000):
    """A hostile or huge value must not make a message unreadable."""
    return text if len(text) <= limit else text[:limit] + f"... ({len(text)} characters)"


def describe(value):
    """Name a value in an error: dtype and shape of a tensor, the type and a short repr of anything else."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape is not None and dtype is not None:
        try:
            sizes = ",".join("None" if size is None else str(size) for size in shape)
        except (TypeError, ValueError):
            sizes = "?"
        name = str(dtype).removeprefix("torch.").removeprefix("<dtype: '").removesuffix("'>")
        return f"{type(value).__name__} {name}[{sizes}]"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(describe(item) for item in value[:4])
        return f"{type(value).__name__}({inner}{', ...' if len(value) > 4 else ''})"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
