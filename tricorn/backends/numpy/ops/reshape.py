"""Shapes and layouts on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import bind, reshape as shared

bind(globals(), shared, np)
