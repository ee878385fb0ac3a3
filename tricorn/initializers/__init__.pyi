from ._constant import Constant as Constant
from ._constant import Identity as Identity
from ._constant import IdentityInitializer as IdentityInitializer
from ._constant import Ones as Ones
from ._constant import Zeros as Zeros
from ._constant import constant as constant
from ._constant import identity as identity
from ._constant import ones as ones
from ._constant import zeros as zeros
from ._initializer import Initializer as Initializer
from ._lookup import deserialize as deserialize
from ._lookup import get as get
from ._lookup import serialize as serialize
from ._orthogonal import Orthogonal as Orthogonal
from ._orthogonal import OrthogonalInitializer as OrthogonalInitializer
from ._orthogonal import orthogonal as orthogonal
from ._random import RandomNormal as RandomNormal
from ._random import RandomUniform as RandomUniform
from ._random import TruncatedNormal as TruncatedNormal
from ._random import random_normal as random_normal
from ._random import random_uniform as random_uniform
from ._random import truncated_normal as truncated_normal
from ._scaling import GlorotNormal as GlorotNormal
from ._scaling import GlorotUniform as GlorotUniform
from ._scaling import HeNormal as HeNormal
from ._scaling import HeUniform as HeUniform
from ._scaling import LecunNormal as LecunNormal
from ._scaling import LecunUniform as LecunUniform
from ._scaling import VarianceScaling as VarianceScaling
from ._scaling import glorot_normal as glorot_normal
from ._scaling import glorot_uniform as glorot_uniform
from ._scaling import he_normal as he_normal
from ._scaling import he_uniform as he_uniform
from ._scaling import lecun_normal as lecun_normal
from ._scaling import lecun_uniform as lecun_uniform
from ._scaling import variance_scaling as variance_scaling
from ._stft import STFT as STFT
from ._stft import STFTInitializer as STFTInitializer
from ._stft import stft as stft

__all__ = [
    "STFT",
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomNormal",
    "RandomUniform",
    "STFTInitializer",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "stft",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]
