from ._cosine_decay import CosineDecay as CosineDecay
from ._cosine_decay_restarts import CosineDecayRestarts as CosineDecayRestarts
from ._exponential_decay import ExponentialDecay as ExponentialDecay
from ._get import deserialize as deserialize, serialize as serialize
from ._inverse_time_decay import InverseTimeDecay as InverseTimeDecay
from ._learning_rate_schedule import LearningRateSchedule as LearningRateSchedule
from ._piecewise_constant_decay import PiecewiseConstantDecay as PiecewiseConstantDecay
from ._polynomial_decay import PolynomialDecay as PolynomialDecay

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]
