"""What preprocessing layers share: they follow the engine of their input, and read data of any kind to adapt to."""

from __future__ import annotations

import numpy as np

from tricorn import ops
from tricorn.core import backend as backends
from tricorn.core.errors import bad_argument, describe
from tricorn.core.masks import get_mask, presence, set_mask
from tricorn.core.symbolic import KerasTensor, any_symbolic
from tricorn.layers._layer import Layer
from tricorn.layers._layer_call import _shapes_of, call_signature, current_context
from tricorn.layers.preprocessing._adapt_data import batches_of


class BasePreprocessing(Layer):
    """A layer without trained weights, which runs on the engine of the tensors that it is given.

    Lists and NumPy arrays are taken by the engine that was active when the layer was made; in a process that only loads
    data (a worker of a torch DataLoader, of a PyDataset) they stay NumPy arrays, and no engine is started. So the same
    layer works eagerly, in a model, in a worker and in `tf.data.Dataset.map`.
    """

    #: Whether strings are taken as they are; else inputs must be numbers.
    _takes_strings = False
    #: Whether arrays stay arrays, since they are worked on by the host: no integer is narrowed on its way to an engine.
    _reads_arrays = False

    def __call__(self, inputs, *args, **kwargs):
        if any_symbolic(inputs):
            return super().__call__(inputs, *args, **kwargs)
        kwargs.pop("mask", None)
        self._say_training(kwargs)
        self._check_super_called()
        engine = engine_of(inputs, self._backend, self._where())
        try:
            if engine is backends.active_backend():
                return self._run_on(engine, inputs, args, kwargs)
            with backends.backend_scope(engine):
                return self._run_on(engine, inputs, args, kwargs)
        except Exception as error:
            self._explain_call(error, (inputs,), kwargs)
            raise

    def _say_training(self, kwargs):
        """Fill in `training` as an outer call or the engine's mode says, if `call` takes it and the caller was silent."""
        training = kwargs.pop("training", None)
        if not call_signature(type(self)).names_training:
            return
        if training is None:
            outer = current_context()
            training = outer.training if outer is not None else None
            if training is None:
                training = self._default_training()
        if training is not None:
            kwargs["training"] = training

    def _run_on(self, engine, inputs, args, kwargs):
        mask = get_mask(inputs) if presence.any and self.supports_masking else None
        inputs = self._read(inputs)
        if not self.built:
            self.build(_shapes_of(inputs))
        outputs = self.call(inputs, *args, **kwargs)
        if mask is not None:
            set_mask(outputs, mask)
        return outputs

    def _read(self, inputs):
        """The input as a tensor of the active engine, or as an array of strings."""
        return as_tensor(inputs, self._where(), self._takes_strings, self._reads_arrays)

    def build(self, input_shape=None):
        """There is nothing to build: what the layer knows, it is told or learns in `adapt`."""

    def convert_weight(self, weight):
        """A weight as a tensor of the active engine, which may be another than the layer's own."""
        return ops.convert_to_tensor(as_array(weight, self._where()))

    def _works_on_host(self):
        """Whether `call` computes on the host whatever it is given."""
        return False

    def _host_call(self, function, inputs, shape, dtype):
        """`function` over NumPy arrays, on the host, as a tensor of the active engine."""
        return backends.active_backend().host_call(function, inputs, shape, dtype)

    def _learn(self, data, steps=None):
        """What `adapt` does once its arguments are right: forget, take in batch by batch, finish."""
        self.reset_state()
        for batch in self._batches(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def _batches(self, data, steps=None):
        return batches_of(data, steps, f"{self._where()}.adapt")


def engine_of(inputs, own, where):
    """The engine that runs a call on `inputs`, for a layer made on the engine `own`."""
    found = backends.backend_in([list(inputs.values()) if isinstance(inputs, dict) else inputs], where)
    if found is not None:
        return found
    return backends.get_backend("numpy") if backends.stays_on_host() else own


def as_tensor(inputs, where, strings=False, arrays=False):
    """`inputs` as a tensor of the active engine; strings as an array of them, or as a tensor where the engine has some.

    Args:
        inputs: Tensor, array, number, string, or nested lists of these.
        where: The layer, for errors.
        strings: Whether strings are taken.
        arrays: Whether what lies on the host stays an array.

    Raises:
        TypeError: Strings where numbers are needed, or what is neither.
    """
    engine = backends.active_backend()
    if engine.is_tensor_type(type(inputs)) and not isinstance(inputs, (np.ndarray, np.generic)):
        if not strings and engine.dtype_of(inputs) == "string":
            raise not_numbers(where, inputs)
        return inputs
    if isinstance(inputs, (list, tuple)) and backends.backend_in(list(inputs)) is not None:
        return ops.stack([as_tensor(item, where) for item in inputs])
    array = as_array(inputs, where)
    if array.dtype.kind in "OUS":
        if not strings:
            raise not_numbers(where, inputs)
        return array
    return array if arrays else ops.convert_to_tensor(array)


def as_array(data, where):
    """Data of the host as a NumPy array.

    Raises:
        TypeError: It is no array, or a ragged one.
    """
    owner = backends.backend_of(data)
    if owner is not None:
        return np.asarray(owner.to_numpy(data))
    if hasattr(data, "to_numpy") and not isinstance(data, np.ndarray):  # pandas
        data = data.to_numpy()
    try:
        return np.asarray(data)
    except ValueError as error:
        raise bad_argument(where, "the rows have different lengths.", expected="an array", given=describe(data),
                           hint="pad the rows to one length", error=TypeError) from error  # fmt: skip


def not_numbers(where, inputs):
    return bad_argument(where, "takes numbers, not strings.", given=describe(inputs), error=TypeError,
                        hint="StringLookup or TextVectorization turn strings into numbers")  # fmt: skip


def spec_of(shape, dtype, sparse=False):
    return KerasTensor(tuple(shape), dtype, sparse=sparse, record_history=False)
