"""Normalisation: by given moments, by a batch's own, by those of each element."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.config import epsilon as default_epsilon, floatx
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.symbolic import KerasTensor
from tricorn.ops._arith import absolute, add, divide, maximum, multiply, power, square, subtract
from tricorn.ops._cast import cast, dtype as dtype_of, shape, stop_gradient
from tricorn.ops._explog import rsqrt
from tricorn.ops._reduce import max as reduce_max, sum as reduce_sum, var
from tricorn.ops._reshape import reshape


def _spec(shape, dtype):
    return KerasTensor(tuple(shape), dtype, record_history=False)


def _float(dtype):
    return dtype if "float" in dtype else floatx()


def _moments_rule(x, axes, keepdims=False, synchronized=False):
    shape = rules.reduce_shape(x.shape, axes, keepdims)
    return _spec(shape, x.dtype), _spec(shape, x.dtype)


@op(rule=_moments_rule, dtype=rules.FLOAT)
def moments(x: Tensor, axes, keepdims=False, synchronized=False):
    """Mean and variance of `x` over `axes`.

    The variance is that of the elements given (their mean square distance from the mean), not an estimate from a
    sample. Half-precision inputs are summed in float32.

    Args:
        x: Any shape. Integers become floatx.
        axes: One axis, several, or None for all.
        keepdims: Whether to keep the axes with size 1.
        synchronized: Accepted; a distributed program reduces over all of the batch already.

    Returns:
        `(mean, variance)`, without the axes or with size 1 there; dtype of `x`, floating. NaN over no elements.

    Raises:
        ValueError: There is no such axis, or one is named twice.

    Example:
        >>> mean, variance = ops.moments([[1.0, 3.0], [4.0, 4.0]], axes=1)
        >>> mean, variance
        (array([2., 4.], dtype=float32), array([1., 0.], dtype=float32))
    """


def _along_axis(where, x, axis, **tensors):
    size = x.shape[rules.canonical_axis(axis, len(x.shape), where)]
    for name, tensor in tensors.items():
        if tensor is None or (
            len(tensor.shape) == 1 and (tensor.shape[0] == size or None in (size, tensor.shape[0]))
        ):
            continue
        raise bad_argument(where, f"`{name}` must have one element for each on the axis.", expected=f"({size},)",
                           given=f"{name} {tensor.shape}, x {x.shape}, axis {axis}")  # fmt: skip


def _batch_rule(x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    _along_axis("ops.batch_normalization", x, axis, mean=mean, variance=variance, offset=offset, scale=scale)
    return _spec(x.shape, x.dtype)


@op(rule=_batch_rule, dtype=rules.COMMON_FLOAT, keras_class="BatchNorm")
def batch_normalization(x: Tensor, mean: Tensor, variance: Tensor, axis, offset: Tensor | None = None,
                        scale: Tensor | None = None, epsilon=1e-3):  # fmt: skip
    """(x - mean) / sqrt(variance + epsilon) * scale + offset, with one number of each for every element on `axis`.

    Args:
        x: Any shape of rank 1 or more.
        mean, variance: (size of `axis`,).
        axis: The axis of the features.
        offset, scale: (size of `axis`,), or None: 0 and 1.
        epsilon: Added to the variance.

    Returns:
        The shape of `x`; the common dtype of all tensors, floating.

    Raises:
        ValueError: There is no such axis, or a tensor does not have its size.

    Example:
        >>> x, mean, variance = np.array([[1.0, 2.0]]), np.array([1.0, 1.0]), np.array([1.0, 4.0])
        >>> ops.batch_normalization(x, mean, variance, axis=-1, epsilon=0.0)
        array([[0. , 0.5]])

    Source: Ioffe and Szegedy, 2015.
    """


def _batch_train_rule(x, gamma, beta, axis, epsilon, mask=None):
    _along_axis("batch_norm_train", x, axis, gamma=gamma, beta=beta)
    wide = "float64" if x.dtype == "float64" else "float32"
    size = (x.shape[axis],)
    return _spec(x.shape, x.dtype), _spec(size, wide), _spec(size, wide)


@op(rule=_batch_train_rule)
def batch_norm_train(
    x: Tensor, gamma: Tensor | None, beta: Tensor | None, axis, epsilon, mask: Tensor | None = None
):
    """Normalise a batch by its own moments over all axes but `axis`: what BatchNormalization does in training.

    Args:
        x: Any shape; floating.
        gamma, beta: (size of `axis`,) or None.
        axis: The axis of the features.
        epsilon: Added to the variance.
        mask: The leading axes of `x`, true where elements count; None: all count.

    Returns:
        `(y, mean, variance)`; y as `x`, the moments in float32 (float64 for float64). The variance is biased. Moments
        carry no gradient on all engines.
    """


def _batch_update_rule(x, gamma, beta, moving_mean, moving_variance, axis, momentum, epsilon, mask=None):
    _along_axis(
        "batch_norm_update",
        x,
        axis,
        gamma=gamma,
        beta=beta,
        moving_mean=moving_mean,
        moving_variance=moving_variance,
    )
    return (
        _spec(x.shape, x.dtype),
        _spec(moving_mean.shape, moving_mean.dtype),
        _spec(moving_variance.shape, moving_variance.dtype),
    )


@op(rule=_batch_update_rule)
def batch_norm_update(
    x: Tensor, gamma: Tensor | None, beta: Tensor | None, moving_mean: Tensor, moving_variance: Tensor, axis, momentum,
    epsilon, mask: Tensor | None = None,
):  # fmt: skip
    """`batch_norm_train`, and the moving averages of the moments: `moving * momentum + moment * (1 - momentum)`.

    Args:
        x, gamma, beta, axis, epsilon, mask: Of `batch_norm_train`.
        moving_mean, moving_variance: (size of `axis`,), floating: the averages so far.
        momentum: The share of the old average, in [0, 1].

    Returns:
        `(y, moving mean, moving variance)`; y as `x`, the averages as those given. They carry no gradient.
    """
    y, mean, variance = batch_norm_train(x, gamma, beta, axis, epsilon, mask)
    mean, variance = cast(mean, dtype_of(moving_mean)), cast(variance, dtype_of(moving_variance))
    return (
        y,
        stop_gradient(moving_mean * momentum + mean * (1 - momentum)),
        stop_gradient(moving_variance * momentum + variance * (1 - momentum)),
    )


def _layer_rule(x, gamma=None, beta=None, axis=-1, epsilon=1e-7):
    _over_axes("ops.layer_normalization", x, axis, gamma=gamma, beta=beta)
    return _spec(x.shape, _float(x.dtype))


def _fit_last(x, axis, one, other):
    """Whether the last axis is normalised and two tensors have its size: the usual case, at little cost."""
    if type(axis) is not int or axis != -1:
        return False
    try:
        last = x.shape[-1:]
        return bool(last) and (one is None or one.shape == last) and (other is None or other.shape == last)
    except AttributeError:
        return False


def _over_axes(where, x, axis, **tensors):
    sizes = tuple(x.shape[one] for one in sorted(rules.canonical_axes(axis, len(x.shape), where)))
    for name, tensor in tensors.items():
        if not hasattr(tensor, "shape"):  # none, or a list, which the op converts
            continue
        given = tuple(tensor.shape)
        if len(given) != len(sizes) or any(
            a != b and None not in (a, b) for a, b in zip(given, sizes, strict=True)
        ):
            raise bad_argument(where, f"`{name}` must have the sizes of the normalised axes.", expected=str(sizes),
                               given=f"{name} {given}, x {tuple(x.shape)}, axis {axis}")  # fmt: skip


@op(rule=_layer_rule)
def layer_norm(x: Tensor, gamma: Tensor | None = None, beta: Tensor | None = None, axis=-1, epsilon=1e-7):
    """`layer_normalization` for callers that have checked their arguments."""


def layer_normalization(x, gamma=None, beta=None, axis=-1, epsilon=None, **kwargs):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, with the moments of each element over `axis`.

    Args:
        x: Any shape of rank 1 or more. Moments of half precision are taken in float32.
        gamma, beta: The sizes of `axis`, in the order of the axes, or None.
        axis: One axis or several.
        epsilon: Added to the variance; None: `config.epsilon()`.
        kwargs: `rms_scaling=True` leaves out the mean and `beta`: x / sqrt(variance + epsilon) * gamma. Deprecated in
            the reference; see `rms_normalization`.

    Returns:
        The shape of `x`; its dtype, floating (integers become floatx).

    Raises:
        ValueError: There is no such axis, or `gamma` or `beta` do not have the sizes of `axis`.
        TypeError: An unknown argument.

    Example:
        >>> ops.layer_normalization(np.array([[1.0, 3.0]]), epsilon=0.0)
        array([[-1.,  1.]])

    Source: Ba et al., 2016.
    """
    rms_scaling = bool(kwargs) and kwargs.pop("rms_scaling", False)
    if kwargs:
        raise bad_argument(
            "ops.layer_normalization", "unknown arguments.", given=", ".join(kwargs), error=TypeError
        )
    epsilon = default_epsilon() if epsilon is None else epsilon
    if not _fit_last(x, axis, gamma, beta) and hasattr(x, "shape"):
        _over_axes("ops.layer_normalization", x, axis, gamma=gamma, beta=beta)
    if rms_scaling:
        y = multiply(x, rsqrt(var(x, axis=axis, keepdims=True) + epsilon))
        return y if gamma is None else multiply(y, gamma)
    return layer_norm(x, gamma, beta, axis, epsilon)


def _group_rule(x, gamma, beta, groups, axis, epsilon):
    _along_axis("group_normalization", x, axis, gamma=gamma, beta=beta)
    return _spec(x.shape, _float(x.dtype))


@op(rule=_group_rule)
def group_normalization(x: Tensor, gamma: Tensor | None, beta: Tensor | None, groups, axis, epsilon):
    """What the layer GroupNormalization computes: each example's groups of channels by their own moments.

    Args:
        x: (batch, ...), floating; moments of half precision are taken in float32.
        gamma, beta: (channels,), or None.
        groups: Number of groups, a divisor of the channels.
        axis: The axis of the channels, whose size is known; not the first.
        epsilon: Added to the variance.

    Returns:
        A tensor like `x`.

    Source: Wu and He, 2018.
    """
    kept, sizes = dtype_of(x), shape(x)
    axis = axis % len(sizes)
    wide = cast(x, "float32") if kept not in ("float32", "float64") else x
    grouped = reshape(wide, (*sizes[:axis], groups, sizes[axis] // groups, *sizes[axis + 1 :]))
    # (batch, ..., groups, channels / groups, ...): all but the batch and the groups are reduced.
    mean, variance = moments(grouped, tuple(one for one in range(1, len(sizes) + 1) if one != axis), True)
    y = reshape(multiply(subtract(grouped, mean), rsqrt(add(variance, epsilon))), sizes)
    along = tuple(-1 if one == axis else 1 for one in range(len(sizes)))
    if gamma is not None:
        y = multiply(y, reshape(cast(gamma, dtype_of(wide)), along))
    if beta is not None:
        y = add(y, reshape(cast(beta, dtype_of(wide)), along))
    return cast(y, _float(kept))


def _rms_rule(x, scale=None, axis=-1, epsilon=1e-7):
    _over_axes("ops.rms_normalization", x, axis, scale=scale)
    return _spec(x.shape, _float(x.dtype))


@op(rule=_rms_rule)
def rms_norm(x: Tensor, scale: Tensor | None = None, axis=-1, epsilon=1e-7):
    """`rms_normalization` for callers that have checked their arguments."""


def rms_normalization(x, scale=None, axis=-1, epsilon=None):
    """x / sqrt(mean(x^2) + epsilon) * scale, with the mean over `axis`.

    Args:
        x: Any shape of rank 1 or more. The mean of half precision is taken in float32.
        scale: The sizes of `axis`, in the order of the axes, or None.
        axis: One axis or several.
        epsilon: Added to the mean square; None: `config.epsilon()`.

    Returns:
        The shape of `x`; its dtype, floating (integers become floatx).

    Raises:
        ValueError: There is no such axis, or `scale` does not have the sizes of `axis`.

    Example:
        >>> ops.rms_normalization(np.array([[1.0, 7.0]]), epsilon=0.0)
        array([[0.2, 1.4]])

    Source: Zhang and Sennrich, 2019.
    """
    if not _fit_last(x, axis, scale, None) and hasattr(x, "shape"):
        _over_axes("ops.rms_normalization", x, axis, scale=scale)
    return rms_norm(x, scale, axis, default_epsilon() if epsilon is None else epsilon)


@op()
def normalize(x: Tensor, axis=-1, order=2, epsilon=None):
    """x / max(norm of x along `axis`, epsilon).

    Args:
        x: Any shape.
        axis: One axis; None: all; or two, for the norm of a matrix (`order` 1: the largest column sum; 2: Frobenius).
        order: A positive integer: the p of the norm.
        epsilon: Smallest divisor; None: `config.epsilon()`.

    Returns:
        The shape of `x`; its dtype, floating. Zeros stay zeros, with a finite gradient.

    Raises:
        ValueError: `order` is not a positive integer, or there is no such matrix norm.

    Example:
        >>> ops.normalize(np.array([[3.0, 4.0], [0.0, 0.0]]))
        array([[0.6, 0.8],
               [0. , 0. ]])
    """
    if not isinstance(order, int) or order < 1:
        raise bad_argument("ops.normalize", "`order` must be a positive integer.", given=repr(order))
    epsilon = default_epsilon() if epsilon is None else epsilon
    axes = tuple(axis) if isinstance(axis, (tuple, list)) else axis
    if isinstance(axes, tuple) and len(axes) == 1:
        axes = axes[0]
    if order == 2:
        norm = reduce_sum(square(x), axis=axes, keepdims=True)
        # Under the root rather than after it: the gradient at 0 stays finite.
        return multiply(x, rsqrt(maximum(norm, epsilon**2)))
    if isinstance(axes, tuple):
        if order != 1 or len(axes) != 2:
            raise bad_argument("ops.normalize", "there is no such matrix norm.", expected="order 1 or 2 over two axes",
                               given=f"order={order}, axis={axis}")  # fmt: skip
        norm = reduce_max(reduce_sum(absolute(x), axis=axes[0], keepdims=True), axis=axes[1], keepdims=True)
    elif order == 1:
        norm = reduce_sum(absolute(x), axis=axes, keepdims=True)
    else:
        norm = power(reduce_sum(power(absolute(x), order), axis=axes, keepdims=True), 1 / order)
    return divide(x, maximum(norm, epsilon))
