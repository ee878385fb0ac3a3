"""Special functions over a NumPy-like namespace `xp`: those it has itself."""

from __future__ import annotations

DIRECT = (
    "cbrt", "i0", "sinc", "hypot", "heaviside", "ldexp", "logaddexp2", "nextafter", "deg2rad", "rad2deg", "fabs",
    "fmax", "fmin", "fmod",
)  # fmt: skip
