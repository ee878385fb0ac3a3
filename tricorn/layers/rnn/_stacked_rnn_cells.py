"""`StackedRNNCells`: several cells as one."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.layers._layer import Layer
from tricorn.layers._layer_call import call_signature


class StackedRNNCells(Layer):
    """Runs cells one on the output of the other, at each step; its state is the list of their states.

    Args:
        cells: List of cells.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: There is no cell, or one has no `call` or no `state_size`.
    """

    def __init__(self, cells, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(cells, (list, tuple)) or not cells:
            raise bad_argument(self._where(), "`cells` must be a list of cells.", given=repr(cells)[:200])
        for cell in cells:
            check_cell(cell, self._where())
        self.cells = list(cells)

    @property
    def state_size(self):
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self):
        return output_size_of(self.cells[-1])

    def get_initial_state(self, batch_size=None):
        return [initial_state_of(cell, batch_size, self.compute_dtype) for cell in self.cells]

    def build(self, input_shape):
        for cell in self.cells:
            if isinstance(cell, Layer) and not cell.built:
                cell.build(input_shape)
            input_shape = (input_shape[0], output_size_of(cell))

    def call(self, inputs, states, training=False, **kwargs):
        new_states = []
        for cell, state in zip(self.cells, states, strict=True):
            nested = isinstance(state, (list, tuple))
            extra = dict(kwargs) if call_signature(type(cell)).accepts_any_keyword else {}
            if takes_training(cell):
                extra["training"] = training
            run = cell.call if isinstance(cell, Layer) else cell
            inputs, new_state = run(inputs, list(state) if nested else [state], **extra)
            single = not nested and isinstance(new_state, (list, tuple))
            new_states.append(new_state[0] if single else new_state)
        return inputs, new_states

    def compute_output_shape(self, input_shape, states_shape=None):
        from tricorn import tree

        def shape(size):
            return (input_shape[0], size)

        return shape(self.output_size), [tree.map_structure(shape, cell.state_size) for cell in self.cells]

    def _is_pure(self):
        return all(type(cell).__module__.startswith("tricorn.") and cell._is_pure() for cell in self.cells)

    def get_config(self):
        return {**super().get_config(), "cells": [serialize_keras_object(cell) for cell in self.cells]}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        cells = config.pop("cells")
        return cls(
            [deserialize_keras_object(cell, custom_objects=custom_objects) for cell in cells], **config
        )


def check_cell(cell, where):
    """Raise unless `cell` has what an RNN needs."""
    for name in ("call", "state_size"):
        if not hasattr(cell, name):
            raise bad_argument(where, f"a cell must have `{name}`.", given=repr(cell)[:200],
                               expected="call(inputs, states) -> (output, new states); state_size, int(s)")  # fmt: skip


def output_size_of(cell):
    """The size of a cell's output: `output_size`, else that of its first state."""
    size = getattr(cell, "output_size", None)
    if size is None:
        size = cell.state_size
    while isinstance(size, (list, tuple)):
        size = size[0]
    return size


def initial_state_of(cell, batch_size, dtype):
    """What the cell says it begins with, else zeros; one tensor if its `state_size` is one number."""
    from tricorn import ops, tree

    make = getattr(cell, "get_initial_state", None)
    if make is None:
        return tree.map_structure(lambda size: ops.zeros((batch_size, size), dtype=dtype), cell.state_size)
    state = make(batch_size=batch_size)
    if not isinstance(cell.state_size, (list, tuple)) and isinstance(state, (list, tuple)):
        return state[0]
    return state


def takes_training(cell):
    """Whether the cell's `call` has a parameter `training`."""
    return call_signature(type(cell)).takes_training
