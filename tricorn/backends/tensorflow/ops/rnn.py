"""Recurrence on TensorFlow: a `tf.while_loop` for any cell, the fused `BlockLSTMV2` kernel for LSTM.

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
    if mask is None and not unroll and inputs.dtype in _FUSED:
        x = _swap(inputs)
        x = tf.reverse(x, [0]) if go_backwards else x
        bias = tf.zeros([kernel.shape[1]], kernel.dtype) if bias is None else bias
        outputs, cells = _block_lstm(x, initial_h, initial_c, tf.concat([kernel, recurrent_kernel], 0), bias)
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

    _, outputs, (h,) = rnn(step, _project(inputs, kernel, input_bias), [initial_h], go_backwards, mask, unroll=unroll,
                           zero_output_for_mask=zero_output_for_mask)  # fmt: skip
    return outputs, h
