"""Stopping at a broken loss."""

from __future__ import annotations

import math

from tricorn.callbacks._callback import Callback
from tricorn.utils._progbar import say


class TerminateOnNaN(Callback):
    """Stops training when the loss is NaN or infinite. It looks at every batch, which costs a wait for the
    device in each.

    Args:
        raise_error: Raise an error instead of stopping.

    Raises:
        RuntimeError: With `raise_error`, at the first such loss.
    """

    def __init__(self, raise_error=False):
        self.raise_error = raise_error

    def on_batch_end(self, batch, logs=None):
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(f"NaN or Inf loss encountered at batch {batch}. Loss value: {loss}.")
        say(f"Batch {batch}: Invalid loss, terminating training\n")
        self.model.stop_training = True
