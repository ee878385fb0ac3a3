"""Trigonometric and hyperbolic functions on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import trig as shared
from tricorn.backends._xp import bind

bind(globals(), shared, np)
