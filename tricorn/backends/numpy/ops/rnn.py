"""Recurrence on NumPy: a loop over the time axis."""

from __future__ import annotations

import numpy as np

from tricorn import tree
from tricorn.backends.numpy.ops.activation import sigmoid


def rnn(step_function, inputs, initial_states, go_backwards=False, mask=None, constants=None, unroll=False,
        input_length=None, time_major=False, zero_output_for_mask=False, return_all_outputs=True):  # fmt: skip
    """Run `step_function(inputs at t, states + constants) -> (output, states)` over the time axis.

    Returns:
        `(last_output, outputs, states)`; `outputs` has one step if not `return_all_outputs`.
    """
    constants = list(constants or [])
    time_axis = 0 if time_major else 1
    if not time_major:
        inputs = tree.map_structure(lambda x: np.swapaxes(x, 0, 1), inputs)
    if mask is not None:
        mask = mask.astype(bool)
        mask = mask[..., 0] if mask.ndim == 3 else mask
        mask = mask if time_major else mask.T
    order = range(len(tree.flatten(inputs)[0]))
    states, outputs, previous = list(initial_states), [], None
    for t in reversed(order) if go_backwards else order:
        output, new_states = step_function(
            tree.map_structure(lambda x, t=t: x[t], inputs), [*states, *constants]
        )
        if mask is None:
            states = list(new_states)
        else:
            keep = mask[t]
            states = [
                np.where(_fit(keep, new), new, old) for new, old in zip(new_states, states, strict=True)
            ]
            kept = np.where(
                _fit(keep, output), output, np.zeros_like(output) if previous is None else previous
            )
            previous = kept
            output = (
                np.where(_fit(keep, output), output, np.zeros_like(output)) if zero_output_for_mask else kept
            )
        if return_all_outputs or not outputs:
            outputs.append(output)
        else:
            outputs[0] = output
    return outputs[-1], np.stack(outputs, time_axis), states


def _fit(keep, x):
    return keep.reshape(keep.shape + (1,) * (x.ndim - keep.ndim))


def _project(inputs, kernel, bias):
    return inputs @ kernel if bias is None else inputs @ kernel + bias


def lstm(inputs, initial_h, initial_c, kernel, recurrent_kernel, bias=None, mask=None, go_backwards=False,
         zero_output_for_mask=False, unroll=False):  # fmt: skip
    def step(x, states):
        h, c = states
        i, f, g, o = np.split(x + h @ recurrent_kernel, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        return h, [h, c]

    _, outputs, (h, c) = rnn(step, _project(inputs, kernel, bias), [initial_h, initial_c], go_backwards, mask,
                             zero_output_for_mask=zero_output_for_mask)  # fmt: skip
    return outputs, h, c


def gru(inputs, initial_h, kernel, recurrent_kernel, bias=None, mask=None, go_backwards=False, reset_after=True,
        zero_output_for_mask=False, unroll=False):  # fmt: skip
    units = recurrent_kernel.shape[0]
    input_bias, recurrent_bias = (
        (None, None) if bias is None else (bias[0], bias[1]) if reset_after else (bias, None)
    )

    def step(x, states):
        (h,) = states
        if reset_after:
            inner = _project(h, recurrent_kernel, recurrent_bias)
            z, r = np.split(sigmoid(x[:, : 2 * units] + inner[:, : 2 * units]), 2, axis=-1)
            candidate = np.tanh(x[:, 2 * units :] + r * inner[:, 2 * units :])
        else:
            z, r = np.split(sigmoid(x[:, : 2 * units] + h @ recurrent_kernel[:, : 2 * units]), 2, axis=-1)
            candidate = np.tanh(x[:, 2 * units :] + (r * h) @ recurrent_kernel[:, 2 * units :])
        h = z * h + (1 - z) * candidate
        return h, [h]

    _, outputs, (h,) = rnn(step, _project(inputs, kernel, input_bias), [initial_h], go_backwards, mask,
                           zero_output_for_mask=zero_output_for_mask)  # fmt: skip
    return outputs, h
