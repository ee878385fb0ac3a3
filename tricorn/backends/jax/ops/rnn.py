"""Recurrence on JAX: `lax.scan`, and an LSTM with its derivative written out.

Differentiating a scan adds up the gradient of the recurrent kernel step by step. `_lstm_core` keeps the gate
gradients of all steps and makes one matrix product of them after the loop; what does not depend on the loop is
computed outside of it. Barriers keep XLA:CPU from computing the gates again for each of their uses. It has a
reverse-mode derivative only.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax


def rnn(step_function, inputs, initial_states, go_backwards=False, mask=None, constants=None, unroll=False,
        input_length=None, time_major=False, zero_output_for_mask=False, return_all_outputs=True):  # fmt: skip
    """Run `step_function(inputs at t, states + constants) -> (output, states)` over the time axis.

    Returns:
        `(last_output, outputs, states)`; `outputs` has one step if not `return_all_outputs`.
    """
    constants = list(constants or [])
    leaves = jax.tree.leaves(inputs)
    length = leaves[0].shape[0 if time_major else 1]
    if not time_major:
        inputs = jax.tree.map(lambda x: jnp.swapaxes(x, 0, 1), inputs)
    if mask is not None:
        mask = _time_major_mask(mask, time_major)
    states = list(initial_states)

    def step(carry, scanned):
        states, previous = carry
        x, keep = scanned
        output, new_states = step_function(x, [*states, *constants])
        new_states = [new.astype(old.dtype) for new, old in zip(new_states, states, strict=True)]
        if keep is not None:
            new_states = [
                jnp.where(_fit(keep, new), new, old) for new, old in zip(new_states, states, strict=True)
            ]
            kept = jnp.where(_fit(keep, output), output, previous)
            previous = kept
            output = jnp.where(_fit(keep, output), output, 0) if zero_output_for_mask else kept
        elif not return_all_outputs:
            previous = output
        return (new_states, previous), output if return_all_outputs else None

    first = jax.tree.map(lambda x: x[0], inputs)
    shape = jax.eval_shape(lambda x, s: step_function(x, [*s, *constants])[0], first, states)
    needs_previous = mask is not None or not return_all_outputs
    previous = jnp.zeros(shape.shape, shape.dtype) if needs_previous else None
    (states, previous), outputs = lax.scan(
        step, (states, previous), (inputs, mask), length, reverse=go_backwards, unroll=length if unroll else 1
    )
    if return_all_outputs:
        # A reversed scan leaves results where their inputs were; they are wanted in the order of processing.
        outputs = jnp.flip(outputs, 0) if go_backwards else outputs
        last = outputs[-1]
    else:
        last = previous
        if zero_output_for_mask and mask is not None:
            last = jnp.where(_fit(mask[0 if go_backwards else -1], last), last, 0)
        outputs = last[None]
    return last, outputs if time_major else jnp.swapaxes(outputs, 0, 1), states


def _time_major_mask(mask, time_major):
    mask = mask.astype(bool)
    mask = mask[..., 0] if mask.ndim == 3 else mask
    return mask if time_major else mask.T


def _fit(keep, x):
    return keep.reshape(keep.shape + (1,) * (x.ndim - keep.ndim))


def _project(inputs, kernel, bias):
    """The inputs' share of the gates for all steps, time first."""
    gates = jnp.swapaxes(inputs, 0, 1) @ kernel
    return gates if bias is None else gates + bias


def lstm(inputs, initial_h, initial_c, kernel, recurrent_kernel, bias=None, mask=None, go_backwards=False,
         zero_output_for_mask=False, unroll=False):  # fmt: skip
    projected = _project(inputs, kernel, bias)
    if mask is None and not unroll:
        if go_backwards:
            projected = jnp.flip(projected, 0)
        outputs, h, c = _lstm_core(projected, initial_h, initial_c, recurrent_kernel)
        return jnp.swapaxes(outputs, 0, 1), h, c

    def step(x, states):
        h, c = states
        i, f, g, o = jnp.split(x + h @ recurrent_kernel, 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return h, [h, c]

    mask = None if mask is None else _time_major_mask(mask, False)
    _, outputs, (h, c) = rnn(step, projected, [initial_h, initial_c], go_backwards, mask, unroll=unroll,
                             time_major=True, zero_output_for_mask=zero_output_for_mask)  # fmt: skip
    return jnp.swapaxes(outputs, 0, 1), h, c


def _barrier(values):
    return lax.optimization_barrier(values) if jax.default_backend() == "cpu" else values


@jax.custom_vjp
def _lstm_core(projected, h, c, recurrent):
    return _lstm_forward(projected, h, c, recurrent)[0]


def _lstm_forward(projected, initial_h, initial_c, recurrent):
    units = recurrent.shape[0]

    def step(state, x):
        h, c = state
        gates = _barrier(h @ recurrent) + x
        gates_sigmoid = jax.nn.sigmoid(gates)
        i, f, o = (gates_sigmoid[:, n * units : (n + 1) * units] for n in (0, 1, 3))
        i, f, g, o = _barrier((i, f, jnp.tanh(gates[:, 2 * units : 3 * units]), o))
        c = f * c + i * g
        squashed = _barrier(jnp.tanh(c))
        h = o * squashed
        return (h, c), (h, c, i, f, g, o, squashed)

    (h, c), (outputs, cells, *activations) = lax.scan(step, (initial_h, initial_c), projected)
    return (outputs, h, c), (initial_h, initial_c, recurrent, outputs, cells, activations)


def _lstm_backward(saved, cotangents):
    initial_h, initial_c, recurrent, outputs, cells, (i, f, g, o, squashed) = saved
    d_outputs, d_h, d_c = cotangents
    units = recurrent.shape[0]
    before_c = jnp.concatenate([initial_c[None], cells[:-1]])
    before_h = jnp.concatenate([initial_h[None], outputs[:-1]])
    # d gates = (dc, dc, dc, dh) * slopes and dc += dh * through, with all factors known before the loop.
    slopes = jnp.concatenate(
        [g * i * (1 - i), before_c * f * (1 - f), i * (1 - g * g), squashed * o * (1 - o)], -1
    )
    through = o * (1 - squashed * squashed)
    turned = recurrent.T

    def step(state, scanned):
        d_h, d_c = state
        d_output, slope, factor, forget = scanned
        d_h = d_h + d_output
        d_c = d_c + d_h * factor
        d_gates = _barrier(jnp.concatenate([d_c, d_c, d_c, d_h], -1) * slope)
        return (d_gates @ turned, d_c * forget), d_gates

    (d_h, d_c), d_gates = lax.scan(step, (d_h, d_c), (d_outputs, slopes, through, f), reverse=True)
    d_recurrent = before_h.reshape(-1, units).T @ d_gates.reshape(-1, 4 * units)
    return d_gates, d_h, d_c, d_recurrent


_lstm_core.defvjp(_lstm_forward, _lstm_backward)


def gru(inputs, initial_h, kernel, recurrent_kernel, bias=None, mask=None, go_backwards=False, reset_after=True,
        zero_output_for_mask=False, unroll=False):  # fmt: skip
    units = recurrent_kernel.shape[0]
    input_bias, recurrent_bias = (
        (None, None) if bias is None else (bias[0], bias[1]) if reset_after else (bias, None)
    )

    def step(x, states):
        (h,) = states
        if reset_after:
            inner = h @ recurrent_kernel
            inner = inner if recurrent_bias is None else inner + recurrent_bias
            z, r = jnp.split(jax.nn.sigmoid(x[:, : 2 * units] + inner[:, : 2 * units]), 2, axis=-1)
            candidate = jnp.tanh(x[:, 2 * units :] + r * inner[:, 2 * units :])
        else:
            z, r = jnp.split(
                jax.nn.sigmoid(x[:, : 2 * units] + h @ recurrent_kernel[:, : 2 * units]), 2, axis=-1
            )
            candidate = jnp.tanh(x[:, 2 * units :] + (r * h) @ recurrent_kernel[:, 2 * units :])
        h = z * h + (1 - z) * candidate
        return h, [h]

    mask = None if mask is None else _time_major_mask(mask, False)
    _, outputs, (h,) = rnn(step, _project(inputs, kernel, input_bias), [initial_h], go_backwards, mask,
                           unroll=unroll, time_major=True, zero_output_for_mask=zero_output_for_mask)  # fmt: skip
    return jnp.swapaxes(outputs, 0, 1), h
