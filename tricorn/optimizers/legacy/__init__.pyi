from ._legacy_optimizer import (
    SGD as SGD,
    Adagrad as Adagrad,
    Adam as Adam,
    Ftrl as Ftrl,
    Optimizer as Optimizer,
    RMSprop as RMSprop,
)

__all__ = ["Adagrad", "Adam", "Ftrl", "Optimizer", "RMSprop", "SGD"]
