"""Activation functions: those of `ops`, and the few that have other arguments here."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.ops._activation import mish as mish  # not in the public table of ops

celu = ops.celu
elu = ops.elu
glu = ops.glu
hard_shrink = ops.hard_shrink
hard_sigmoid = ops.hard_sigmoid
hard_silu = ops.hard_silu
hard_tanh = ops.hard_tanh
leaky_relu = ops.leaky_relu
log_sigmoid = ops.log_sigmoid
log_softmax = ops.log_softmax
relu6 = ops.relu6
selu = ops.selu
sigmoid = ops.sigmoid
silu = ops.silu
soft_shrink = ops.soft_shrink
softmax = ops.softmax
softplus = ops.softplus
softsign = ops.softsign
sparse_plus = ops.sparse_plus
sparse_sigmoid = ops.sparse_sigmoid
sparsemax = ops.sparsemax
squareplus = ops.squareplus
tanh = ops.tanh
tanh_shrink = ops.tanh_shrink
threshold = ops.threshold
hard_swish = hard_silu
swish = silu


def relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """`max(x, 0)`, or with arguments: `x` above `threshold`, `negative_slope * (x - threshold)` below.

    Args:
        x: Tensor.
        negative_slope: Slope below the threshold.
        max_value: Bound above, or None.
        threshold: Where the slope changes; values above it pass as they are.

    Returns:
        A tensor of the shape and dtype of `x`.

    Raises:
        ValueError: `max_value` is negative, without a slope or a threshold.

    Example:
        >>> from tricorn import activations
        >>> activations.relu(np.array([-2.0, 0.5, 3.0]), negative_slope=0.5, max_value=2.0)
        array([-1. ,  0.5,  2. ])
    """
    if threshold == 0:
        if max_value is None:
            return ops.relu(x) if negative_slope == 0 else ops.leaky_relu(x, negative_slope=negative_slope)
        if negative_slope == 0:
            if max_value < 0:
                raise bad_argument("relu", "`max_value` must not be negative.", given=max_value)
            return ops.relu6(x) if max_value == 6 else ops.minimum(ops.relu(x), max_value)
    x = ops.convert_to_tensor(x)
    below = negative_slope * (x - threshold) if negative_slope != 0 else ops.zeros_like(x)
    value = ops.where(x > threshold, x, below)
    return value if max_value is None else ops.minimum(value, max_value)


def gelu(x, approximate=False):
    """`x * P(X <= x)` for a standard normal X.

    Args:
        x: Tensor.
        approximate: Whether the distribution is approximated by a tanh (exact here by default, unlike in `ops.gelu`).

    Returns:
        A float tensor of the shape of `x`.

    Source: Hendrycks and Gimpel, 2016.

    Example:
        >>> from tricorn import activations
        >>> activations.gelu(np.array([-2.0, 0.0, 2.0])).round(4)
        array([-0.0455,  0.    ,  1.9545])
    """
    return ops.gelu(x, approximate=approximate)


def exponential(x):
    """`exp(x)`.

    Args:
        x: Any shape; integers become floatx.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> from tricorn import activations
        >>> activations.exponential(np.array([0.0, 1.0])).round(4)
        array([1.    , 2.7183])
    """
    return ops.exp(x)


def linear(x):
    """`x` as it is.

    Args:
        x: Anything.

    Returns:
        `x`.

    Example:
        >>> from tricorn import activations
        >>> activations.linear(3.0)
        3.0
    """
    return x
