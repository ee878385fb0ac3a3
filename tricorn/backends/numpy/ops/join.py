"""Joining and splitting on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import join as shared
from tricorn.backends._xp import bind

bind(globals(), shared, np)
