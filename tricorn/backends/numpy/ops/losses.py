"""Cross-entropies on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import bind, losses as shared

bind(globals(), shared, np)


def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    classes = output.shape[axis]
    if target.size and (target.min() < 0 or target.max() >= classes):
        raise IndexError(
            f"Labels must be in [0, {classes}); these reach from {target.min()} to {target.max()}."
        )
    return shared.sparse_categorical_crossentropy(np, target, output, from_logits, axis)
