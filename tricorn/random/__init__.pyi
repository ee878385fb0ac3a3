# The contents page: random draws and their seeds.
from ._draw import beta as beta
from ._draw import binomial as binomial
from ._draw import categorical as categorical
from ._draw import dropout as dropout
from ._draw import gamma as gamma
from ._draw import normal as normal
from ._draw import randint as randint
from ._draw import shuffle as shuffle
from ._draw import truncated_normal as truncated_normal
from ._draw import uniform as uniform
from ._seed import SeedGenerator as SeedGenerator

__all__ = [
    "SeedGenerator", "beta", "binomial", "categorical", "dropout", "gamma", "normal", "randint", "shuffle",
    "truncated_normal", "uniform",
]  # fmt: skip
