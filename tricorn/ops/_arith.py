"""Arithmetic, element by element.

Two operands broadcast against each other and are cast to their common dtype; Python numbers take the dtype of the
tensor beside them where it can hold them. `divide` and what follows from it give floats.
"""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec

#: The common dtype, with booleans as int32: for arithmetic that booleans do not have.
NUMBER = rules.DTypeRule(
    "NUMBER", lambda dtypes: "int32" if (dtype := rules.COMMON.compute(dtypes)) == "bool" else dtype
)


@op(rule=rules.broadcast(rules.COMMON))
def add(x1: Tensor, x2: Tensor):
    """x1 + x2. On booleans: or."""


@op(rule=rules.broadcast(rules.COMMON))
def subtract(x1: Tensor, x2: Tensor):
    """x1 - x2. Not defined on booleans; see `logical_xor`."""


@op(rule=rules.broadcast(rules.COMMON))
def multiply(x1: Tensor, x2: Tensor):
    """x1 * x2. On booleans: and."""


@op(rule=rules.broadcast(rules.COMMON_FLOAT))
def divide(x1: Tensor, x2: Tensor):
    """x1 / x2, in floats: integers are cast to floatx first."""


true_divide = divide


@op(rule=rules.broadcast(NUMBER))
def floor_divide(x1: Tensor, x2: Tensor):
    """The largest integer not above x1 / x2, in the operands' dtype."""


@op(rule=rules.broadcast(NUMBER))
def mod(x1: Tensor, x2: Tensor):
    """x1 - floor(x1 / x2) * x2: the remainder with the sign of `x2`."""


@op(rule=rules.broadcast(NUMBER))
def power(x1: Tensor, x2: Tensor):
    """x1 to the power x2. Integers stay integers; their exponents must not be negative."""


@op(rule=rules.broadcast(rules.COMMON_FLOAT))
def divide_no_nan(x1: Tensor, x2: Tensor):
    """x1 / x2, and 0 where x2 is 0; its gradient there is 0 too."""


@op(rule=rules.broadcast(rules.COMMON))
def maximum(x1: Tensor, x2: Tensor):
    """The larger of the two; NaN where either is NaN."""


@op(rule=rules.broadcast(rules.COMMON))
def minimum(x1: Tensor, x2: Tensor):
    """The smaller of the two; NaN where either is NaN."""


def _clip_rule(x, x_min, x_max):
    shapes = [bound.shape for bound in (x_min, x_max) if bound is not None]
    return spec(rules.broadcast_shapes(x.shape, *shapes), x.dtype)


@op(rule=_clip_rule, dtype=NUMBER)
def clip(x: Tensor, x_min: Tensor | None, x_max: Tensor | None):
    """min(max(x, x_min), x_max).

    Args:
        x: Tensor of any shape.
        x_min: Lower bound, broadcast against `x`; None for no bound.
        x_max: Upper bound, the same. Where it is below `x_min`, it wins.

    Returns:
        A tensor of the common dtype of all three: integers clipped to float bounds are floats.
    """


@op(rule=rules.broadcast(rules.COMMON_FLOAT))
def logaddexp(x1: Tensor, x2: Tensor):
    """log(exp(x1) + exp(x2)), without overflow."""


@op(rule=rules.like_input(rules.SAME))
def negative(x: Tensor):
    """-x. Unsigned integers wrap around."""


@op(rule=rules.like_input(rules.SAME))
def absolute(x: Tensor):
    """|x|."""


abs = absolute


@op(rule=rules.like_input(rules.SAME))
def sign(x: Tensor):
    """-1, 0 or 1; its gradient is 0."""


@op(rule=rules.like_input(NUMBER))
def square(x: Tensor):
    """x * x."""


@op(rule=rules.like_input(rules.FLOAT))
def reciprocal(x: Tensor):
    """1 / x, in floats."""
