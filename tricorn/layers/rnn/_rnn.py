"""`RNN`: a cell run over time."""

from __future__ import annotations

from tricorn import ops, tree
from tricorn.core.errors import bad_argument
from tricorn.core.naming import name_scope
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.core.symbolic import KerasTensor
from tricorn.core.variable import Variable
from tricorn.layers._layer import Layer
from tricorn.layers.rnn._dropout_cell import DropoutCell
from tricorn.layers.rnn._stacked_rnn_cells import (
    StackedRNNCells,
    check_cell,
    initial_state_of,
    output_size_of,
    takes_training,
)
from tricorn.ops._rnn import rnn


class RNN(Layer):
    """Runs a cell over axis 1 of `(batch, time, ...)`.

    Called as `rnn(sequences, initial_state=None, mask=None, training=False)`. Where the mask `(batch, time)` is False,
    the state stays as it was and the output is the step's before.

    Args:
        cell: A cell, or a list of cells, which are stacked. A cell is a layer with `call(inputs, states)` returning the
            output and the list of new states, with `state_size` (an int or a list of them, each `(batch, size)`), and
            possibly `output_size` and `get_initial_state(batch_size)`.
        return_sequences: Whether to return the outputs of all steps, `(batch, time, size)`, or the last one.
        return_state: Whether to return the last states after the output.
        go_backwards: Whether to run from the last step to the first; outputs come in that order.
        stateful: Whether each batch begins with the states that the batch before ended with. Needs a fixed batch size.
        unroll: Whether to write the loop out where the engine compiles it: faster for short sequences.
        zero_output_for_mask: Whether the output is 0 where the mask is False, rather than the step's before.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: The cell has no `call` or no `state_size`.
    """

    def __init__(self, cell, return_sequences=False, return_state=False, go_backwards=False, stateful=False,
                 unroll=False, zero_output_for_mask=False, **kwargs):  # fmt: skip
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(cell)
        check_cell(cell, type(self).__name__)
        super().__init__(**kwargs)
        self.cell = cell
        self.return_sequences = bool(return_sequences)
        self.return_state = bool(return_state)
        self.go_backwards = bool(go_backwards)
        self.stateful = bool(stateful)
        self.unroll = bool(unroll)
        self.zero_output_for_mask = bool(zero_output_for_mask)
        self.supports_masking = True
        self.__dict__["states"] = None
        self._is_nested = isinstance(cell.state_size, (list, tuple))
        self._state_size = cell.state_size if self._is_nested else [cell.state_size]
        self._passes_training = takes_training(cell)
        for one in self._cells():
            one.__dict__["_in_rnn"] = True

    @property
    def state_size(self):
        return self.cell.state_size

    # --- shapes -------------------------------------------------------------------------------------------
    def build(self, sequences_shape, initial_state_shape=None):
        if len(sequences_shape) < 3:
            raise bad_argument(self._where(), "the input must have a time axis.", expected="(batch, time, features)",
                               given=f"shape {tuple(sequences_shape)}")  # fmt: skip
        self._check_time(sequences_shape)
        if isinstance(self.cell, Layer) and not self.cell.built:
            self.cell.build((sequences_shape[0], *sequences_shape[2:]))
        if self.stateful:
            self._make_states(sequences_shape)

    def _check_time(self, shape):
        if self.unroll and shape[1] is None:
            raise bad_argument(self._where(), "`unroll=True` needs a known number of steps.",
                               given=f"input shape {tuple(shape)}", hint="Input((steps, features))")  # fmt: skip

    def _state_shapes(self, sequences_shape):
        """Shapes of the states, in one flat list, None where unknown."""
        return [(sequences_shape[0], size) for size in tree.flatten(self._state_size)]

    def _make_states(self, sequences_shape):
        if sequences_shape[0] is None:
            raise bad_argument(self._where(), "`stateful=True` needs a fixed batch size.", given="batch size None",
                               hint="Input(shape=..., batch_size=...)")  # fmt: skip
        with name_scope("states"):
            variables = [
                Variable("zeros", shape=shape, dtype=self.variable_dtype, trainable=False, name="rnn_state")
                for shape in self._state_shapes(sequences_shape)
            ]
        self._carry(variables)
        self.__dict__["states"] = tree.pack_sequence_as(self._state_size, variables)

    def compute_output_shape(self, sequences_shape, initial_state_shape=None):
        batch, *rest = self._step_output_shape(sequences_shape)
        output = (batch, sequences_shape[1], *rest) if self.return_sequences else (batch, *rest)
        return (output, *self._state_shapes(sequences_shape)) if self.return_state else output

    def _step_output_shape(self, sequences_shape):
        """Shape of the output of one step."""
        return (sequences_shape[0], output_size_of(self.cell))

    def compute_output_spec(self, sequences, initial_state=None, mask=None, training=None):
        if not isinstance(sequences, KerasTensor):
            raise bad_argument(self._where(), "takes one sequence.", given=repr(sequences)[:200])
        self._check_time(sequences.shape)
        if initial_state is not None:
            self._checked_state(initial_state, sequences.shape)
        shape = self.compute_output_shape(sequences.shape)
        dtype = self.compute_dtype
        if not self.return_state:
            return KerasTensor(shape, dtype, record_history=False)
        return tuple(KerasTensor(one, dtype, record_history=False) for one in shape)

    def compute_mask(self, _, mask):
        if isinstance(mask, (list, tuple)):
            mask = mask[0]
        output = mask if self.return_sequences else None
        if not self.return_state:
            return output
        return [output, *(None for _ in tree.flatten(self._state_size))]

    # --- states ---------------------------------------------------------------------------------------------
    def get_initial_state(self, batch_size):
        """The states that a sequence begins with: the cell's own, else zeros."""
        state = initial_state_of(self.cell, batch_size, self.compute_dtype)
        return state if self._is_nested else [state]

    def _checked_state(self, state, shape):
        """`state` as a list.

        Raises:
            ValueError: Number or sizes of the states do not fit.
        """
        state = list(state) if isinstance(state, (list, tuple)) else [state]
        expected = self._state_shapes(shape)
        given = [tuple(one.shape) for one in tree.flatten(state)]
        if len(given) != len(expected) or not all(map(_may_be, given, expected)):
            raise bad_argument(self._where(), "`initial_state` does not fit.", expected=expected, given=given)
        given = tree.flatten(state)
        return (
            state if len(state) == len(self._state_size) else tree.pack_sequence_as(self._state_size, given)
        )

    def reset_states(self):
        """Set the states of a stateful layer to zero."""
        self.reset_state()

    def reset_state(self):
        """Set the states of a stateful layer to zero."""
        if self.states is None:
            return
        for variable in tree.flatten(self.states):
            variable.assign(ops.zeros(variable.shape, dtype=variable.dtype))

    # --- running --------------------------------------------------------------------------------------------
    def call(self, sequences, initial_state=None, mask=None, training=False):
        if isinstance(mask, (list, tuple)):
            mask = mask[0]
        if initial_state is not None:
            state = self._checked_state(initial_state, sequences.shape)
            state = tree.map_structure(lambda one: ops.cast(one, self.compute_dtype), state)
        elif self.stateful:
            state = tree.map_structure(lambda one: ops.cast(one, self.compute_dtype), self.states)
        else:
            state = self._first_state(sequences)
        last, outputs, states = self.inner_loop(sequences, state, mask, training)
        states = tree.flatten(states)
        if self.stateful:
            for variable, value in zip(tree.flatten(self.states), states, strict=True):
                variable.assign(value)
        output = outputs if self.return_sequences else last
        return (output, *states) if self.return_state else output

    def _first_state(self, sequences):
        batch = sequences.shape[0]
        return self.get_initial_state(ops.shape(sequences)[0] if batch is None else batch)

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """`(last output, all outputs, states)` of the cell run over the steps."""
        cell = self.cell
        run = cell.call if isinstance(cell, Layer) and type(cell).__module__.startswith("tricorn.") else cell
        if not callable(run):
            run = cell.call
        extra = {"training": training} if self._passes_training else {}
        flat_sizes = tree.flatten(self._state_size)
        nested = len(flat_sizes) != len(self._state_size) or any(
            isinstance(s, (list, tuple)) for s in self._state_size
        )

        def step(inputs, states):
            states = tree.pack_sequence_as(self._state_size, list(states)) if nested else list(states)
            output, new_states = run(inputs, states, **extra)
            return output, tree.flatten(new_states)

        self._reset_masks()
        try:
            if training:
                self._draw_masks(sequences, initial_state)
            return rnn(
                step, sequences, tree.flatten(initial_state), go_backwards=self.go_backwards, mask=mask,
                unroll=self.unroll, zero_output_for_mask=self.zero_output_for_mask,
                return_all_outputs=self.return_sequences,
            )  # fmt: skip
        finally:
            self._reset_masks()

    def _cells(self):
        return self.cell.cells if isinstance(self.cell, StackedRNNCells) else [self.cell]

    def _reset_masks(self):
        for cell in self._cells():
            if isinstance(cell, DropoutCell):
                cell.reset_dropout_mask()
                cell.reset_recurrent_dropout_mask()

    def _draw_masks(self, sequences, states):
        """Draw the cells' dropout masks before the loop: an engine's loop must not draw them once a step."""
        inputs = sequences[:, 0]
        states = states if isinstance(self.cell, StackedRNNCells) else [states]
        for cell, state in zip(self._cells(), states, strict=True):
            state = state[0] if isinstance(state, (list, tuple)) else state
            if isinstance(cell, DropoutCell):
                cell.get_dropout_mask(inputs)
                cell.get_recurrent_dropout_mask(state)
            size = output_size_of(cell)
            if state.shape[-1] != size:
                state = ops.zeros((ops.shape(sequences)[0], size), self.compute_dtype)
            inputs = state

    def get_config(self):
        config = {
            **super().get_config(),
            "return_sequences": self.return_sequences,
            "return_state": self.return_state,
            "go_backwards": self.go_backwards,
            "stateful": self.stateful,
            "unroll": self.unroll,
            "zero_output_for_mask": self.zero_output_for_mask,
        }
        if type(self)._public_class() is RNN or not hasattr(type(self), "_cell_arguments"):
            config["cell"] = serialize_keras_object(self.cell)
        return config

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        if "cell" in config:
            config["cell"] = deserialize_keras_object(config["cell"], custom_objects=custom_objects)
        return cls(**config)


def _may_be(shape, other):
    """Whether two shapes with unknown sizes can be the same."""
    return len(shape) == len(other) and all(
        a == b or a is None or b is None for a, b in zip(shape, other, strict=True)
    )
