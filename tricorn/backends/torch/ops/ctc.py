"""The CTC loss on torch, by its own kernel."""

from __future__ import annotations

import torch

from tricorn.core.errors import bad_argument

_NEVER = 1e8


def ctc_loss(target, output, target_length, output_length, mask_index=0):
    batch, steps, classes = output.shape
    blank = classes - 1 if mask_index is None else mask_index
    fits = target.ndim == 2 and target_length.shape == output_length.shape == target.shape[:1] == (batch,)
    if not fits or type(blank) is not int or not -classes <= blank < classes:
        raise bad_argument("ctc_loss", "shapes or `mask_index` do not fit.")  # the op's rule tells which
    blank %= classes
    labels, lengths, output_lengths = target.long(), target_length.long(), output_length.long()
    # The kernel reads whatever memory a wrong label or length names: such rows get harmless ones, and NaN afterwards.
    is_label = (labels >= 0) & (labels < classes) & (labels != blank)
    beyond = torch.arange(labels.shape[1], device=labels.device) >= lengths[:, None]
    valid = (is_label | beyond).all(1) & (lengths >= 0) & (lengths <= labels.shape[1])
    valid = valid & (output_lengths >= 0) & (output_lengths <= steps)
    labels = torch.where(is_label, labels, (blank + 1) % classes)
    lengths, output_lengths = torch.where(valid, lengths, 0), torch.where(valid, output_lengths, 0)
    if batch == 0 or steps == 0 or classes == 1:
        # Only the empty sequence can be.
        loss = torch.where(lengths > 0, torch.inf, 0.0).to(output.dtype)
        return torch.where(valid, loss + 0 * output.sum((1, 2)), torch.nan)
    # A logit of -inf would make gradients NaN: 1e8 nats are as good as never, and no sum of real ones gets there.
    logs = output.log_softmax(-1).clamp(min=-_NEVER).transpose(0, 1)
    # The inner function: with `zero_infinity` it zeroes the gradient of an impossible target, but not its loss.
    loss = torch._ctc_loss(logs, labels, output_lengths, lengths, blank, True)[0]
    return torch.where(valid, torch.where(loss > _NEVER / 2, torch.inf, loss), torch.nan)
