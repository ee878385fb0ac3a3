"""Recurrence: any cell step by step, and LSTM and GRU as fused ops. Internal; the recurrent layers use them."""

from __future__ import annotations

from tricorn import tree
from tricorn.core import backend as backends
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.symbolic import KerasTensor


def _check(where, inputs, states, kernel, recurrent_kernel, gates):
    units = recurrent_kernel.shape[0]
    if len(inputs.shape) != 3:
        raise bad_argument(
            where, "inputs must be of rank 3.", expected="(batch, time, features)", given=inputs.shape
        )
    fits = (
        tuple(recurrent_kernel.shape) == (units, gates * units)
        and kernel.shape[1] == gates * units
        and inputs.shape[2] in (None, kernel.shape[0])
        and all(state.shape[-1] in (None, units) for state in states)
    )
    if not fits:
        raise bad_argument(where, "the weights do not fit.",
                           expected=f"kernel ({inputs.shape[2]}, {gates} * units), recurrent (units, {gates} * units)",
                           given=f"kernel {kernel.shape}, recurrent {recurrent_kernel.shape}, inputs {inputs.shape}, "
                                 f"states {[state.shape for state in states]}")  # fmt: skip
    sequence = KerasTensor((*inputs.shape[:2], units), inputs.dtype, record_history=False)
    return sequence, KerasTensor((inputs.shape[0], units), inputs.dtype, record_history=False)


def _lstm_rule(inputs, initial_h, initial_c, kernel, recurrent_kernel, bias=None, mask=None, *_flags):
    sequence, state = _check("lstm", inputs, (initial_h, initial_c), kernel, recurrent_kernel, 4)
    return sequence, state, state.spec()


@op(rule=_lstm_rule)
def lstm(inputs: Tensor, initial_h: Tensor, initial_c: Tensor, kernel: Tensor, recurrent_kernel: Tensor,
         bias: Tensor | None = None, mask: Tensor | None = None, go_backwards=False, zero_output_for_mask=False,
         unroll=False):  # fmt: skip
    """A layer of LSTM with tanh and sigmoid, gates in the order input, forget, cell, output.

    Args:
        inputs: (batch, time, features).
        initial_h, initial_c: (batch, units).
        kernel: (features, 4 units).
        recurrent_kernel: (units, 4 units).
        bias: (4 units,) or None.
        mask: (batch, time); where false the states stay, and the output repeats the last one.
        go_backwards: Whether to run from the last step to the first; outputs come in that order.
        zero_output_for_mask: Whether masked steps give zeros instead of the last output.
        unroll: Whether JAX and TensorFlow write the loop out.

    Returns:
        `(outputs (batch, time, units), h, c)`; dtype of `inputs`.

    Raises:
        ValueError: The inputs are not of rank 3, or the weights do not fit them.

    Source: Hochreiter and Schmidhuber, 1997.
    """


def _gru_rule(inputs, initial_h, kernel, recurrent_kernel, bias=None, mask=None, *_flags):
    return _check("gru", inputs, (initial_h,), kernel, recurrent_kernel, 3)


@op(rule=_gru_rule)
def gru(inputs: Tensor, initial_h: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor | None = None,
        mask: Tensor | None = None, go_backwards=False, reset_after=True, zero_output_for_mask=False,
        unroll=False):  # fmt: skip
    """A layer of GRU with tanh and sigmoid, gates in the order update, reset, candidate.

    Args:
        inputs, mask, go_backwards, zero_output_for_mask, unroll: As in `lstm`.
        initial_h: (batch, units).
        kernel: (features, 3 units).
        recurrent_kernel: (units, 3 units).
        bias: (2, 3 units) (of the inputs, of the state) with `reset_after`, else (3 units,); or None.
        reset_after: Whether the reset gate acts after the recurrent product (as in cuDNN) or before it.

    Returns:
        `(outputs (batch, time, units), h)`; dtype of `inputs`.

    Raises:
        ValueError: The inputs are not of rank 3, or the weights do not fit them.

    Source: Cho et al., 2014.
    """


def rnn(step_function, inputs, initial_states, go_backwards=False, mask=None, constants=None, unroll=False,
        input_length=None, time_major=False, zero_output_for_mask=False, return_all_outputs=True):  # fmt: skip
    """Run a cell over the time axis.

    Args:
        step_function: `f(inputs at t, states + constants) -> (output, new states)`.
        inputs: (batch, time, ...), or a structure of such; time first if `time_major`.
        initial_states: A list of (batch, ...) tensors.
        go_backwards: Whether to run from the last step to the first; outputs come in that order.
        mask: (batch, time) booleans; where false the states stay, and the output repeats the last one.
        constants: Tensors appended to the states at every step.
        unroll: Whether to write the loop out where it would be the engine's.
        input_length: Not needed; accepted.
        time_major: Whether the time axis is the first one, of inputs, mask and outputs.
        zero_output_for_mask: Whether masked steps give zeros instead of the last output.
        return_all_outputs: Whether `outputs` holds all steps or, with a time axis of size 1, the last.

    Returns:
        `(last_output, outputs, states)`: (batch, ...); (batch, time, ...), or time first; a list like `initial_states`.

    Example:
        >>> from tricorn.ops._rnn import rnn
        >>> x = np.array([[[1.0], [2.0], [3.0]]])
        >>> step = lambda now, states: (now + states[0], [now + states[0]])
        >>> last, outputs, states = rnn(step, x, [np.zeros((1, 1))])
        >>> outputs.ravel()
        array([1., 3., 6.])
    """
    leaves = tree.flatten((inputs, initial_states))
    if any(isinstance(leaf, KerasTensor) for leaf in leaves):
        return _symbolic_rnn(step_function, inputs, initial_states, constants, time_major, return_all_outputs)
    engine = next((owner for owner in map(backends.backend_of, leaves) if owner is not None), None)
    engine = engine or backends.active_backend()
    return engine.kernel("rnn", "rnn")(step_function, inputs, initial_states, go_backwards, mask, constants, unroll,
                                       input_length, time_major, zero_output_for_mask, return_all_outputs)  # fmt: skip


def _symbolic_rnn(step_function, inputs, initial_states, constants, time_major, return_all_outputs):
    """Specs only: inside a layer, whose call the graph records as a whole."""
    time_axis = 0 if time_major else 1
    first = tree.flatten(inputs)[0].shape[time_axis]
    step = tree.map_structure(
        lambda x: KerasTensor(x.shape[:time_axis] + x.shape[time_axis + 1 :], x.dtype, record_history=False),
        inputs,
    )
    output, states = step_function(step, [*initial_states, *(constants or [])])
    steps = first if return_all_outputs else 1
    shape = (steps, *output.shape) if time_major else (output.shape[0], steps, *output.shape[1:])
    return output, KerasTensor(shape, output.dtype, record_history=False), list(states)
