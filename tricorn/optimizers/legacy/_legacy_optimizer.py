"""The names of Keras 2's legacy optimizers, which tell where they went."""

from __future__ import annotations

from tricorn.core.errors import bad_argument


class LegacyOptimizer:
    """An optimizer of Keras 2 that Keras 3 does not have; creating one raises.

    Raises:
        ImportError: Always.
    """

    def __init__(self, *args, **kwargs):
        raise bad_argument("optimizers.legacy", "the legacy optimizers of Keras 2 do not exist in Keras 3.",
                           hint="the optimizer of the same name in tricorn.optimizers", error=ImportError)  # fmt: skip


Adagrad = Adam = Ftrl = Optimizer = RMSprop = SGD = LegacyOptimizer
