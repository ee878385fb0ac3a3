"""Draws from symmetric distributions of a concentration, that of 1 by their short forms: the general ones are loops, which
JAX needs seconds to compile."""

from __future__ import annotations

from tricorn import ops
from tricorn.random._draw import beta, gamma, uniform


def symmetric_beta(shape, concentration, source):
    """Shares of B(c, c), of a number or a tensor `c`; B(1, 1) is uniform."""
    if isinstance(concentration, (int, float)) and concentration == 1:
        return uniform(shape, seed=source)
    return beta(shape, concentration, concentration, seed=source)


def symmetric_dirichlet(count, concentration, source):
    """`count` shares that sum to 1."""
    if concentration == 1:
        # Exponentially distributed; 1 - u is above 0.
        parts = -ops.log(1 - uniform((count,), seed=source))
    else:
        parts = gamma((count,), concentration, seed=source)
    parts = parts + 1e-20
    return parts / ops.sum(parts)
