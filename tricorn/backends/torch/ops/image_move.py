"""Images turned over on torch: whole pixels or rows are copied once, by `index_select`."""

from __future__ import annotations

import torch


def flipped(images, flips, axes):
    if images.ndim == 4 and images.numel():
        if axes in ((1,), (2,)):
            return _along(images, flips, axes[0])
        if axes == (1, 2):
            batch, height, width, channels = images.shape
            rows = _order(flips, height) + _starts(batch, height, images.device)
            places = rows[:, :, None] * width + _order(flips, width)[:, None]
            return images.reshape(-1, channels).index_select(0, places.reshape(-1)).reshape(images.shape)
    return torch.where(flips, images.flip(axes), images)


def _along(images, flips, axis):
    size, before, after = images.shape[axis], images.shape[1:axis], images.shape[axis + 1 :]
    order = _order(flips, size)
    for length in before:
        order = order[..., None, :].expand(*order.shape[:-1], length, size)
    count = order.numel() // size
    places = order.reshape(count, size) + _starts(count, size, images.device)
    return (
        images.reshape(count * size, after.numel()).index_select(0, places.reshape(-1)).reshape(images.shape)
    )


def _order(flips, size):
    """(batch, size): the indices of an axis, backwards where an image is turned over."""
    places = torch.arange(size, device=flips.device)
    return torch.where(flips.reshape(-1, 1), size - 1 - places, places)


def _starts(count, size, device):
    return (torch.arange(count, device=device) * size)[:, None]
