"""`DropoutCell`: the dropout masks of a recurrent cell, one for all steps of a sequence."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers._arguments import checked_rate
from tricorn.random._draw import dropout
from tricorn.random._seed import SeedGenerator


class DropoutCell:
    """Mixed into cells that have `dropout` and `recurrent_dropout`.

    A mask is drawn when it is first asked for and kept until it is reset: an RNN resets before and after each sequence,
    so that all steps share one.

    Source: Gal & Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks", 2016.
    """

    def _init_dropout(self, dropout_rate, recurrent_dropout, seed):
        self.dropout = min(1.0, max(0.0, checked_rate(self, "dropout", dropout_rate)))
        self.recurrent_dropout = min(
            1.0, max(0.0, checked_rate(self, "recurrent_dropout", recurrent_dropout))
        )
        self.seed = seed
        if self.dropout or self.recurrent_dropout:
            self.seed_generator = SeedGenerator(seed)
        # Tensors of one call, which no tracking may see: plain entries of the instance.
        self.__dict__["_input_mask"] = self.__dict__["_state_mask"] = None

    def get_dropout_mask(self, step_input):
        """The mask for the inputs of a step, None without dropout."""
        return self._mask("_input_mask", self.dropout, step_input)

    def get_recurrent_dropout_mask(self, step_input):
        """The mask for the state, None without recurrent dropout."""
        return self._mask("_state_mask", self.recurrent_dropout, step_input)

    def _mask(self, name, rate, like):
        if not rate:
            return None
        mask = self.__dict__[name]
        if mask is None:
            mask = self.__dict__[name] = dropout(ops.ones_like(like), rate, None, self.seed_generator)
        return mask

    def reset_dropout_mask(self):
        """Forget the mask for the inputs: the next step draws another."""
        self.__dict__["_input_mask"] = None

    def reset_recurrent_dropout_mask(self):
        """Forget the mask for the state."""
        self.__dict__["_state_mask"] = None

    def _is_pure(self):
        # Called on its own, a cell keeps a mask from call to call: not for a compiled function. An RNN resets it.
        keeps_mask = (self.dropout or self.recurrent_dropout) and not self.__dict__.get("_in_rnn")
        return not keeps_mask and super()._is_pure()

    def get_initial_state(self, batch_size=None):
        """Zeros of the state's size."""
        sizes = self.state_size if isinstance(self.state_size, (list, tuple)) else [self.state_size]
        return [ops.zeros((batch_size, size), dtype=self.compute_dtype) for size in sizes]
