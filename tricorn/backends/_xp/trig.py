"""Trigonometric and hyperbolic functions: those of the namespace itself."""

from __future__ import annotations

DIRECT = (
    "sin", "cos", "tan", "tanh", "sinh", "cosh", "arcsin", "arccos", "arctan", "arctan2", "arcsinh", "arccosh",
    "arctanh",
)  # fmt: skip
