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


#: Added to a gate, it opens or shuts it wholly, in half precision too.
_SHUT = 1e4


def lstm(inputs, initial_h, initial_c, kernel, recurrent_kernel, bias=None, mask=None, go_backwards=False,
         zero_output_for_mask=False, unroll=False):  # fmt: skip
    if go_backwards:
        inputs = inputs.flip(1)
    if mask is None:
        outputs, h, c = _run_lstm(inputs, initial_h, initial_c, kernel, recurrent_kernel, bias)
        return outputs, h[0], c[0]
    # The steps that count move to the front, in their order. Behind them, one more input shuts the input gate and opens
    # the forget gate, so that the cell keeps its state; what is given out there, nobody reads.
    mask = _in_order(mask, go_backwards)
    order = torch.argsort(~mask, dim=1, stable=True).unsqueeze(-1)
    inputs = torch.take_along_dim(inputs, order, 1)
    ended = torch.take_along_dim(~mask, order[..., 0], 1)
    gates = kernel.new_zeros(1, kernel.shape[1])
    units = recurrent_kernel.shape[0]
    gates[:, :units], gates[:, units : 2 * units] = -_SHUT, _SHUT
    inputs, kernel = _with_column(inputs, ended, kernel, gates)
    outputs, _, c = _run_lstm(inputs, initial_h, initial_c, kernel, recurrent_kernel, bias)
    seen = mask.cumsum(1).unsqueeze(-1)
    states = torch.cat([initial_h.unsqueeze(1), outputs], 1)
    h = torch.take_along_dim(states, seen[:, -1:], 1)[:, 0]
    outputs = torch.take_along_dim(states, seen, 1)
    return _shown(outputs, mask, seen > 0, zero_output_for_mask), h, c[0]


def _run_lstm(inputs, h, c, kernel, recurrent_kernel, bias):
    weights = [kernel.t(), recurrent_kernel.t()]
    if bias is not None:
        weights += [bias, torch.zeros_like(bias)]
    return torch.lstm(inputs, (h.unsqueeze(0), c.unsqueeze(0)), weights, bias is not None, 1, 0.0,
                      torch.is_grad_enabled(), False, True)  # fmt: skip


def _in_order(mask, go_backwards):
    mask = mask.bool()
    mask = mask[..., 0] if mask.ndim == 3 else mask
    return mask.flip(1) if go_backwards else mask


def _with_column(inputs, column, kernel, row):
    """The inputs with one more feature, and the kernel with its weights."""
    return torch.cat([inputs, column.unsqueeze(-1).to(inputs.dtype)], -1), torch.cat([kernel, row])


def _shown(outputs, mask, begun, zero_output_for_mask):
    """A masked step repeats the output before it, and there is none before the first."""
    return torch.where(mask.unsqueeze(-1) if zero_output_for_mask else begun, outputs, 0.0)


def _project(inputs, kernel, bias):
    return torch.nn.functional.linear(inputs, kernel.t(), bias)


def gru(inputs, initial_h, kernel, recurrent_kernel, bias=None, mask=None, go_backwards=False, reset_after=True,
        zero_output_for_mask=False, unroll=False):  # fmt: skip
    if not reset_after:
        return _stepwise_gru(inputs, initial_h, kernel, recurrent_kernel, bias, mask, go_backwards,
                             zero_output_for_mask)  # fmt: skip
    if go_backwards:
        inputs = inputs.flip(1)
    if mask is not None:
        # One more input opens the update gate at masked steps, so that the cell keeps its state.
        mask = _in_order(mask, go_backwards)
        gates = kernel.new_zeros(1, kernel.shape[1])
        gates[:, : recurrent_kernel.shape[0]] = _SHUT
        inputs, kernel = _with_column(inputs, ~mask, kernel, gates)
    weights = [_reorder(kernel.t()), _reorder(recurrent_kernel.t())]
    if bias is not None:
        weights += [_reorder(bias[0]), _reorder(bias[1])]
    outputs, h = torch.gru(inputs, initial_h.unsqueeze(0), weights, bias is not None, 1, 0.0, torch.is_grad_enabled(),
                           False, True)  # fmt: skip
    if mask is not None:
        outputs = _shown(outputs, mask, mask.cumsum(1).unsqueeze(-1) > 0, zero_output_for_mask)
    return outputs, h[0]


def _reorder(rows):
    z, r, candidate = rows.chunk(3, 0)
    return torch.cat([r, z, candidate], 0)


def _stepwise_gru(inputs, h, kernel, recurrent_kernel, bias, mask, go_backwards, zero_output_for_mask):
    """torch's own has its reset gate after the product; with the gate before it, the loop is ours."""
    units = recurrent_kernel.shape[0]

    def step(x, states):
        (h,) = states
        z, r = torch.sigmoid(x[:, : 2 * units] + h @ recurrent_kernel[:, : 2 * units]).chunk(2, -1)
        candidate = torch.tanh(x[:, 2 * units :] + (r * h) @ recurrent_kernel[:, 2 * units :])
        h = z * h + (1 - z) * candidate
        return h, [h]

    projected = _project(inputs, kernel, bias)
    _, outputs, (h,) = rnn(
        step, projected, [h], go_backwards, mask, zero_output_for_mask=zero_output_for_mask
    )
    return outputs, h
