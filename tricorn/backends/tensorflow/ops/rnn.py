"""Recurrence on TensorFlow: a `tf.while_loop` for any cell, the fused `BlockLSTMV2` kernel for LSTM, and for GRU a loop
with its derivative written out, which keeps nothing but the states.

TensorFlow registers for BlockLSTMV2 the gradient of its predecessor, whose gates have another order, so its own
derivative of that op is wrong (2.21); the right one, BlockLSTMGradV2, is called here.
"""

from __future__ import annotations

import tensorflow as tf

_FUSED = (tf.float32, tf.float16)


def rnn(step_function, inputs, initial_states, go_backwards=False, mask=None, constants=None, unroll=False,
        input_length=None, time_major=False, zero_output_for_mask=False, return_all_outputs=True):  # fmt: skip
    """Run `step_function(inputs at t, states + constants) -> (output, states)` over the time axis.

    Returns:
        `(last_output, outputs, states)`; `outputs` has one step if not `return_all_outputs`.
    """
    constants = list(constants or [])
    if not time_major:
        inputs = tf.nest.map_structure(_swap, inputs)
    leaves = tf.nest.flatten(inputs)
    if mask is not None:
        mask = tf.cast(mask, tf.bool)
        mask = mask[..., 0] if mask.shape.rank == 3 else mask
        mask = mask if time_major else tf.transpose(mask)
    static = leaves[0].shape[0]
    if unroll and static is None:
        raise ValueError("rnn: `unroll` needs a known number of time steps.")

    def step(x, keep, states, previous):
        output, new_states = step_function(x, [*states, *constants])
        if keep is None:
            return output, output, list(new_states)
        new_states = [
            tf.where(_fit(keep, new), new, old) for new, old in zip(new_states, states, strict=True)
        ]
        kept = tf.where(_fit(keep, output), output, tf.zeros_like(output) if previous is None else previous)
        return tf.where(_fit(keep, output), output, 0.0) if zero_output_for_mask else kept, kept, new_states

    states = list(initial_states)
    if unroll or tf.executing_eagerly():
        outputs, previous = [], None
        for t in reversed(range(static)) if go_backwards else range(static):
            x = tf.nest.map_structure(lambda leaf, t=t: leaf[t], inputs)
            output, previous, states = step(x, None if mask is None else mask[t], states, previous)
            outputs.append(output)
        stacked = tf.stack(outputs if return_all_outputs else outputs[-1:])
        return outputs[-1], stacked if time_major else _swap(stacked), states
    return _loop(step, inputs, leaves, mask, states, go_backwards, return_all_outputs, time_major)


def _loop(step, inputs, leaves, mask, states, go_backwards, return_all_outputs, time_major):
    static = leaves[0].shape[0]
    length = tf.shape(leaves[0])[0]
    arrays = [tf.TensorArray(leaf.dtype, length).unstack(leaf) for leaf in leaves]
    masks = None if mask is None else tf.TensorArray(tf.bool, length).unstack(mask)

    def read(t):
        return tf.nest.pack_sequence_as(inputs, [array.read(t) for array in arrays])

    # One step aside, for the output's shape; the graph prunes what nobody reads.
    previous = tf.zeros_like(step(tf.nest.map_structure(lambda leaf: leaf[0], inputs), None, states, None)[0])
    shape = previous.shape
    outputs = tf.TensorArray(previous.dtype, length if return_all_outputs else 1, element_shape=shape)

    def body(n, previous, last, outputs, states):
        t = length - 1 - n if go_backwards else n
        last, previous, states = step(read(t), None if masks is None else masks.read(t), states, previous)
        last.set_shape(shape)
        previous.set_shape(shape)
        if return_all_outputs:
            outputs = outputs.write(n, last)
        return n + 1, previous, last, outputs, states

    _, _, last, outputs, states = tf.while_loop(
        lambda n, *_: n < length, body, (0, previous, previous, outputs, states), maximum_iterations=length
    )
    if not return_all_outputs:
        return last, tf.expand_dims(last, 0 if time_major else 1), states
    stacked = outputs.stack()
    stacked.set_shape([static, *shape])
    return last, stacked if time_major else _swap(stacked), states


def _swap(x):
    return tf.transpose(x, (1, 0, *range(2, x.shape.rank)))


def _fit(keep, x):
    for _ in range(x.shape.rank - keep.shape.rank):
        keep = tf.expand_dims(keep, -1)
    return keep


def _project(inputs, kernel, bias):
    gates = tf.matmul(inputs, kernel) if inputs.shape.rank == 2 else tf.tensordot(inputs, kernel, 1)
    return gates if bias is None else tf.nn.bias_add(gates, bias)


def lstm(inputs, initial_h, initial_c, kernel, recurrent_kernel, bias=None, mask=None, go_backwards=False,
         zero_output_for_mask=False, unroll=False):  # fmt: skip
    if not unroll and inputs.dtype in _FUSED:
        bias = tf.zeros([kernel.shape[1]], kernel.dtype) if bias is None else tf.convert_to_tensor(bias)
        inputs = tf.reverse(inputs, [1]) if go_backwards else inputs
        weights = tf.concat([kernel, recurrent_kernel], 0)
        if mask is not None:
            mask = _in_order(mask, go_backwards)
            return _masked_lstm(inputs, initial_h, initial_c, weights, bias, mask, zero_output_for_mask)
        x = _swap(inputs)
        outputs, cells = _block_lstm(x, initial_h, initial_c, weights, bias)
        outputs = _set_time(outputs, x)
        return _swap(outputs), outputs[-1], cells[-1]

    def step(x, states):
        h, c = states
        i, f, g, o = tf.split(x + tf.matmul(h, recurrent_kernel), 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        return h, [h, c]

    _, outputs, (h, c) = rnn(step, _project(inputs, kernel, bias), [initial_h, initial_c], go_backwards, mask,
                             unroll=unroll, zero_output_for_mask=zero_output_for_mask)  # fmt: skip
    return outputs, h, c


def _masked_lstm(inputs, initial_h, initial_c, weights, bias, mask, zero_output_for_mask):
    """The steps that count move to the front, in their order; what comes after them, nobody reads."""
    order = tf.argsort(tf.cast(~mask, tf.int32), 1, stable=True)
    x = _swap(tf.gather(inputs, order, axis=1, batch_dims=1))
    outputs, cells = _block_lstm(x, initial_h, initial_c, weights, bias)
    seen = tf.cumsum(tf.cast(mask, tf.int32), 1)

    def after(first, states, counts):
        """The state after so many steps that count."""
        states = tf.concat([tf.expand_dims(first, 1), _swap(_set_time(states, x))], 1)
        return tf.gather(states, counts, axis=1, batch_dims=1)

    count = seen[:, -1:]
    shown = _shown(after(initial_h, outputs, seen), mask, seen > 0, zero_output_for_mask)
    return shown, after(initial_h, outputs, count)[:, 0], after(initial_c, cells, count)[:, 0]


def _in_order(mask, go_backwards):
    mask = tf.cast(mask, tf.bool)
    mask = mask[..., 0] if mask.shape.rank == 3 else mask
    return tf.reverse(mask, [1]) if go_backwards else mask


def _shown(outputs, mask, begun, zero_output_for_mask):
    """A masked step repeats the output before it, and there is none before the first."""
    return tf.where(tf.expand_dims(mask if zero_output_for_mask else begun, -1), outputs, 0.0)


def _set_time(outputs, x):
    outputs.set_shape([x.shape[0], x.shape[1], outputs.shape[-1]])
    return outputs


@tf.custom_gradient
def _block_lstm(x, initial_h, initial_c, weights, bias):
    steps = tf.cast(tf.shape(x)[0], tf.int64)
    units = weights.shape[1] // 4
    # No peepholes; the op wants their weights all the same.
    unused = tf.zeros([units], x.dtype)
    run = tf.raw_ops.BlockLSTMV2(
        seq_len_max=steps, x=x, cs_prev=initial_c, h_prev=initial_h, w=weights, wci=unused, wcf=unused, wco=unused,
        b=bias, cell_clip=0.0, use_peephole=False,
    )  # fmt: skip

    def gradient(d_outputs, d_cells):
        found = tf.raw_ops.BlockLSTMGradV2(
            seq_len_max=steps, x=x, cs_prev=initial_c, h_prev=initial_h, w=weights, wci=unused, wcf=unused, wco=unused,
            b=bias, i=run.i, cs=run.cs, f=run.f, o=run.o, ci=run.ci, co=run.co, h=run.h, cs_grad=d_cells,
            h_grad=d_outputs, use_peephole=False,
        )  # fmt: skip
        return found.x_grad, found.h_prev_grad, found.cs_prev_grad, found.w_grad, found.b_grad

    return (run.h, run.cs), gradient


def gru(inputs, initial_h, kernel, recurrent_kernel, bias=None, mask=None, go_backwards=False, reset_after=True,
        zero_output_for_mask=False, unroll=False):  # fmt: skip
    units = recurrent_kernel.shape[0]
    input_bias, recurrent_bias = (
        (None, None) if bias is None else (bias[0], bias[1]) if reset_after else (bias, None)
    )
    projected = _project(inputs, kernel, input_bias)
    if reset_after and not unroll:
        if recurrent_bias is None:
            recurrent_bias = tf.zeros([3 * units], kernel.dtype)
        return _whole_gru(projected, initial_h, recurrent_kernel, recurrent_bias, mask, go_backwards,
                          zero_output_for_mask)  # fmt: skip

    def step(x, states):
        (h,) = states
        if reset_after:
            inner = _project(h, recurrent_kernel, recurrent_bias)
            z, r = tf.split(tf.sigmoid(x[:, : 2 * units] + inner[:, : 2 * units]), 2, axis=-1)
            candidate = tf.tanh(x[:, 2 * units :] + r * inner[:, 2 * units :])
        else:
            z, r = tf.split(
                tf.sigmoid(x[:, : 2 * units] + tf.matmul(h, recurrent_kernel[:, : 2 * units])), 2, axis=-1
            )
            candidate = tf.tanh(x[:, 2 * units :] + tf.matmul(r * h, recurrent_kernel[:, 2 * units :]))
        h = z * h + (1 - z) * candidate
        return h, [h]

    _, outputs, (h,) = rnn(step, projected, [initial_h], go_backwards, mask, unroll=unroll,
                           zero_output_for_mask=zero_output_for_mask)  # fmt: skip
    return outputs, h


def _whole_gru(projected, initial_h, recurrent, bias, mask, go_backwards, zero_output_for_mask):
    x = _swap(tf.reverse(projected, [1]) if go_backwards else projected)
    keep = None
    if mask is not None:
        mask = _in_order(mask, go_backwards)
        keep = tf.expand_dims(tf.transpose(mask), -1)
    states = _set_time(_gru_states(x, initial_h, recurrent, bias, keep), x)
    # After no step at all the state is the first.
    h = tf.concat([tf.expand_dims(initial_h, 0), states], 0)[-1]
    outputs = _swap(states)
    if mask is not None:
        begun = tf.cumsum(tf.cast(mask, tf.int32), 1) > 0
        outputs = _shown(outputs, mask, begun, zero_output_for_mask)
    return outputs, h


def _gru_states(x, initial_h, recurrent, bias, keep):
    """The states after each step, time first, from the inputs' share of the gates (time, batch, 3 units)."""
    units = recurrent.shape[0]

    # Variables may not be inputs of a function with a gradient of its own.
    initial_h, recurrent, bias = (tf.convert_to_tensor(part) for part in (initial_h, recurrent, bias))

    def gates(x, inner):
        (x_zr, x_n), (inner_zr, inner_n) = (tf.split(part, [2 * units, units], -1) for part in (x, inner))
        z, r = tf.split(tf.sigmoid(x_zr + inner_zr), 2, -1)
        return z, r, tf.tanh(x_n + r * inner_n)

    def step(h, now):
        z, _, n = gates(now[0], tf.nn.bias_add(tf.matmul(h, recurrent), bias))
        new = n + z * (h - n)
        new = new if keep is None else tf.where(now[1], new, h)
        return new, new

    @tf.custom_gradient
    def run(x, initial_h, recurrent, bias):
        states = _scanned(step, initial_h, [x] if keep is None else [x, keep])[1]

        def gradient(d_states):
            before = tf.concat([tf.expand_dims(initial_h, 0), states[:-1]], 0)
            flat = tf.reshape(before, [-1, units])
            inner = tf.reshape(tf.nn.bias_add(tf.matmul(flat, recurrent), bias), tf.shape(x))
            z, r, n = gates(x, inner)
            # d gates = dh * slopes, with all factors known before the loop.
            slope_n = (1 - z) * (1 - n * n)
            slope_r = slope_n * inner[..., 2 * units :] * r * (1 - r)
            slopes = tf.concat([(before - n) * z * (1 - z), slope_r, slope_n * r], -1)
            if keep is not None:
                slopes, slope_n, z = (
                    tf.where(keep, slopes, 0),
                    tf.where(keep, slope_n, 0),
                    tf.where(keep, z, 1),
                )

            def back(d_h, now):
                d_state, slope, factor = now
                d_h = d_h + d_state
                d_gates = tf.tile(d_h, [1, 3]) * slope
                return d_h * factor + tf.matmul(d_gates, recurrent, transpose_b=True), d_h

            first = tf.zeros_like(initial_h)
            d_initial, d_h = _scanned(back, first, [d_states, slopes, z], reverse=True)
            d_gates = tf.tile(d_h, [1, 1, 3]) * slopes
            d_flat = tf.reshape(d_gates, [-1, 3 * units])
            d_x = tf.concat([d_gates[..., : 2 * units], d_h * slope_n], -1)
            return d_x, d_initial, tf.matmul(flat, d_flat, transpose_a=True), tf.reduce_sum(d_flat, 0)

        return states, gradient

    return run(x, initial_h, recurrent, bias)


def _scanned(step, state, sequences, reverse=False):
    """`step(state, [each sequence at t]) -> (state, output)` over the first axis: the last state and all outputs."""
    static, batch = sequences[0].shape[0], state.shape
    if tf.executing_eagerly():
        outputs = [None] * static
        for t in reversed(range(static)) if reverse else range(static):
            state, outputs[t] = step(state, [sequence[t] for sequence in sequences])
        return state, tf.stack(outputs) if outputs else tf.zeros([0, *batch], state.dtype)
    length = tf.shape(sequences[0])[0]
    arrays = [tf.TensorArray(sequence.dtype, length).unstack(sequence) for sequence in sequences]
    outputs = tf.TensorArray(state.dtype, length, element_shape=batch)

    def body(n, state, outputs):
        t = length - 1 - n if reverse else n
        state, output = step(state, [array.read(t) for array in arrays])
        state.set_shape(batch)
        return n + 1, state, outputs.write(t, output)

    _, state, outputs = tf.while_loop(
        lambda n, *_: n < length, body, (0, state, outputs), maximum_iterations=length
    )
    return state, tf.ensure_shape(outputs.stack(), [static, *batch])
