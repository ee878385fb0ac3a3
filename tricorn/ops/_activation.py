"""Activations, element by element, and softmax with its kin."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.symbolic import KerasTensor


@op(rule=rules.like_input(rules.SAME))
def relu(x: Tensor):
    """max(x, 0). Its gradient at 0 is 0."""


@op(rule=rules.like_input(rules.SAME))
def relu6(x: Tensor):
    """min(max(x, 0), 6)."""


@op(rule=rules.like_input(rules.FLOAT))
def sigmoid(x: Tensor):
    """1 / (1 + exp(-x)), without overflow on either side."""


@op(rule=rules.like_input(rules.FLOAT))
def softplus(x: Tensor):
    """log(1 + exp(x))."""


@op(rule=rules.like_input(rules.FLOAT))
def softsign(x: Tensor):
    """x / (1 + |x|)."""


@op(rule=rules.like_input(rules.FLOAT))
def silu(x: Tensor):
    """x * sigmoid(x), also called swish.

    Source: Elfwing et al., 2017; Ramachandran et al., 2017.
    """


swish = silu


@op(rule=rules.like_input(rules.FLOAT))
def gelu(x: Tensor, approximate=True):
    """x times the standard normal distribution function at x.

    Args:
        x: Any shape.
        approximate: Whether to use the tanh form, 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), instead of erf.

    Source: Hendrycks and Gimpel, 2016.
    """


@op(rule=rules.like_input(rules.FLOAT))
def elu(x: Tensor, alpha=1.0):
    """x above 0, alpha * (exp(x) - 1) below.

    Source: Clevert et al., 2015.
    """


@op(rule=rules.like_input(rules.FLOAT))
def selu(x: Tensor):
    """scale * elu(x, alpha) with the two constants that keep mean 0 and variance 1 through layers.

    Source: Klambauer et al., 2017.
    """


@op(rule=rules.like_input(rules.FLOAT))
def celu(x: Tensor, alpha=1.0):
    """max(x, 0) + min(0, alpha * (exp(x / alpha) - 1)): an ELU whose slope is continuous for every alpha.

    Source: Barron, 2017.
    """


@op(rule=rules.like_input(rules.FLOAT))
def leaky_relu(x: Tensor, negative_slope=0.2):
    """x above 0, negative_slope * x below."""


@op(rule=rules.like_input(rules.FLOAT))
def hard_sigmoid(x: Tensor):
    """relu6(x + 3) / 6: a sigmoid of straight lines."""


@op(rule=rules.like_input(rules.FLOAT))
def hard_silu(x: Tensor):
    """x * hard_sigmoid(x), also called hard_swish.

    Source: Howard et al., 2019.
    """


hard_swish = hard_silu


@op(rule=rules.like_input(rules.FLOAT))
def log_sigmoid(x: Tensor):
    """log(sigmoid(x)), exact where sigmoid rounds to 0."""


@op(rule=rules.like_input(rules.FLOAT))
def mish(x: Tensor):
    """x * tanh(softplus(x)).

    Source: Misra, 2019.
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

    Source: Dauphin et al., 2016.
    """


@op(rule=rules.like_input(rules.SAME))
def hard_tanh(x: Tensor):
    """min(max(x, -1), 1)."""


@op(rule=rules.like_input(rules.FLOAT))
def tanh_shrink(x: Tensor):
    """x - tanh(x)."""


@op(rule=rules.like_input(rules.FLOAT))
def soft_shrink(x: Tensor, threshold=0.5):
    """x moved towards 0 by `threshold`, and 0 within it."""


@op(rule=rules.like_input(rules.FLOAT))
def hard_shrink(x: Tensor, threshold=0.5):
    """x where |x| > threshold, else 0."""


@op(rule=rules.like_input(rules.SAME))
def threshold(x: Tensor, threshold, default_value):
    """x where x > threshold, else `default_value`."""


@op(rule=rules.like_input(rules.FLOAT))
def squareplus(x: Tensor, b=4):
    """(x + sqrt(x^2 + b)) / 2: a softplus without exponentials.

    Source: Barron, 2021.
    """


@op(rule=rules.like_input(rules.FLOAT))
def sparse_plus(x: Tensor):
    """0 below -1, (x + 1)^2 / 4 up to 1, x above: the softplus of sparsemax.

    Source: Martins and Astudillo, 2016.
    """


@op(rule=rules.like_input(rules.FLOAT))
def sparse_sigmoid(x: Tensor):
    """0 below -1, (x + 1) / 2 up to 1, 1 above: the derivative of `sparse_plus`."""


def _normalised(where):
    def rule(x, axis=-1):
        rules.canonical_axes(axis, len(x.shape), where)
        return KerasTensor(x.shape, x.dtype, record_history=False)

    return rule


@op(rule=_normalised("ops.softmax"), dtype=rules.FLOAT)
def softmax(x: Tensor, axis=-1):
    """exp(x) / sum(exp(x)) along `axis`.

    Args:
        x: Any shape.
        axis: An axis, several (normalised together), or None for all.
    """


@op(rule=_normalised("ops.log_softmax"), dtype=rules.FLOAT)
def log_softmax(x: Tensor, axis=-1):
    """log(softmax(x)), exact where softmax rounds to 0; `axis` as in `softmax`."""


@op(rule=_normalised("ops.sparsemax"), dtype=rules.FLOAT)
def sparsemax(x: Tensor, axis=-1):
    """The point of the simplex nearest to `x` along `axis`: like a softmax, but with exact zeros.

    Source: Martins and Astudillo, 2016.
    """
