from . import activations as activations
from . import backend as backend
from . import callbacks as callbacks
from . import config as config
from . import constraints as constraints
from . import dtype_policies as dtype_policies
from . import initializers as initializers
from . import layers as layers
from . import losses as losses
from . import metrics as metrics
from . import mixed_precision as mixed_precision
from . import models as models
from . import ops as ops
from . import optimizers as optimizers
from . import random as random
from . import regularizers as regularizers
from . import saving as saving
from . import tree as tree
from . import utils as utils
from ._version import version as version
from .core.backend import backend_scope as backend_scope
from .core.backend import set_backend as set_backend
from .core.graph import Function as Function
from .core.graph import Operation as Operation
from .core.naming import name_scope as name_scope
from .core.placement import device as device
from .core.scopes import StatelessScope as StatelessScope
from .core.symbolic import KerasTensor as KerasTensor
from .core.variable import Variable as Variable
from .dtype_policies import DTypePolicy as DTypePolicy
from .dtype_policies import FloatDTypePolicy as FloatDTypePolicy
from .initializers import Initializer as Initializer
from .layers import Input as Input
from .layers import InputSpec as InputSpec
from .layers import Layer as Layer
from .losses import Loss as Loss
from .metrics import Metric as Metric
from .models import Model as Model
from .models import Sequential as Sequential
from .optimizers import Optimizer as Optimizer
from .regularizers import Regularizer as Regularizer

__version__: str
__all__ = [
    "DTypePolicy", "FloatDTypePolicy", "Function", "Initializer", "Input", "InputSpec", "KerasTensor", "Layer", "Loss",
    "Metric", "Model", "Operation", "Optimizer", "Regularizer", "Sequential", "StatelessScope", "Variable",
    "activations", "backend", "backend_scope", "callbacks", "config", "constraints", "device", "dtype_policies",
    "initializers", "layers", "losses", "metrics", "mixed_precision", "models", "name_scope", "ops", "optimizers",
    "random", "regularizers", "saving", "set_backend", "tree", "utils", "version",
]  # fmt: skip
