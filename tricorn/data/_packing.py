"""A batch as a tuple `(x, y, sample_weight)`, and back."""

from __future__ import annotations

from tricorn.core.errors import bad_argument, describe


def unpack_x_y_sample_weight(data):
    """Take a batch apart into `x`, `y` and `sample_weight`.

    A tuple or list of one to three items is read as `(x,)`, `(x, y)` or `(x, y, sample_weight)`; anything
    else is `x`.

    Args:
        data: A batch, as a data set or a generator yields it.

    Returns:
        The tuple `(x, y, sample_weight)`, with None for what is absent.

    Raises:
        ValueError: A tuple of no or more than three items.

    Examples:

        >>> unpack_x_y_sample_weight((1.0, 2.0))
        (1.0, 2.0, None)
        >>> unpack_x_y_sample_weight({"image": 1.0})
        ({'image': 1.0}, None, None)
    """
    if not isinstance(data, (tuple, list)):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise bad_argument(
            "unpack_x_y_sample_weight", "a batch has one, two or three parts.",
            expected="x, (x,), (x, y) or (x, y, sample_weight)", given=describe(data),
            hint="put several inputs into one item: ([x1, x2], y) or ({'a': x1, 'b': x2}, y)",
        )  # fmt: skip
    return tuple(data) + (None,) * (3 - len(data))


def pack_x_y_sample_weight(x, y=None, sample_weight=None):
    """Put `x`, `y` and `sample_weight` into the shortest form that `unpack_x_y_sample_weight` reads back.

    Args:
        x: The inputs.
        y: The targets, if there are any.
        sample_weight: The weights, if there are any.

    Returns:
        `x` itself (as `(x,)` if it is a tuple or list), `(x, y)` or `(x, y, sample_weight)`.

    Examples:

        >>> pack_x_y_sample_weight(1.0)
        1.0
        >>> pack_x_y_sample_weight(1.0, 2.0)
        (1.0, 2.0)
    """
    if sample_weight is not None:
        return x, y, sample_weight
    if y is not None:
        return x, y
    return (x,) if isinstance(x, (tuple, list)) else x
