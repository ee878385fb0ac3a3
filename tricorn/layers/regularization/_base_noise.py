"""What layers that disturb their input in training share."""

from __future__ import annotations

from tricorn.layers._like_input import LikeInput
from tricorn.random._seed import SeedGenerator


class NoiseLayer(LikeInput):
    """A layer that acts in training only, with draws of its own seed if it draws at all."""

    def __init__(self, seed, is_active, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self._is_active = bool(is_active)
        if self._is_active:
            self.seed_generator = SeedGenerator(seed)
