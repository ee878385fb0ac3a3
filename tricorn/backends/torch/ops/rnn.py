"""Recurrence on torch: a Python loop for any cell, torch's fused kernels for LSTM and GRU.

torch keeps the weights of an LSTM transposed and its gates in our order; a GRU's in the order r, z, n where ours is
z, r, h, and always with the reset gate after the product. Views and one reordering are all that lies between.
"""

from __future__ import annotations

import torch

from tricorn import tree


def rnn(step_function, inputs, initial_states, go_backwards=False, mask=None, constants=None, unroll=False,
        input_length=None, time_major=False, zero_output_for_mask=False, return_all_outputs=True):  # fmt: skip
    """Run `step_function(inputs at t, states + constants) -> (output, states)` over the time axis.

    Returns:
        `(last_output, outputs, states)`; `outputs` has one step if not `return_all_outputs`.
    """
    constants = list(constants or [])
    time_axis = 0 if time_major else 1
    if torch.is_tensor(inputs):
        steps = inputs.unbind(time_axis)
    else:
        leaves = [leaf.unbind(time_axis) for leaf in tree.flatten(inputs)]
        steps = [tree.pack_sequence_as(inputs, list(parts)) for parts in zip(*leaves, strict=True)]
    if mask is not None:
        mask = mask.bool()
        mask = (mask[..., 0] if mask.ndim == 3 else mask).unbind(time_axis)
    order = range(len(steps))
    states, outputs, previous = list(initial_states), [], None
    for t in reversed(order) if go_backwards else order:
        output, new_states = step_function(steps[t], [*states, *constants])
        if mask is None:
            states = list(new_states)
        else:
            keep = mask[t]
            states = [
                torch.where(_fit(keep, new), new, old) for new, old in zip(new_states, states, strict=True)
            ]
            kept = torch.where(
                _fit(keep, output), output, torch.zeros_like(output) if previous is None else previous
            )
            previous = kept
            output = torch.where(_fit(keep, output), output, 0.0) if zero_output_for_mask else kept
        if return_all_outputs or not outputs:
            outputs.append(output)
        else:
            outputs[0] = output
    return outputs[-1], torch.stack(outputs, time_axis), states


def _fit(keep, x):
    return keep.reshape(keep.shape + (1,) * (x.ndim - keep.ndim))


def lstm(inputs, initial_h, initial_c, kernel, recurrent_kernel, bias=None, mask=None, go_backwards=False,
         zero_output_for_mask=False, unroll=False):  # fmt: skip
    if mask is not None:
        return _masked_lstm(inputs, initial_h, initial_c, kernel, recurrent_kernel, bias, mask, go_backwards,
                            zero_output_for_mask)  # fmt: skip
    if go_backwards:
        inputs = inputs.flip(1)
    weights = [kernel.t(), recurrent_kernel.t()]
    if bias is not None:
        weights += [bias, torch.zeros_like(bias)]
    outputs, h, c = torch.lstm(inputs, (initial_h.unsqueeze(0), initial_c.unsqueeze(0)), weights, bias is not None, 1,
                               0.0, torch.is_grad_enabled(), False, True)  # fmt: skip
    return outputs, h[0], c[0]


def _masked_lstm(inputs, h, c, kernel, recurrent_kernel, bias, mask, go_backwards, zero_output_for_mask):
    def step(x, states):
        h, c = states
        i, f, g, o = (x + h @ recurrent_kernel).chunk(4, -1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        return h, [h, c]

    projected = _project(inputs, kernel, bias)
    _, outputs, (h, c) = rnn(
        step, projected, [h, c], go_backwards, mask, zero_output_for_mask=zero_output_for_mask
    )
    return outputs, h, c


def _project(inputs, kernel, bias):
    return torch.nn.functional.linear(inputs, kernel.t(), bias)


def gru(inputs, initial_h, kernel, recurrent_kernel, bias=None, mask=None, go_backwards=False, reset_after=True,
        zero_output_for_mask=False, unroll=False):  # fmt: skip
    if mask is not None or not reset_after:
        return _stepwise_gru(inputs, initial_h, kernel, recurrent_kernel, bias, mask, go_backwards, reset_after,
                             zero_output_for_mask)  # fmt: skip
    if go_backwards:
        inputs = inputs.flip(1)
    weights = [_reorder(kernel.t()), _reorder(recurrent_kernel.t())]
    if bias is not None:
        weights += [_reorder(bias[0]), _reorder(bias[1])]
    outputs, h = torch.gru(inputs, initial_h.unsqueeze(0), weights, bias is not None, 1, 0.0, torch.is_grad_enabled(),
                           False, True)  # fmt: skip
    return outputs, h[0]


def _reorder(rows):
    z, r, candidate = rows.chunk(3, 0)
    return torch.cat([r, z, candidate], 0)


def _stepwise_gru(
    inputs, h, kernel, recurrent_kernel, bias, mask, go_backwards, reset_after, zero_output_for_mask
):
    units = recurrent_kernel.shape[0]
    input_bias, recurrent_bias = (
        (None, None) if bias is None else (bias[0], bias[1]) if reset_after else (bias, None)
    )

    def step(x, states):
        (h,) = states
        if reset_after:
            inner = _project(h, recurrent_kernel, recurrent_bias)
            z, r = torch.sigmoid(x[:, : 2 * units] + inner[:, : 2 * units]).chunk(2, -1)
            candidate = torch.tanh(x[:, 2 * units :] + r * inner[:, 2 * units :])
        else:
            z, r = torch.sigmoid(x[:, : 2 * units] + h @ recurrent_kernel[:, : 2 * units]).chunk(2, -1)
            candidate = torch.tanh(x[:, 2 * units :] + (r * h) @ recurrent_kernel[:, 2 * units :])
        h = z * h + (1 - z) * candidate
        return h, [h]

    projected = _project(inputs, kernel, input_bias)
    _, outputs, (h,) = rnn(
        step, projected, [h], go_backwards, mask, zero_output_for_mask=zero_output_for_mask
    )
    return outputs, h
