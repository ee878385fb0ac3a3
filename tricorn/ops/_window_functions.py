"""Window functions: weights for a stretch of a signal, symmetric about its middle, in floatx."""

from __future__ import annotations

import math
import operator

import numpy as np

from tricorn.core import rules
from tricorn.core.arrays import numpy_dtype
from tricorn.core.config import floatx
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._arith import absolute, add, clip, divide, multiply, subtract
from tricorn.ops._cast import cast, convert_to_tensor, is_on_host
from tricorn.ops._create import arange
from tricorn.ops._explog import sqrt
from tricorn.ops._index import where
from tricorn.ops._remembered import remembered_tensor
from tricorn.ops._trig import cos


@op(rule=rules.like_input(rules.FLOAT))
def bessel_i0(x: Tensor):
    """The modified Bessel function of the first kind and order 0.

    Args:
        x: Tensor of any shape; integers are cast to floatx.

    Returns:
        Floats of the shape of `x`.
    """


def _length(name, x):
    """The length as an int, or as it is if it is known only when a program runs.

    Raises:
        TypeError: It is no integer.
    """
    try:
        return operator.index(x)
    except TypeError:
        pass
    if is_on_host(x) or len(getattr(x, "shape", ())):
        raise bad_argument(
            f"ops.{name}", "the length of a window is an integer.", given=repr(x)[:80], error=TypeError
        )
    return x


def _rule_of(name):
    def rule(x, beta=None):
        length = None if x is None else _length(name, x)
        return spec((max(0, length) if isinstance(length, int) else None,), floatx())

    return rule


def _window(name, x, on_host, of_phase):
    """On the host where the length is known; else from the phase."""
    length = _length(name, x)
    if isinstance(length, int):
        return remembered_tensor(_on_host, on_host, floatx(), length)
    phase, is_one = _phase(length)
    return where(is_one, 1.0, of_phase(phase))


def _on_host(function, dtype, *args):
    return function(*args).astype(numpy_dtype(dtype))


def _phase(length):
    """n / (M - 1), from 0 to 1, and whether there is just one element."""
    last = cast(convert_to_tensor(length), floatx()) - 1
    return divide(arange(length, dtype=floatx()), where(last > 0, last, 1.0)), last <= 0


def _cosines(phase, *weights):
    total = weights[0]
    for multiple, weight in enumerate(weights[1:], 1):
        total = add(total, multiply(cos(multiply(phase, 2 * math.pi * multiple)), weight))
    return total


@op(rule=_rule_of("bartlett"))
def bartlett(x):
    """Bartlett's window, a triangle: 1 - |2 n / (M - 1) - 1|, n = 0 ... M - 1.

    Args:
        x: The length M, an integer (inside a traced function also a scalar tensor).

    Returns:
        (M,) in floatx; [1.] for M = 1, empty for M < 1.

    Raises:
        TypeError: `x` is no integer.

    Source: Bartlett, 1950.

    Example:
        >>> ops.bartlett(5)
        array([0. , 0.5, 1. , 0.5, 0. ], dtype=float32)
    """
    return _window(
        "bartlett", x, np.bartlett, lambda t: subtract(1.0, absolute(subtract(multiply(t, 2.0), 1.0)))
    )


@op(rule=_rule_of("blackman"))
def blackman(x):
    """Blackman's window: 0.42 - 0.5 cos(2 pi n / (M - 1)) + 0.08 cos(4 pi n / (M - 1)), n = 0 ... M - 1.

    Args:
        x: The length M, an integer (inside a traced function also a scalar tensor).

    Returns:
        (M,) in floatx; [1.] for M = 1, empty for M < 1.

    Raises:
        TypeError: `x` is no integer.

    Source: Blackman and Tukey, 1958.

    Example:
        >>> ops.blackman(5).round(2)
        array([-0.  ,  0.34,  1.  ,  0.34, -0.  ], dtype=float32)
    """
    return _window("blackman", x, np.blackman, lambda t: _cosines(t, 0.42, -0.5, 0.08))


@op(rule=_rule_of("hamming"))
def hamming(x):
    """Hamming's window: 0.54 - 0.46 cos(2 pi n / (M - 1)), n = 0 ... M - 1.

    Args:
        x: The length M, an integer (inside a traced function also a scalar tensor).

    Returns:
        (M,) in floatx; [1.] for M = 1, empty for M < 1.

    Raises:
        TypeError: `x` is no integer.

    Source: Blackman and Tukey, 1958.

    Example:
        >>> ops.hamming(3)
        array([0.08, 1.  , 0.08], dtype=float32)
    """
    return _window("hamming", x, np.hamming, lambda t: _cosines(t, 0.54, -0.46))


@op(rule=_rule_of("hanning"))
def hanning(x):
    """Von Hann's window: 0.5 - 0.5 cos(2 pi n / (M - 1)), n = 0 ... M - 1.

    Args:
        x: The length M, an integer (inside a traced function also a scalar tensor).

    Returns:
        (M,) in floatx; [1.] for M = 1, empty for M < 1.

    Raises:
        TypeError: `x` is no integer.

    Source: Blackman and Tukey, 1958.

    Example:
        >>> ops.hanning(5)
        array([0. , 0.5, 1. , 0.5, 0. ], dtype=float32)
    """
    return _window("hanning", x, np.hanning, lambda t: _cosines(t, 0.5, -0.5))


@op(rule=_rule_of("kaiser"))
def kaiser(x, beta):
    """Kaiser's window: I0(beta sqrt(1 - (2 n / (M - 1) - 1)^2)) / I0(beta), n = 0 ... M - 1.

    I0 is the modified Bessel function of order 0.

    Args:
        x: The length M, an integer (inside a traced function also a scalar tensor).
        beta: Shape of the window, a number or a scalar tensor: 0 is a rectangle, 5 like Hamming's, 8.6 like Blackman's.

    Returns:
        (M,) in floatx; [1.] for M = 1, empty for M < 1.

    Raises:
        TypeError: `x` is no integer.

    Source: Kaiser, 1974.

    Example:
        >>> ops.kaiser(3, 0.0)
        array([1., 1., 1.], dtype=float32)
    """
    length = _length("kaiser", x)
    if isinstance(length, int) and (type(beta) is float or is_on_host(beta)):
        return remembered_tensor(_on_host, np.kaiser, floatx(), length, float(beta))
    beta = cast(convert_to_tensor(beta), floatx())
    phase, is_one = _phase(length)
    # Half the way round the arch, 1 - (2 t - 1)^2, written so that rounding gives no root of a negative number.
    arch = clip(multiply(multiply(phase, subtract(1.0, phase)), 4.0), 0.0, 1.0)
    values = divide(bessel_i0(multiply(beta, sqrt(arch))), bessel_i0(beta))
    return where(is_one, 1.0, values)
