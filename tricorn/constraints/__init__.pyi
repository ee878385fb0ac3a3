from ._constraints import Constraint as Constraint
from ._constraints import MaxNorm as MaxNorm
from ._constraints import MinMaxNorm as MinMaxNorm
from ._constraints import NonNeg as NonNeg
from ._constraints import UnitNorm as UnitNorm
from ._constraints import max_norm as max_norm
from ._constraints import min_max_norm as min_max_norm
from ._constraints import non_neg as non_neg
from ._constraints import unit_norm as unit_norm
from ._lookup import deserialize as deserialize
from ._lookup import get as get
from ._lookup import serialize as serialize

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "serialize",
    "unit_norm",
]
