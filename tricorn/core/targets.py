"""Checks of targets against outputs, for losses: NumPy-like broadcasting of the two would be a silent wrong number."""

from __future__ import annotations

from tricorn.core.errors import bad_argument


def check_same_shape(where, target_shape, output_shape):
    """Raise ValueError unless both shapes are equal as far as known."""
    if target_shape == output_shape:
        return
    target, output = tuple(target_shape), tuple(output_shape)
    if len(target) != len(output) or any(a != b and a is not None and b is not None
                                         for a, b in zip(target, output, strict=True)):  # fmt: skip
        raise bad_argument(where, "target and output must have the same shape.",
                           given=f"target {target}, output {output}")  # fmt: skip


def check_axis(where, shape, axis):
    """Raise ValueError if there is no class axis `axis` in `shape`."""
    if not -len(shape) <= axis < len(shape):
        raise bad_argument(where, "the class axis does not exist.", expected=f"an output with an axis {axis}",
                           given=f"output of shape {tuple(shape)}")  # fmt: skip


def squeezes_labels(where, target_shape, output_shape, axis):
    """Whether integer labels carry a last axis of size 1 to be dropped.

    Raises:
        ValueError: Without it, the labels' shape is not the output's without the class axis.
    """
    check_axis(where, output_shape, axis)
    target, output = list(target_shape), list(output_shape)
    squeezes = len(target) == len(output) and target[-1] == 1
    if squeezes:
        target.pop()
    wanted = list(output)
    wanted.pop(axis)
    if len(target) != len(wanted) or any(a != b and a is not None and b is not None
                                         for a, b in zip(target, wanted, strict=True)):  # fmt: skip
        raise bad_argument(where, "the labels' shape must be the output's without the class axis.",
                           expected=str(tuple(wanted)), given=f"target {tuple(target_shape)}, output {tuple(output)}",
                           hint="categorical_crossentropy, if the targets are one-hot")  # fmt: skip
    return squeezes
