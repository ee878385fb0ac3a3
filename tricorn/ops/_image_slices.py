"""Work on batches of images a few images at a time, where that spares memory."""

from __future__ import annotations

from tricorn.core.op import Tensor, Tensors, op
from tricorn.core.shapes import spec


def _slices_rule(images, factors, function, is_light=False):
    return spec(images.shape, images.dtype)


@op(rule=_slices_rule, runs_functions=True)
def in_slices(images: Tensor, factors: Tensors, function, is_light=False):
    """`function(images, *factors)`, for a function that treats each image by itself.

    Engines that run operation by operation call it for a few images at a time: what it computes on the way then stays in the
    processor's cache, and is not taken from the system anew for each operation.

    Args:
        images: A batch.
        factors: Tensors (batch, ...), or (1, ...) for what all images share.
        function: Takes a slice of the batch with the factors that belong to it, and gives images of the same shape and dtype.
        is_light: Whether `function` does so little that it is not worth to put slices together, where that is a copy.
    """
    return function(images, *factors)
