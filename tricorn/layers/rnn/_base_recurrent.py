"""What SimpleRNN, LSTM and GRU share: they show their cell's arguments as their own."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.layers._arguments import is_object_argument, written, written_regularizer
from tricorn.layers._input_spec import InputSpec
from tricorn.layers.rnn._rnn import RNN


class Recurrent(RNN):
    """An `RNN` made with a built-in cell."""

    #: Names of the cell's arguments, in the order of the config.
    _cell_arguments = ()

    def __init__(self, cell, activity_regularizer=None, **kwargs):
        super().__init__(cell, activity_regularizer=activity_regularizer, **kwargs)
        self.input_spec = InputSpec(ndim=3)

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for name in cls.__dict__.get("_cell_arguments", ()):
            if name not in ("activity_regularizer", "seed"):
                setattr(cls, name, _of_cell(name))

    def get_config(self):
        config = super().get_config()
        for name in self._cell_arguments:
            if name == "activity_regularizer":
                config.update(written_regularizer(self))
            elif is_object_argument(name):
                config.update(written(self.cell, name))
            else:
                config[name] = getattr(self.cell, name)
        return config

    @classmethod
    def from_config(cls, config):
        return cls(**config)


class FusedRecurrent(Recurrent):
    """A `Recurrent` that runs as one op where that gives the same: the usual activations, no recurrent dropout."""

    def __init__(self, cell, use_cudnn="auto", **kwargs):
        super().__init__(cell, **kwargs)
        if use_cudnn not in ("auto", True, False):
            raise bad_argument(self._where(), "`use_cudnn` must be \"auto\", True or False.",
                               given=f"use_cudnn={use_cudnn!r}")  # fmt: skip
        self.use_cudnn = use_cudnn
        obstacle = self._obstacle()
        if use_cudnn is True and obstacle is not None:
            raise bad_argument(self._where(), "`use_cudnn=True`, but it cannot run as one kernel.", given=obstacle,
                               expected="tanh and sigmoid, no recurrent dropout, unroll=False")  # fmt: skip
        self._is_fused = use_cudnn is not False and obstacle is None

    def _obstacle(self):
        """What keeps it from running as one op, in words; None if nothing does."""
        from tricorn import activations

        cell = self.cell
        if cell.activation is not activations.tanh or cell.recurrent_activation is not activations.sigmoid:
            return "other activations"
        if cell.recurrent_dropout:
            return f"recurrent_dropout={cell.recurrent_dropout}"
        return "unroll=True" if self.unroll else None

    def inner_loop(self, sequences, initial_state, mask, training=False):
        if not self._is_fused:
            return super().inner_loop(sequences, initial_state, mask, training)
        cell = self.cell
        if training and cell.dropout:
            cell.reset_dropout_mask()
            # One mask an example, the same at all steps.
            sequences = sequences * cell.get_dropout_mask(sequences[:, :1])
            cell.reset_dropout_mask()
        outputs, *states = self._fused(cell, sequences, initial_state, mask)
        last = outputs[:, -1] if self.zero_output_for_mask and mask is not None else states[0]
        return last, outputs, states

    def _fused(self, cell, sequences, initial_state, mask):
        raise NotImplementedError


def _of_cell(name):
    return property(lambda self: getattr(self.cell, name), doc=f"`{name}` of the cell.")


def cell_options(layer_options):
    """The options of the layer that its cell takes too."""
    return {name: layer_options[name] for name in ("dtype", "trainable") if name in layer_options}
