"""`set_random_seed`."""

from __future__ import annotations

import random
import sys

import numpy as np

from tricorn.core.backend import BUILT_IN, get_backend
from tricorn.core.seed import set_global_seed


def set_random_seed(seed):
    """Fix every source of randomness: initial weights, dropout, shuffling, Python's, NumPy's and the engines' generators.

    The same code under the same seed starts from the same weights on every engine, also when it runs a second time in
    one process.

    Args:
        seed: An int in [0, 2**32).

    Raises:
        ValueError: It is not.
    """
    set_global_seed(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)  # users' data pipelines draw from the global generator
    for name, module in BUILT_IN.items():
        # An engine that is not loaded has drawn nothing yet; it is seeded by what we derive for it.
        if module in sys.modules:
            get_backend(name).random_seed(seed)
