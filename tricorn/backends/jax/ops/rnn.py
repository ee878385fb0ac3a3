"""Recurrence on JAX: `lax.scan`, and LSTM and GRU with their derivatives written out.

Differentiating a scan adds up the gradient of the recurrent kernel step by step. `_lstm_core` and `_gru_core` keep the
gate gradients of all steps and make one matrix product of them after the loop; what does not depend on the loop is
computed outside of it. The gates are scanned as separate arrays: XLA:CPU does not vectorise a slice of a scanned slice.
A masked step keeps the state, whichever steps are masked. They have reverse-mode derivatives only.
"""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
from jax import lax

from tricorn.backends.jax.ops.linear import linear


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


def _project(inputs, kernel, bias, gates):
    """The inputs' share of each gate for all steps, time first."""
    projected = linear(jnp.swapaxes(inputs, 0, 1), kernel, bias)
    return tuple(jnp.split(projected, gates, -1))


def _in_order(projected, mask, go_backwards):
    """Gates and mask (time, batch, 1) in the order of processing."""
    keep = None if mask is None else _time_major_mask(mask, False)[..., None]
    flipped = (projected, keep)
    return jax.tree.map(lambda x: jnp.flip(x, 0), flipped) if go_backwards else flipped


def _outputs(states, keep, zero_output_for_mask):
    """Batch first; a masked step repeats the output before it, and there is none before the first."""
    if keep is not None:
        shown = keep if zero_output_for_mask else lax.associative_scan(jnp.logical_or, keep)
        states = jnp.where(shown, states, 0)
    return jnp.swapaxes(states, 0, 1)


def _held(keep, new, old):
    return new if keep is None else jnp.where(keep, new, old)


def _shifted(first, states):
    """The state before each step."""
    return jnp.concatenate([first[None], states[:-1]])


def lstm(inputs, initial_h, initial_c, kernel, recurrent_kernel, bias=None, mask=None, go_backwards=False,
         zero_output_for_mask=False, unroll=False):  # fmt: skip
    gates, keep = _in_order(_project(inputs, kernel, bias, 4), mask, go_backwards)
    states, h, c = _lstm_core(gates, keep, initial_h, initial_c, recurrent_kernel, unroll)
    return _outputs(states, keep, zero_output_for_mask), h, c


@functools.partial(jax.custom_vjp, nondiff_argnums=(5,))
def _lstm_core(gates, keep, h, c, recurrent, unroll):
    return _lstm_forward(gates, keep, h, c, recurrent, unroll)[0]


def _lstm_forward(gates, keep, initial_h, initial_c, recurrent, unroll):
    def step(state, scanned):
        h, c = state
        inputs, now = scanned
        i, f, g, o = (x + y for x, y in zip(inputs, jnp.split(h @ recurrent, 4, -1), strict=True))
        i, f, g, o = jax.nn.sigmoid(i), jax.nn.sigmoid(f), jnp.tanh(g), jax.nn.sigmoid(o)
        new_c = f * c + i * g
        squashed = jnp.tanh(new_c)
        h, c = _held(now, o * squashed, h), _held(now, new_c, c)
        return (h, c), (h, c, i, f, g, o, squashed)

    (h, c), (outputs, cells, *activations) = _scan(step, (initial_h, initial_c), (gates, keep), unroll=unroll)
    return (outputs, h, c), (keep, initial_h, initial_c, recurrent, outputs, cells, activations)


def _lstm_backward(unroll, saved, cotangents):
    keep, initial_h, initial_c, recurrent, outputs, cells, (i, f, g, o, squashed) = saved
    d_outputs, d_h, d_c = cotangents
    before_c = _shifted(initial_c, cells)
    # d gates = (dc, dc, dc, dh) * slopes and dc += dh * through, with all factors known before the loop.
    slopes = (g * i * (1 - i), before_c * f * (1 - f), i * (1 - g * g), squashed * o * (1 - o))
    through = o * (1 - squashed * squashed)
    turned = recurrent.T
    if keep is not None:
        *slopes, through = (jnp.where(keep, x, 0) for x in (*slopes, through))
        f = jnp.where(keep, f, 1)

    def step(state, scanned):
        d_h, d_c = state
        d_output, (slope_i, slope_f, slope_g, slope_o), factor, forget, now = scanned
        d_h = d_h + d_output
        d_c = d_c + d_h * factor
        d_gates = jnp.concatenate([d_c * slope_i, d_c * slope_f, d_c * slope_g, d_h * slope_o], -1)
        d_before = d_gates @ turned
        return (d_before if now is None else d_before + jnp.where(now, 0, d_h), d_c * forget), d_gates

    scanned = (d_outputs, tuple(slopes), through, f, keep)
    (d_h, d_c), d_gates = _scan(step, (d_h, d_c), scanned, reverse=True, unroll=unroll)
    d_recurrent = _product_over_steps(_shifted(initial_h, outputs), d_gates)
    return tuple(jnp.split(d_gates, 4, -1)), None, d_h, d_c, d_recurrent


_lstm_core.defvjp(_lstm_forward, _lstm_backward)


def _scan(step, state, scanned, reverse=False, unroll=False):
    length = jax.tree.leaves(scanned)[0].shape[0]
    return lax.scan(step, state, scanned, length, reverse=reverse, unroll=max(length, 1) if unroll else 1)


def _product_over_steps(states, d_gates):
    return states.reshape(-1, states.shape[-1]).T @ d_gates.reshape(-1, d_gates.shape[-1])


def gru(inputs, initial_h, kernel, recurrent_kernel, bias=None, mask=None, go_backwards=False, reset_after=True,
        zero_output_for_mask=False, unroll=False):  # fmt: skip
    input_bias, recurrent_bias = bias if bias is not None and reset_after else (bias, None)
    gates, keep = _in_order(_project(inputs, kernel, input_bias, 3), mask, go_backwards)
    if reset_after:
        if recurrent_bias is None:
            recurrent_bias = jnp.zeros(recurrent_kernel.shape[1], recurrent_kernel.dtype)
        states, h = _gru_core(gates, keep, initial_h, recurrent_kernel, recurrent_bias, unroll)
    else:
        states, h = _gru_reset_before(gates, keep, initial_h, recurrent_kernel, unroll)
    return _outputs(states, keep, zero_output_for_mask), h


def _gru_reset_before(gates, keep, initial_h, recurrent, unroll):
    units = recurrent.shape[0]
    to_gates, to_candidate = recurrent[:, : 2 * units], recurrent[:, 2 * units :]

    def step(h, scanned):
        (x_z, x_r, x_n), now = scanned
        h_z, h_r = jnp.split(h @ to_gates, 2, -1)
        z, r = jax.nn.sigmoid(x_z + h_z), jax.nn.sigmoid(x_r + h_r)
        h = _held(now, z * h + (1 - z) * jnp.tanh(x_n + (r * h) @ to_candidate), h)
        return h, h

    h, states = _scan(step, initial_h, (gates, keep), unroll=unroll)
    return states, h


@functools.partial(jax.custom_vjp, nondiff_argnums=(5,))
def _gru_core(gates, keep, h, recurrent, bias, unroll):
    return _gru_forward(gates, keep, h, recurrent, bias, unroll)[0]


def _gru_forward(gates, keep, initial_h, recurrent, bias, unroll):
    def step(h, scanned):
        (x_z, x_r, x_n), now = scanned
        h_z, h_r, h_n = jnp.split(h @ recurrent + bias, 3, -1)
        z, r = jax.nn.sigmoid(x_z + h_z), jax.nn.sigmoid(x_r + h_r)
        n = jnp.tanh(x_n + r * h_n)
        h = _held(now, z * h + (1 - z) * n, h)
        return h, (h, z, r, n, h_n)

    h, (states, *activations) = _scan(step, initial_h, (gates, keep), unroll=unroll)
    return (states, h), (keep, initial_h, recurrent, states, activations)


def _gru_backward(unroll, saved, cotangents):
    keep, initial_h, recurrent, states, (z, r, n, h_n) = saved
    d_states, d_h = cotangents
    before = _shifted(initial_h, states)
    # d gates = dh * slopes, with all factors known before the loop.
    slope_n = (1 - z) * (1 - n * n)
    slopes = ((before - n) * z * (1 - z), slope_n * h_n * r * (1 - r), slope_n * r)
    turned = recurrent.T
    if keep is not None:
        *slopes, slope_n = (jnp.where(keep, x, 0) for x in (*slopes, slope_n))
        z = jnp.where(keep, z, 1)

    def step(d_h, scanned):
        d_state, (slope_z, slope_r, slope_h), factor = scanned
        d_h = d_h + d_state
        d_gates = jnp.concatenate([d_h * slope_z, d_h * slope_r, d_h * slope_h], -1)
        return d_h * factor + d_gates @ turned, (d_h, d_gates)

    d_initial, (d_h, d_gates) = _scan(step, d_h, (d_states, tuple(slopes), z), reverse=True, unroll=unroll)
    d_z, d_r, _ = jnp.split(d_gates, 3, -1)
    d_recurrent = _product_over_steps(before, d_gates)
    return (d_z, d_r, d_h * slope_n), None, d_initial, d_recurrent, d_gates.sum((0, 1))


_gru_core.defvjp(_gru_forward, _gru_backward)
