from ._names import DTypePolicy as DTypePolicy
from ._names import LossScaleOptimizer as LossScaleOptimizer
from ._names import Policy as Policy
from ._names import dtype_policy as dtype_policy
from ._names import global_policy as global_policy
from ._names import set_dtype_policy as set_dtype_policy
from ._names import set_global_policy as set_global_policy

__all__ = [
    "DTypePolicy", "LossScaleOptimizer", "Policy", "dtype_policy", "global_policy", "set_dtype_policy",
    "set_global_policy",
]  # fmt: skip
