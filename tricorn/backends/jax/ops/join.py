"""Joining and splitting on JAX."""

from __future__ import annotations

import jax.numpy as jnp

from tricorn.backends._xp import bind, join as shared
from tricorn.core.rules import canonical_axis


def split(x, indices_or_sections, axis=0):
    if isinstance(indices_or_sections, int):
        return list(jnp.split(x, indices_or_sections, axis=axis))
    return array_split(x, indices_or_sections, axis)


def array_split(x, indices_or_sections, axis=0):
    if isinstance(indices_or_sections, int):
        return list(jnp.array_split(x, indices_or_sections, axis=axis))
    # jax.numpy.split reads cuts that count from the end, or go back, otherwise than NumPy.
    cuts = [int(cut) for cut in indices_or_sections]
    leading = (slice(None),) * canonical_axis(axis, x.ndim)
    return [x[(*leading, slice(begin, end))] for begin, end in zip([0, *cuts], [*cuts, None], strict=True)]


bind(globals(), shared, jnp)
