from ._activations import celu as celu
from ._activations import elu as elu
from ._activations import exponential as exponential
from ._activations import gelu as gelu
from ._activations import glu as glu
from ._activations import hard_shrink as hard_shrink
from ._activations import hard_sigmoid as hard_sigmoid
from ._activations import hard_silu as hard_silu
from ._activations import hard_swish as hard_swish
from ._activations import hard_tanh as hard_tanh
from ._activations import leaky_relu as leaky_relu
from ._activations import linear as linear
from ._activations import log_sigmoid as log_sigmoid
from ._activations import log_softmax as log_softmax
from ._activations import mish as mish
from ._activations import relu as relu
from ._activations import relu6 as relu6
from ._activations import selu as selu
from ._activations import sigmoid as sigmoid
from ._activations import silu as silu
from ._activations import soft_shrink as soft_shrink
from ._activations import softmax as softmax
from ._activations import softplus as softplus
from ._activations import softsign as softsign
from ._activations import sparse_plus as sparse_plus
from ._activations import sparse_sigmoid as sparse_sigmoid
from ._activations import sparsemax as sparsemax
from ._activations import squareplus as squareplus
from ._activations import swish as swish
from ._activations import tanh as tanh
from ._activations import tanh_shrink as tanh_shrink
from ._activations import threshold as threshold
from ._lookup import deserialize as deserialize
from ._lookup import get as get
from ._lookup import serialize as serialize

__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]
