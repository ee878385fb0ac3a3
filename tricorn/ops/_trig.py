"""Trigonometric and hyperbolic functions, element by element, in radians. Integers and booleans are cast to floatx."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.op import Tensor, op


@op(rule=rules.like_input(rules.FLOAT))
def sin(x: Tensor):
    """The sine."""


@op(rule=rules.like_input(rules.FLOAT))
def cos(x: Tensor):
    """The cosine."""


@op(rule=rules.like_input(rules.FLOAT))
def tan(x: Tensor):
    """The tangent."""


@op(rule=rules.like_input(rules.FLOAT))
def sinh(x: Tensor):
    """The hyperbolic sine."""


@op(rule=rules.like_input(rules.FLOAT))
def cosh(x: Tensor):
    """The hyperbolic cosine."""


@op(rule=rules.like_input(rules.FLOAT))
def tanh(x: Tensor):
    """The hyperbolic tangent."""


@op(rule=rules.like_input(rules.FLOAT))
def arcsin(x: Tensor):
    """The angle in [-pi/2, pi/2] whose sine is x; NaN outside [-1, 1]."""


@op(rule=rules.like_input(rules.FLOAT))
def arccos(x: Tensor):
    """The angle in [0, pi] whose cosine is x; NaN outside [-1, 1]."""


@op(rule=rules.like_input(rules.FLOAT))
def arctan(x: Tensor):
    """The angle in (-pi/2, pi/2) whose tangent is x."""


@op(rule=rules.broadcast(rules.COMMON_FLOAT))
def arctan2(x1: Tensor, x2: Tensor):
    """The angle in [-pi, pi] of the point with ordinate x1 and abscissa x2."""


@op(rule=rules.like_input(rules.FLOAT))
def arcsinh(x: Tensor):
    """The inverse of sinh."""


@op(rule=rules.like_input(rules.FLOAT))
def arccosh(x: Tensor):
    """The inverse of cosh, not negative; NaN below 1."""


@op(rule=rules.like_input(rules.FLOAT))
def arctanh(x: Tensor):
    """The inverse of tanh; NaN outside [-1, 1]."""
