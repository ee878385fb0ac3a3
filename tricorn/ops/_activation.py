"""Activations, element by element, and softmax with its kin."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.symbolic import KerasTensor
from tricorn.ops._arith import NUMBER


@op(rule=rules.like_input(NUMBER))
def relu(x: Tensor):
    """max(x, 0). Its gradient at 0 is 0; NaN stays NaN.

    Args:
        x: Any shape, any numeric dtype.

    Returns:
        A tensor of the shape and dtype of `x`.

    Example:
        >>> ops.relu(np.array([-2.0, 0.0, 2.0]))
        array([0., 0., 2.])
    """


@op(rule=rules.like_input(NUMBER))
def relu6(x: Tensor):
    """min(max(x, 0), 6).

    Args:
        x: Any shape, any numeric dtype.

    Returns:
        A tensor of the shape and dtype of `x`.

    Source: Krizhevsky, 2010.

    Example:
        >>> ops.relu6(np.array([-2.0, 3.0, 8.0]))
        array([0., 3., 6.])
    """


@op(rule=rules.like_input(rules.FLOAT))
def sigmoid(x: Tensor):
    """1 / (1 + exp(-x)), without overflow on either side.

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> ops.sigmoid(np.array([-2.0, 0.0, 2.0])).round(4)
        array([0.1192, 0.5   , 0.8808])
    """


@op(rule=rules.like_input(rules.FLOAT))
def softplus(x: Tensor):
    """log(1 + exp(x)), without overflow; its derivative is the sigmoid.

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Source: Dugas et al., 2001.

    Example:
        >>> ops.softplus(np.array([-2.0, 0.0, 2.0])).round(4)
        array([0.1269, 0.6931, 2.1269])
    """


@op(rule=rules.like_input(rules.FLOAT))
def softsign(x: Tensor):
    """x / (1 + |x|).

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Source: Bergstra et al., 2009.

    Example:
        >>> ops.softsign(np.array([-2.0, 0.0, 2.0])).round(4)
        array([-0.6667,  0.    ,  0.6667])
    """


@op(rule=rules.like_input(rules.FLOAT))
def silu(x: Tensor):
    """x * sigmoid(x), also called swish.

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Source: Elfwing et al., 2017; Ramachandran et al., 2017.

    Example:
        >>> ops.silu(np.array([-2.0, 0.0, 2.0])).round(4)
        array([-0.2384,  0.    ,  1.7616])
    """


swish = silu


@op(rule=rules.like_input(rules.FLOAT))
def gelu(x: Tensor, approximate=True):
    """x times the standard normal distribution function at x.

    Args:
        x: Any shape; integers become floatx.
        approximate: Whether to use the tanh form, 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), instead of erf.

    Returns:
        A float tensor of the shape of `x`.

    Source: Hendrycks and Gimpel, 2016.

    Example:
        >>> ops.gelu(np.array([-2.0, 0.0, 2.0])).round(4)
        array([-0.0454,  0.    ,  1.9546])
        >>> ops.gelu(np.array([-2.0, 0.0, 2.0]), approximate=False).round(4)
        array([-0.0455,  0.    ,  1.9545])
    """


@op(rule=rules.like_input(rules.FLOAT))
def elu(x: Tensor, alpha=1.0):
    """x above 0, alpha * (exp(x) - 1) below.

    Args:
        x: Any shape; integers become floatx.
        alpha: What it tends to, negated, for small x.

    Returns:
        A float tensor of the shape of `x`.

    Source: Clevert et al., 2015.

    Example:
        >>> ops.elu(np.array([-2.0, 0.0, 2.0])).round(4)
        array([-0.8647,  0.    ,  2.    ])
    """


@op(rule=rules.like_input(rules.FLOAT))
def selu(x: Tensor):
    """scale * elu(x, alpha) with the two constants that keep mean 0 and variance 1 through layers.

    scale = 1.0507009873554805, alpha = 1.6732632423543772.

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Source: Klambauer et al., 2017.

    Example:
        >>> ops.selu(np.array([-2.0, 0.0, 2.0])).round(4)
        array([-1.5202,  0.    ,  2.1014])
    """


@op(rule=rules.like_input(rules.FLOAT))
def celu(x: Tensor, alpha=1.0):
    """max(x, 0) + min(0, alpha * (exp(x / alpha) - 1)): an ELU whose slope is continuous for every alpha.

    Args:
        x: Any shape; integers become floatx.
        alpha: What it tends to, negated, for small x; not 0.

    Returns:
        A float tensor of the shape of `x`.

    Source: Barron, 2017.

    Example:
        >>> ops.celu(np.array([-2.0, 0.0, 2.0])).round(4)
        array([-0.8647,  0.    ,  2.    ])
    """


@op(rule=rules.like_input(rules.FLOAT))
def leaky_relu(x: Tensor, negative_slope=0.2):
    """x above 0, negative_slope * x below.

    Args:
        x: Any shape; integers become floatx.
        negative_slope: The slope below 0.

    Returns:
        A float tensor of the shape of `x`.

    Source: Maas et al., 2013.

    Example:
        >>> ops.leaky_relu(np.array([-2.0, 0.0, 2.0]))
        array([-0.4,  0. ,  2. ])
    """


@op(rule=rules.like_input(rules.FLOAT))
def hard_sigmoid(x: Tensor):
    """relu6(x + 3) / 6: a sigmoid of straight lines.

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> ops.hard_sigmoid(np.array([-2.0, 0.0, 2.0])).round(4)
        array([0.1667, 0.5   , 0.8333])
    """


@op(rule=rules.like_input(rules.FLOAT))
def hard_silu(x: Tensor):
    """x * hard_sigmoid(x), also called hard_swish.

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Source: Howard et al., 2019.

    Example:
        >>> ops.hard_silu(np.array([-2.0, 0.0, 2.0])).round(4)
        array([-0.3333,  0.    ,  1.6667])
    """


hard_swish = hard_silu


@op(rule=rules.like_input(rules.FLOAT))
def log_sigmoid(x: Tensor):
    """log(sigmoid(x)), exact where sigmoid rounds to 0.

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> ops.log_sigmoid(np.array([-200.0, 0.0])).round(4)
        array([-200.    ,   -0.6931])
    """


@op(rule=rules.like_input(rules.FLOAT))
def mish(x: Tensor):
    """x * tanh(softplus(x)).

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Source: Misra, 2019.

    Example:
        >>> np.round(ops.tanh(ops.softplus(np.array([2.0]))) * 2.0, 4)
        array([1.944])
    """


def _glu_rule(x, axis=-1):
    axis = rules.canonical_axis(axis, len(x.shape), "ops.glu")
    size = x.shape[axis]
    if size is not None and size % 2:
        raise bad_argument("ops.glu", "the axis is split into two halves.", expected="an even size",
                           given=f"size {size} on axis {axis} of shape {x.shape}")  # fmt: skip
    shape = tuple(n // 2 if one == axis and n is not None else n for one, n in enumerate(x.shape))
    return KerasTensor(shape, x.dtype, record_history=False)


@op(rule=_glu_rule, dtype=rules.FLOAT)
def glu(x: Tensor, axis=-1):
    """The first half of `x` along `axis`, times the sigmoid of the second half.

    Args:
        x: Any shape with an even size on `axis`; integers become floatx.
        axis: The axis that is split.

    Returns:
        A float tensor of the shape of `x`, with half the size on `axis`.

    Raises:
        ValueError: `axis` is out of range, or its size is odd.

    Source: Dauphin et al., 2016.

    Example:
        >>> ops.glu(np.array([1.0, 2.0, 0.0, 0.0]))
        array([0.5, 1. ])
    """


@op(rule=rules.like_input(NUMBER))
def hard_tanh(x: Tensor):
    """min(max(x, -1), 1).

    Args:
        x: Any shape, any numeric dtype.

    Returns:
        A tensor of the shape and dtype of `x`.

    Example:
        >>> ops.hard_tanh(np.array([-2.0, 0.0, 2.0]))
        array([-1.,  0.,  1.])
    """


@op(rule=rules.like_input(rules.FLOAT))
def tanh_shrink(x: Tensor):
    """x - tanh(x).

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> ops.tanh_shrink(np.array([-2.0, 0.0, 2.0])).round(4)
        array([-1.036,  0.   ,  1.036])
    """


@op(rule=rules.like_input(rules.FLOAT))
def soft_shrink(x: Tensor, threshold=0.5):
    """x moved towards 0 by `threshold`, and 0 within it.

    Args:
        x: Any shape; integers become floatx.
        threshold: 0 or more.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> ops.soft_shrink(np.array([-2.0, 0.0, 2.0]))
        array([-1.5,  0. ,  1.5])
    """


@op(rule=rules.like_input(rules.FLOAT))
def hard_shrink(x: Tensor, threshold=0.5):
    """x where |x| > threshold, else 0.

    Args:
        x: Any shape; integers become floatx.
        threshold: 0 or more.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> ops.hard_shrink(np.array([-2.0, 0.3, 0.5]))
        array([-2.,  0.,  0.])
    """


@op(rule=rules.like_input(NUMBER))
def threshold(x: Tensor, threshold, default_value):
    """x where x > threshold, else `default_value`.

    Args:
        x: Any shape, any numeric dtype.
        threshold: What x is compared with.
        default_value: What stands where x is not above it.

    Returns:
        A tensor of the shape and dtype of `x`.

    Example:
        >>> ops.threshold(np.array([-2.0, 0.5, 2.0]), 0.5, 9.0)
        array([9., 9., 2.])
    """


@op(rule=rules.like_input(rules.FLOAT))
def squareplus(x: Tensor, b=4):
    """(x + sqrt(x^2 + b)) / 2: a softplus without exponentials.

    Args:
        x: Any shape; integers become floatx.
        b: How wide the bend is; 0 gives relu.

    Returns:
        A float tensor of the shape of `x`.

    Source: Barron, 2021.

    Example:
        >>> ops.squareplus(np.array([-2.0, 0.0, 2.0])).round(4)
        array([0.4142, 1.    , 2.4142])
    """


@op(rule=rules.like_input(rules.FLOAT))
def sparse_plus(x: Tensor):
    """0 below -1, (x + 1)^2 / 4 up to 1, x above: the softplus of sparsemax.

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Source: Martins and Astudillo, 2016.

    Example:
        >>> ops.sparse_plus(np.array([-2.0, 0.0, 2.0]))
        array([0.  , 0.25, 2.  ])
    """


@op(rule=rules.like_input(rules.FLOAT))
def sparse_sigmoid(x: Tensor):
    """0 below -1, (x + 1) / 2 up to 1, 1 above: the derivative of `sparse_plus`.

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Source: Martins and Astudillo, 2016.

    Example:
        >>> ops.sparse_sigmoid(np.array([-2.0, 0.0, 2.0]))
        array([0. , 0.5, 1. ])
    """


def _normalised(where):
    def rule(x, axis=-1):
        rules.canonical_axes(axis, len(x.shape), where)
        return KerasTensor(x.shape, x.dtype, record_history=False)

    return rule


@op(rule=_normalised("ops.softmax"), dtype=rules.FLOAT)
def softmax(x: Tensor, axis=-1):
    """exp(x) / sum(exp(x)) along `axis`, without overflow. A row of -inf gives NaN.

    Args:
        x: Any shape; integers become floatx.
        axis: An axis, several (normalised together), or None for all.

    Returns:
        A float tensor of the shape of `x`.

    Raises:
        ValueError: `axis` is out of range, or named twice.

    Example:
        >>> ops.softmax(np.array([-2.0, 0.0, 2.0])).round(4)
        array([0.0159, 0.1173, 0.8668])
        >>> ops.softmax(np.zeros((2, 2)), axis=None)
        array([[0.25, 0.25],
               [0.25, 0.25]])
    """


@op(rule=_normalised("ops.log_softmax"), dtype=rules.FLOAT)
def log_softmax(x: Tensor, axis=-1):
    """log(softmax(x)), exact where softmax rounds to 0.

    Args:
        x: Any shape; integers become floatx.
        axis: An axis, several (normalised together), or None for all.

    Returns:
        A float tensor of the shape of `x`.

    Raises:
        ValueError: `axis` is out of range, or named twice.

    Example:
        >>> ops.log_softmax(np.array([0.0, 200.0]))
        array([-200.,    0.])
    """


@op(rule=_normalised("ops.sparsemax"), dtype=rules.FLOAT)
def sparsemax(x: Tensor, axis=-1):
    """The point of the simplex nearest to `x` along `axis`: like a softmax, but with exact zeros.

    Args:
        x: Any shape; integers become floatx.
        axis: An axis.

    Returns:
        A float tensor of the shape of `x`.

    Raises:
        ValueError: `axis` is out of range.

    Source: Martins and Astudillo, 2016.

    Example:
        >>> ops.sparsemax(np.array([-2.0, 0.0, 0.5]))
        array([0.  , 0.25, 0.75])
    """
