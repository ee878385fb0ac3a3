"""Normalisation over a NumPy-like namespace `xp`.

Statistics of half-precision inputs are taken in float32: a sum of squares overflows float16 early.
"""

from __future__ import annotations

from tricorn.core.rules import canonical_axes

_WIDE = ("float32", "float64")


def _axes(axis, rank):
    if type(axis) is int and -rank <= axis < rank:
        return (axis % rank,)
    return canonical_axes(axis, rank)


def _wide(xp, x):
    """`x` in the dtype its statistics are taken in."""
    return x if x.dtype.name in _WIDE else x.astype(xp.float32)


def _moments(xp, x, axes, keepdims):
    mean = xp.mean(x, axis=axes, keepdims=True)
    variance = xp.mean(xp.square(x - mean), axis=axes, keepdims=keepdims)
    return (mean if keepdims else xp.squeeze(mean, axes)), variance


def moments(xp, x, axes, keepdims=False, synchronized=False):
    axes = tuple(range(x.ndim)) if axes is None else _axes(axes, x.ndim)
    mean, variance = _moments(xp, _wide(xp, x), axes, keepdims)
    return mean.astype(x.dtype), variance.astype(x.dtype)


def _result_dtype(x):
    return x.dtype if x.dtype.name in (*_WIDE, "float16", "bfloat16") else "float32"


def _scale_and_shift(x, gamma, beta, axes):
    """`x * gamma + beta`, where gamma and beta have the sizes of `axes`."""
    shape = [x.shape[axis] if axis in axes else 1 for axis in range(x.ndim)]
    if gamma is not None:
        x = x * gamma.astype(x.dtype).reshape(shape)
    if beta is not None:
        x = x + beta.astype(x.dtype).reshape(shape)
    return x


def _check_along(x, axis, *tensors):
    """One number for each element on `axis`: others might broadcast to something else."""
    shape = (x.shape[axis],)
    if any(one is not None and tuple(one.shape) != shape for one in tensors):
        raise ValueError("there must be one number for each element on the axis")


def batch_normalization(xp, x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    _check_along(x, axis, mean, variance, offset, scale)
    shape = [1] * x.ndim
    shape[axis] = -1
    factor = 1 / xp.sqrt(variance + epsilon)
    if scale is not None:
        factor = factor * scale
    shift = -mean * factor
    if offset is not None:
        shift = shift + offset
    # One multiplication and one addition an element.
    return x * factor.reshape(shape) + shift.reshape(shape)


def batch_norm_train(xp, x, gamma, beta, axis, epsilon, mask=None):
    axes = tuple(one for one in range(x.ndim) if one != axis % x.ndim)
    wide = _wide(xp, x)
    if mask is None:
        mean, variance = _moments(xp, wide, axes, False)
    else:
        mean, variance = _masked_moments(xp, wide, axes, mask)
    y = batch_normalization(
        xp, wide, mean, variance, axis, None if beta is None else beta.astype(wide.dtype),
        None if gamma is None else gamma.astype(wide.dtype), epsilon,
    )  # fmt: skip
    return y.astype(x.dtype), mean, variance


def _masked_moments(xp, x, axes, mask):
    weights = mask.astype(x.dtype).reshape(mask.shape + (1,) * (x.ndim - mask.ndim))
    weights = xp.broadcast_to(weights, tuple(1 if one not in axes else n for one, n in enumerate(x.shape)))
    # A batch whose mask is all false counts as one element: its moments are 0, not NaN.
    total = xp.maximum(xp.sum(weights), 1)
    mean = xp.sum(x * weights, axis=axes, keepdims=True) / total
    variance = xp.sum(xp.square(x - mean) * weights, axis=axes) / total
    return xp.squeeze(mean, axes), variance


def layer_norm(xp, x, gamma=None, beta=None, axis=-1, epsilon=1e-7):
    axes = _axes(axis, x.ndim)
    wide = _wide(xp, x)
    mean, variance = _moments(xp, wide, axes, True)
    y = (wide - mean) * (1 / xp.sqrt(variance + epsilon))
    return _scale_and_shift(y, gamma, beta, axes).astype(_result_dtype(x))


def rms_norm(xp, x, scale=None, axis=-1, epsilon=1e-7):
    axes = _axes(axis, x.ndim)
    wide = _wide(xp, x)
    y = wide * (1 / xp.sqrt(xp.mean(xp.square(wide), axis=axes, keepdims=True) + epsilon))
    return _scale_and_shift(y, scale, None, axes).astype(_result_dtype(x))
