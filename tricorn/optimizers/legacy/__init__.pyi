from ._legacy_optimizer import SGD as SGD
from ._legacy_optimizer import Adagrad as Adagrad
from ._legacy_optimizer import Adam as Adam
from ._legacy_optimizer import Ftrl as Ftrl
from ._legacy_optimizer import Optimizer as Optimizer
from ._legacy_optimizer import RMSprop as RMSprop

__all__ = ["Adagrad", "Adam", "Ftrl", "Optimizer", "RMSprop", "SGD"]
