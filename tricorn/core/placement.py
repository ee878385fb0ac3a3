"""`device()`: where tensors are placed."""

from __future__ import annotations

from tricorn.core.backend import active_backend


def device(device_name):
    """Context manager: tensors and Variables made inside are placed on a device of the active engine.

    Args:
        device_name: `"cpu"`, `"gpu"`, `"gpu:1"`, ...; `"cuda"` and `"mps"` on torch.

    Raises:
        ValueError: The engine has no such device.
    """
    return active_backend().device_scope(device_name)
