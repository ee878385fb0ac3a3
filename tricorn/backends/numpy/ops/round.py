"""Rounding on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import bind, round as shared

bind(globals(), shared, np)
