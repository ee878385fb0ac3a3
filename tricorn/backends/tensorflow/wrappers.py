"""SavedModels of TensorFlow inside a layer."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tricorn.backends.tensorflow import TensorflowVariable
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.variable import Variable


def load(path):
    return tf.saved_model.load(path)


def endpoint(loaded, name):
    """`(function, names)`: the signature or function `name`, or None, and the names there are."""
    signatures, functions = _programs(loaded)
    if name in signatures:
        return _with_positional(signatures[name]), None
    return functions.get(name), ", ".join([*signatures, *functions])


def _programs(loaded):
    names = sorted(key for key in dir(loaded) if not key.startswith("_"))
    found = {key: getattr(loaded, key, None) for key in names}
    return getattr(loaded, "signatures", {}), {key: one for key, one in found.items() if _is_function(one)}


def _is_function(value):
    return hasattr(value, "concrete_functions") or hasattr(value, "get_concrete_function")


def _with_positional(signature):
    """A signature takes its tensors by name; a single one may come without."""
    names = list(signature.structured_input_signature[1])

    def run(inputs, **kwargs):
        if isinstance(inputs, dict):
            return signature(**inputs, **kwargs)
        if len(names) == 1 or not isinstance(inputs, (list, tuple)):
            free = [name for name in names if name not in kwargs]
            return signature(**{free[0]: inputs}, **kwargs) if free else signature(inputs, **kwargs)
        return signature(**dict(zip(names, inputs, strict=False)), **kwargs)

    return run


def variables(loaded):
    """Variables over those of a loaded program, which stay its own: of the object itself, then those its functions use."""
    signatures, functions = _programs(loaded)
    concrete = [*signatures.values(), *(one for function in functions.values()
                                        for one in getattr(function, "concrete_functions", ()))]  # fmt: skip
    found = {}
    for part in (loaded, *concrete):
        for one in getattr(part, "variables", ()):
            found.setdefault(id(one), one)
    return [_view(one, bool(one.trainable)) for one in found.values()]


def _view(value, trainable):
    variable = object.__new__(TensorflowVariable)
    name = value.name.partition(":")[0].replace("/", "_") or "variable"
    Variable.__init__(variable, np.zeros((), "float32"), dtype="float32", trainable=trainable, name=name)
    variable._value = value
    variable._shape = tuple(value.shape)
    variable._dtype = standardize_dtype(value.dtype.name)
    return variable
