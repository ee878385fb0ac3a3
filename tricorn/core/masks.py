"""Masks that travel with tensors from the layer that makes one to the layers that use it.

A mask is kept as an attribute of its tensor where the engine allows one, else in a weak side table. Looking for an absent
attribute is slow on some engines, so `present` tells whether any mask was made in this process at all.
"""

from __future__ import annotations

import weakref

_table: dict[int, tuple] = {}


class _Presence:
    __slots__ = ("any",)

    def __init__(self):
        self.any = False


presence = _Presence()


def set_mask(x, mask):
    """Attach `mask` (None removes it) to the tensor `x`."""
    if mask is None and not presence.any:
        return
    if mask is not None:
        presence.any = True
    try:
        x._keras_mask = mask
    except (AttributeError, TypeError):
        key = id(x)
        if mask is None:
            _table.pop(key, None)
            return
        try:
            reference = weakref.ref(x, lambda _, key=key: _table.pop(key, None))
        except TypeError:
            return  # neither attributes nor weak references: a plain number, which has no mask
        _table[key] = (reference, mask)


def set_masks(values, masks):
    """`set_mask` for each tensor of a structure that has a mask in `masks`, of the same structure."""
    if masks is None:
        return
    if isinstance(values, (list, tuple)):
        for value, mask in zip(values, masks, strict=True):
            set_masks(value, mask)
    elif isinstance(values, dict):
        # The masks of a dict come as a list, in its order.
        set_masks(list(values.values()), masks)
    else:
        set_mask(values, masks)


def get_mask(x):
    """The mask attached to `x`, or None."""
    if not presence.any:
        return None
    mask = getattr(x, "_keras_mask", None)
    if mask is None and _table:
        entry = _table.get(id(x))
        if entry is not None and entry[0]() is x:
            return entry[1]
    return mask
