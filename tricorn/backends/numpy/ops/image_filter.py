"""Filters on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import bind, image_filter as shared

bind(globals(), shared, np)
