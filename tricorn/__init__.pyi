from . import (
    activations as activations,
    backend as backend,
    callbacks as callbacks,
    config as config,
    constraints as constraints,
    dtype_policies as dtype_policies,
    initializers as initializers,
    layers as layers,
    losses as losses,
    metrics as metrics,
    mixed_precision as mixed_precision,
    models as models,
    ops as ops,
    optimizers as optimizers,
    random as random,
    regularizers as regularizers,
    saving as saving,
    tree as tree,
    utils as utils,
)
from ._version import version as version
from .core.backend import backend_scope as backend_scope, set_backend as set_backend
from .core.graph import Function as Function, Operation as Operation
from .core.naming import name_scope as name_scope
from .core.placement import device as device
from .core.remat import RematScope as RematScope, remat as remat
from .core.scopes import StatelessScope as StatelessScope
from .core.symbolic import KerasTensor as KerasTensor
from .core.variable import Variable as Variable
from .dtype_policies import DTypePolicy as DTypePolicy, FloatDTypePolicy as FloatDTypePolicy
from .initializers import Initializer as Initializer
from .layers import Input as Input, InputSpec as InputSpec, Layer as Layer
from .losses import Loss as Loss
from .metrics import Metric as Metric
from .models import Model as Model, Sequential as Sequential
from .optimizers import Optimizer as Optimizer
from .regularizers import Regularizer as Regularizer

__version__: str
__all__ = [
    "DTypePolicy", "FloatDTypePolicy", "Function", "Initializer", "Input", "InputSpec", "KerasTensor", "Layer", "Loss",
    "Metric", "Model", "Operation", "Optimizer", "Regularizer", "RematScope", "Sequential", "StatelessScope", "Variable",
    "activations", "backend", "backend_scope", "callbacks", "config", "constraints", "device", "dtype_policies",
    "initializers", "layers", "losses", "metrics", "mixed_precision", "models", "name_scope", "ops", "optimizers",
    "random", "regularizers", "remat", "saving", "set_backend", "tree", "utils", "version",
]  # fmt: skip
