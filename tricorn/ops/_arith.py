"""Arithmetic, element by element.

Two operands broadcast against each other and are cast to their common dtype; Python numbers take the dtype of the
tensor beside them where it can hold them. `divide` and what follows from it give floats.
"""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.dtypes import COMPLEX, result_type
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec

#: The common dtype, with booleans as int32: for arithmetic that booleans do not have.
NUMBER = rules.DTypeRule(
    "NUMBER", lambda dtypes: "int32" if (dtype := rules.COMMON.compute(dtypes)) == "bool" else dtype
)

_PARTS = {"complex64": "float32", "complex128": "float64"}


def part_dtype(dtype):
    """The dtype of the real part of numbers of this dtype."""
    return _PARTS.get(dtype, dtype)


def own_dtype(dtypes):
    """The dtype that one input has by itself."""
    return dtypes[0] if isinstance(dtypes[0], str) else result_type(*dtypes)


def _not_boolean(name, compute):
    """A dtype rule that refuses to take booleans from each other, as NumPy does."""

    def checked(dtypes):
        dtype = compute(dtypes)
        if dtype == "bool":
            raise bad_argument("dtypes", "booleans have no difference.", expected="numbers", given="bool",
                               hint="ops.logical_xor, or ops.logical_not for the negative", error=TypeError)  # fmt: skip
        return dtype

    return rules.DTypeRule(name, checked)


def real_only(rule, compute=None):
    """The dtype rule `rule` for a function that complex numbers do not have.

    Args:
        rule: A dtype rule.
        compute: In place of the rule's own.
    """
    compute = compute or rule.compute

    def checked(dtypes):
        dtype = compute(dtypes)
        if dtype in COMPLEX or any(given in COMPLEX for given in dtypes if isinstance(given, str)):
            raise bad_argument("dtypes", "the function is not defined on complex numbers.", expected="real numbers",
                               given=", ".join(map(str, dtypes)), hint="ops.real, ops.imag or ops.absolute",
                               error=TypeError)  # fmt: skip
        return dtype

    return rules.DTypeRule(f"{rule.name}_REAL", checked, rule.result)


#: The same for functions that complex numbers do not have.
REAL_FLOAT = real_only(rules.FLOAT)
REAL_COMMON = real_only(rules.COMMON)
REAL_COMMON_FLOAT = real_only(rules.COMMON_FLOAT)
REAL_NUMBER = real_only(NUMBER)
REAL_SAME = real_only(rules.SAME, own_dtype)
#: The common dtype, and the input's own, of what has a difference.
DIFFERENCE = _not_boolean("DIFFERENCE", rules.COMMON.compute)
NEGATED = _not_boolean("NEGATED", own_dtype)
#: The input's own dtype; the result is real.
MAGNITUDE = rules.DTypeRule("MAGNITUDE", None, part_dtype)


@op(rule=rules.broadcast(rules.COMMON))
def add(x1: Tensor, x2: Tensor):
    """x1 + x2. On booleans: or.

    Integers wrap around.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype.

    Example:
        >>> ops.add([1, 2], 0.5)
        array([1.5, 2.5], dtype=float32)
    """


@op(rule=rules.broadcast(DIFFERENCE))
def subtract(x1: Tensor, x2: Tensor):
    """x1 - x2. Integers wrap around. Not defined on booleans; see `logical_xor`.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype.

    Raises:
        TypeError: Both operands are boolean.

    Example:
        >>> ops.subtract([3.0, 2.0], [1.0, 4.0])
        array([ 2., -2.], dtype=float32)
    """


@op(rule=rules.broadcast(rules.COMMON))
def multiply(x1: Tensor, x2: Tensor):
    """x1 * x2. On booleans: and.

    Integers wrap around.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype.

    Example:
        >>> ops.multiply([[1.0], [2.0]], [3.0, 4.0])
        array([[3., 4.],
               [6., 8.]], dtype=float32)
    """


@op(rule=rules.broadcast(rules.COMMON_FLOAT))
def divide(x1: Tensor, x2: Tensor):
    """x1 / x2, in floats. By 0: infinite with the sign of x1, NaN for 0 / 0. Also `true_divide`.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A float tensor of the common dtype; integers are cast to floatx.

    Example:
        >>> ops.divide([1, 3], 2)
        array([0.5, 1.5], dtype=float32)
    """


true_divide = divide


@op(rule=rules.broadcast(REAL_NUMBER))
def floor_divide(x1: Tensor, x2: Tensor):
    """The largest integer not above x1 / x2, in the operands' dtype.

    Floats by 0 give what `divide` does; integers by 0 give 0. The gradient is 0.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype; booleans count as int32.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.floor_divide([7, -7], 2)
        array([ 3, -4], dtype=int32)
    """


@op(rule=rules.broadcast(REAL_NUMBER))
def mod(x1: Tensor, x2: Tensor):
    """x1 - floor(x1 / x2) * x2: the remainder with the sign of x2; see `fmod` for that of x1.

    Floats by 0, and infinite x1, give NaN; integers by 0 give 0.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype; booleans count as int32.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.mod([7, -7, 7], [3, 3, -3])
        array([ 1,  2, -2], dtype=int32)
    """


@op(rule=rules.broadcast(NUMBER))
def power(x1: Tensor, x2: Tensor):
    """x1 to the power x2; 0^0 is 1.

    NaN where x1 < 0 and x2 is no integer. Integers stay integers, and their exponents must not be negative: a
    negative Python number is refused on every engine, a negative element by NumPy and TensorFlow; JAX and torch
    truncate 1 / x1^|x2|.

    Args:
        x1: Tensor of any shape, the base.
        x2: The exponent, which broadcasts against it.

    Returns:
        A tensor of the common dtype; booleans count as int32.

    Raises:
        ValueError: An integer exponent is negative (see above).

    Example:
        >>> ops.power([2, 3], 2)
        array([4, 9], dtype=int32)
        >>> ops.power([4.0, 8.0], [0.5, -1.0])
        array([2.   , 0.125], dtype=float32)
    """


@op(rule=rules.broadcast(rules.COMMON_FLOAT))
def divide_no_nan(x1: Tensor, x2: Tensor):
    """x1 / x2, and 0 where x2 is 0; its gradient there is 0 too.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A float tensor of the common dtype; integers are cast to floatx.

    Example:
        >>> ops.divide_no_nan([1.0, 3.0], [0.0, 2.0])
        array([0. , 1.5], dtype=float32)
    """


@op(rule=rules.broadcast(REAL_COMMON))
def maximum(x1: Tensor, x2: Tensor):
    """The larger of the two; NaN where either is NaN (see `fmax`). On booleans: or.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.maximum([1.0, 5.0], [3.0, 2.0])
        array([3., 5.], dtype=float32)
    """


@op(rule=rules.broadcast(REAL_COMMON))
def minimum(x1: Tensor, x2: Tensor):
    """The smaller of the two; NaN where either is NaN (see `fmin`). On booleans: and.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.minimum([1.0, 5.0], [3.0, 2.0])
        array([1., 2.], dtype=float32)
    """


def _clip_rule(x, x_min, x_max):
    shapes = [bound.shape for bound in (x_min, x_max) if bound is not None]
    return spec(rules.broadcast_shapes(x.shape, *shapes), x.dtype)


@op(rule=_clip_rule, dtype=REAL_NUMBER)
def clip(x: Tensor, x_min: Tensor | None, x_max: Tensor | None):
    """min(max(x, x_min), x_max).

    NaN stays. The gradient is 1 inside the bounds and 0 outside.

    Args:
        x: Tensor of any shape.
        x_min: Lower bound, broadcast against `x`; None for no bound.
        x_max: Upper bound, the same. Where it is below `x_min`, it wins.

    Returns:
        A tensor of the common dtype of all three: integers clipped to float bounds are floats, booleans int32.

    Raises:
        TypeError: An argument is complex.

    Example:
        >>> ops.clip([1.0, 5.0, -3.0], -1.0, 2.0)
        array([ 1.,  2., -1.], dtype=float32)
    """


@op(rule=rules.broadcast(REAL_COMMON_FLOAT))
def logaddexp(x1: Tensor, x2: Tensor):
    """log(exp(x1) + exp(x2)), without overflow.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A float tensor of the common dtype; integers are cast to floatx.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.logaddexp([0.0], [0.0])
        array([0.6931472], dtype=float32)
    """


@op(rule=rules.like_input(NEGATED))
def negative(x: Tensor):
    """-x. Unsigned integers wrap around.

    Args:
        x: Tensor of any shape.

    Returns:
        A tensor of the same shape and dtype.

    Raises:
        TypeError: `x` is boolean; see `logical_not`.

    Example:
        >>> ops.negative([1.0, -2.0])
        array([-1.,  2.], dtype=float32)
    """


@op(rule=rules.like_input(MAGNITUDE))
def absolute(x: Tensor):
    """|x|; of complex numbers the magnitude, a real number. Also `abs`.

    The gradient at 0 is 0 (on JAX 1). The lowest signed integer has no positive counterpart and stays.

    Args:
        x: Tensor of any shape.

    Returns:
        A tensor of the same shape and dtype; float32 for complex64, float64 for complex128.

    Example:
        >>> ops.absolute([1.0, -2.0])
        array([1., 2.], dtype=float32)
        >>> ops.absolute(np.array([3 + 4j], "complex64"))
        array([5.], dtype=float32)
    """


abs = absolute


@op(rule=rules.like_input(rules.SAME))
def sign(x: Tensor):
    """-1, 0 or 1, and NaN for NaN; of complex numbers x / |x|. The gradient is 0.

    Args:
        x: Tensor of any shape.

    Returns:
        A tensor of the same shape and dtype; booleans stay.

    Example:
        >>> ops.sign([-3.0, 0.0, 2.0])
        array([-1.,  0.,  1.], dtype=float32)
    """


@op(rule=rules.like_input(NUMBER))
def square(x: Tensor):
    """x * x.

    Args:
        x: Tensor of any shape.

    Returns:
        A tensor of the same shape and dtype; int32 for booleans.

    Example:
        >>> ops.square([2, -3])
        array([4, 9], dtype=int32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def reciprocal(x: Tensor):
    """1 / x, infinite at 0.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.reciprocal([2.0, 4.0])
        array([0.5 , 0.25], dtype=float32)
    """
