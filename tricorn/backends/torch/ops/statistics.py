"""Statistics on PyTorch."""

from __future__ import annotations

import torch

from tricorn.core.errors import bad_argument


def correlate(x1, x2, mode="valid"):
    kept = x1.dtype
    if kept.itemsize == 2:
        x1, x2 = x1.float(), x2.float()
    size1, size2 = x1.shape[0], x2.shape[0]
    if mode == "valid" and size1 >= size2:
        return torch.nn.functional.conv1d(x1[None, None], x2[None, None])[0, 0].to(kept)
    full = torch.nn.functional.conv1d(x1[None, None], x2[None, None], padding=size2 - 1)[0, 0]
    longer, shorter = max(size1, size2), min(size1, size2)
    if mode == "valid":
        full = full[shorter - 1 : longer]
    elif mode == "same":
        # The longer one is the frame; the half element of an even overlap falls to the same side of it.
        start = shorter // 2 if size2 > size1 else shorter - shorter // 2 - 1
        full = full[start : start + longer]
    elif mode != "full":
        raise bad_argument(
            "ops.correlate", "unknown `mode`.", expected="'valid', 'same' or 'full'", given=repr(mode)
        )
    return full.to(kept)
