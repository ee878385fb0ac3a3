"""Bounding gradients: by value, by the norm of each, or by the norm of all together."""

from __future__ import annotations

from tricorn import ops
from tricorn.optimizers._scalars import like


def clip_gradients(gradients, clipvalue=None, clipnorm=None, global_clipnorm=None):
    """The gradients within the one bound that is given.

    A gradient that is infinite or NaN stays visible: with a norm, every element that shares it becomes NaN, rather than
    a finite number that looks right.
    """
    if clipvalue is not None:
        return [ops.clip(gradient, -clipvalue, clipvalue) for gradient in gradients]
    if clipnorm is not None:
        return [gradient * _factor(_square_sum(gradient), clipnorm) for gradient in gradients]
    if global_clipnorm is not None:
        total = None
        for gradient in gradients:
            part = ops.cast(_square_sum(gradient), "float32")
            total = part if total is None else total + part
        factor = _factor(total, global_clipnorm)
        return [gradient * like(factor, gradient) for gradient in gradients]
    return list(gradients)


def _square_sum(gradient):
    return ops.sum(ops.square(gradient))


def _factor(square_sum, bound):
    norm = ops.sqrt(square_sum)
    # norm - norm is 0, or NaN where the norm is not finite.
    return bound / ops.maximum(norm, bound) + (norm - norm)
