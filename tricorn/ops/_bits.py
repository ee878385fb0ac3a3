"""Integers as rows of bits, and their common divisors, element by element.

Operands are integers or booleans (a float is refused, as NumPy does), broadcast, and are cast to their common dtype; a
Python integer takes the dtype of the tensor beside it. Negative numbers are in two's complement. There is no gradient.
"""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.dtypes import is_int, result_type
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op


def _common_bits(dtypes):
    named = {dtype for dtype in dtypes if isinstance(dtype, str)}
    if len(named) == 1 and float not in dtypes:
        dtype = named.pop()
        dtype = "int32" if dtype == "bool" and int in dtypes else dtype
    else:
        dtype = result_type(*dtypes)
    if dtype == "bool" or is_int(dtype):
        return dtype
    raise bad_argument("dtypes", "bits are those of integers.", expected="integers or booleans",
                       given=", ".join(map(str, dtypes)), hint="ops.cast(x, 'int32'), or ops.view for the bits of a float",
                       error=TypeError)  # fmt: skip


def _common_integer(dtypes):
    dtype = _common_bits(dtypes)
    return "int32" if dtype == "bool" else dtype


#: The common integer dtype, or bool.
BITS = rules.DTypeRule("BITS", _common_bits)
#: The common integer dtype; booleans count as int32.
INTEGER = rules.DTypeRule("INTEGER", _common_integer)


@op(rule=rules.broadcast(BITS))
def bitwise_and(x: Tensor, y: Tensor):
    """The bits that are set in both; on booleans: and.

    Args:
        x: Tensor of integers or booleans.
        y: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype.

    Raises:
        TypeError: An operand is a float or complex.

    Example:
        >>> ops.bitwise_and([12, 10], 6)
        array([4, 2], dtype=int32)
    """


@op(rule=rules.broadcast(BITS))
def bitwise_or(x: Tensor, y: Tensor):
    """The bits that are set in at least one; on booleans: or.

    Args:
        x: Tensor of integers or booleans.
        y: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype.

    Raises:
        TypeError: An operand is a float or complex.

    Example:
        >>> ops.bitwise_or([12, 10], 6)
        array([14, 14], dtype=int32)
    """


@op(rule=rules.broadcast(BITS))
def bitwise_xor(x: Tensor, y: Tensor):
    """The bits that are set in exactly one; on booleans: either, not both.

    Args:
        x: Tensor of integers or booleans.
        y: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype.

    Raises:
        TypeError: An operand is a float or complex.

    Example:
        >>> ops.bitwise_xor([12, 10], 6)
        array([10, 12], dtype=int32)
    """


@op(rule=rules.like_input(BITS))
def bitwise_not(x: Tensor):
    """Every bit flipped: -x - 1 for signed integers, not for booleans. Also `bitwise_invert`.

    Args:
        x: Tensor of integers or booleans.

    Returns:
        A tensor of the same shape and dtype.

    Raises:
        TypeError: `x` is float or complex.

    Example:
        >>> ops.bitwise_not([0, 5, -1])
        array([-1, -6,  0], dtype=int32)
    """


bitwise_invert = bitwise_not


@op(rule=rules.broadcast(INTEGER))
def bitwise_left_shift(x: Tensor, y: Tensor):
    """x * 2^y, without the bits that leave the dtype. Also `left_shift`.

    A shift by a negative number, or by the dtype's width or more, leaves 0.

    Args:
        x: Tensor of integers; booleans count as int32.
        y: How far, likewise; it broadcasts against `x`.

    Returns:
        A tensor of the common dtype.

    Raises:
        TypeError: An operand is a float or complex.

    Example:
        >>> ops.bitwise_left_shift([1, 3, -1], [0, 2, 40])
        array([ 1, 12,  0], dtype=int32)
    """


left_shift = bitwise_left_shift


@op(rule=rules.broadcast(INTEGER))
def bitwise_right_shift(x: Tensor, y: Tensor):
    """floor(x / 2^y): signed integers keep their sign. Also `right_shift`.

    A shift by a negative number, or by the dtype's width or more, leaves only the sign: 0, or -1 for negative `x`.

    Args:
        x: Tensor of integers; booleans count as int32.
        y: How far, likewise; it broadcasts against `x`.

    Returns:
        A tensor of the common dtype.

    Raises:
        TypeError: An operand is a float or complex.

    Example:
        >>> ops.bitwise_right_shift([13, -13, -1], [2, 2, 40])
        array([ 3, -4, -1], dtype=int32)
    """


right_shift = bitwise_right_shift


@op(rule=rules.broadcast(INTEGER))
def gcd(x1: Tensor, x2: Tensor):
    """The greatest common divisor of |x1| and |x2|; gcd(x, 0) = |x|.

    Args:
        x1: Tensor of integers; booleans count as int32.
        x2: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype.

    Raises:
        TypeError: An operand is a float or complex.

    Source: Euclid, Elements VII, 2.

    Example:
        >>> ops.gcd([12, -8, 0], [18, 12, 5])
        array([6, 4, 5], dtype=int32)
    """


@op(rule=rules.broadcast(INTEGER))
def lcm(x1: Tensor, x2: Tensor):
    """The least common multiple |x1 * x2| / gcd(x1, x2); 0 where either is 0. It may leave the dtype and wrap around.

    Args:
        x1: Tensor of integers; booleans count as int32.
        x2: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype.

    Raises:
        TypeError: An operand is a float or complex.

    Example:
        >>> ops.lcm([4, -6, 0], [6, 4, 5])
        array([12, 12,  0], dtype=int32)
    """
