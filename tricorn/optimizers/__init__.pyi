from . import legacy as legacy, schedules as schedules
from ._adadelta import Adadelta as Adadelta
from ._adafactor import Adafactor as Adafactor
from ._adagrad import Adagrad as Adagrad
from ._adam import Adam as Adam
from ._adamax import Adamax as Adamax
from ._adamw import AdamW as AdamW
from ._ftrl import Ftrl as Ftrl
from ._get import deserialize as deserialize, get as get, serialize as serialize
from ._lamb import Lamb as Lamb
from ._lion import Lion as Lion
from ._loss_scale import LossScaleOptimizer as LossScaleOptimizer
from ._muon import Muon as Muon
from ._nadam import Nadam as Nadam
from ._optimizer import Optimizer as Optimizer
from ._rmsprop import RMSprop as RMSprop
from ._sgd import SGD as SGD

__all__ = [
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "LossScaleOptimizer",
    "Muon",
    "Nadam",
    "Optimizer",
    "RMSprop",
    "deserialize",
    "get",
    "legacy",
    "schedules",
    "serialize",
]
