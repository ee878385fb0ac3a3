"""TensorFlow: eager, and graphs through `tf.function`."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tricorn.core.arrays import host_array, numpy_dtype
from tricorn.core.backend import Backend
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.variable import Variable

_WIDER = {
    "bool": "int32",
    "int8": "int32",
    "int16": "int32",
    "uint8": "int32",
    **dict.fromkeys(("uint16", "uint32"), "int64"),
}


class TensorflowBackend(Backend):
    name = "tensorflow"
    modules = ("tensorflow",)
    capabilities = frozenset({"grad", "jit", "sparse", "meta", "host_classes", "strings"})
    float_dtypes = frozenset({tf.float16, tf.bfloat16, tf.float32, tf.float64})

    _missing_kernel = (tf.errors.UnimplementedError, tf.errors.NotFoundError)
    argument_errors = (*Backend.argument_errors, tf.errors.InvalidArgumentError, *_missing_kernel)

    def computes_instead(self, error):
        # Few kernels take all integers, and fewer booleans.
        return _WIDER if isinstance(error, self._missing_kernel) or "not supported" in str(error) else None

    def lacks(self, error):
        return isinstance(error, (*self._missing_kernel, NotImplementedError))

    def is_tensor_type(self, cls):
        return issubclass(cls, (tf.Tensor, tf.Variable, tf.RaggedTensor, tf.SparseTensor, tf.IndexedSlices))

    def is_sparse_type(self, cls):
        return issubclass(cls, tf.SparseTensor)

    def sparse_kernels(self):
        from tricorn.backends.tensorflow import sparse

        return sparse

    def convert_to_tensor(self, x, dtype=None):
        if isinstance(x, Variable):
            x = x.value
        if isinstance(x, (tf.Tensor, tf.RaggedTensor, tf.SparseTensor)):
            return x if dtype is None else self.cast(x, dtype)
        if isinstance(x, (tf.Variable, tf.IndexedSlices)):
            x = tf.convert_to_tensor(x)
            return x if dtype is None else self.cast(x, dtype)
        if not isinstance(x, (np.ndarray, np.generic)):
            if isinstance(x, (list, tuple)) and _holds_tensors(x):
                return tf.stack([self.convert_to_tensor(item, dtype) for item in x])
            x = host_array(x, dtype)
        elif x.dtype.kind == "O":
            if dtype in (None, "string") and all(isinstance(item, (str, bytes)) for item in x.flat):
                return tf.convert_to_tensor(x, tf.string)
            raise bad_argument("convert_to_tensor", "the array is not numeric.", given=f"dtype {x.dtype}")
        if dtype is not None:
            x = np.asarray(x).astype(numpy_dtype(dtype), copy=False)
        return tf.convert_to_tensor(x)

    def to_numpy(self, x):
        if isinstance(x, Variable):
            x = x.value
        if isinstance(x, tf.SparseTensor):
            x = self.sparse_kernels().to_dense(x)
        elif isinstance(x, tf.IndexedSlices):
            x = tf.convert_to_tensor(x)
        elif isinstance(x, tf.RaggedTensor):
            x = x.to_tensor()
        return x.numpy() if hasattr(x, "numpy") else np.asarray(x)

    def cast(self, x, dtype):
        if x.dtype.name == dtype:
            return x
        if dtype == "bool" and x.dtype.is_complex:  # of which tf.cast sees the real part only
            return tf.not_equal(x, 0)
        return tf.cast(x, dtype)

    def dtype_of(self, x):
        return standardize_dtype(x.dtype.name)

    def shape_of(self, x):
        return tuple(x.shape.as_list()) if x.shape.rank is not None else (None,)

    def is_tracer(self, x):
        return not tf.is_tensor(x) or not hasattr(x, "numpy")

    def stop_gradient(self, x):
        return tf.stop_gradient(x)

    def variable_class(self):
        return TensorflowVariable

    def outside_trace(self):
        return tf.init_scope()

    def host_class(self, cls):
        from tricorn.backends.tensorflow.host import host_class

        return host_class(cls)

    seed_dtype = "int64"

    def compiled_composite(self, run, dynamic):
        from tricorn.backends.tensorflow.ops.eager import compiled_composite

        return compiled_composite(run, dynamic)

    def draw_seed(self, state):
        seed = tf.convert_to_tensor(state.value)
        state.assign_native(seed + _NEXT)
        return seed

    def fixed_seed(self, seed):
        return tf.constant([seed, 0], tf.int64)

    def random_seed(self, seed):
        tf.random.set_seed(seed)

    def devices(self):
        return [d.name.removeprefix("/device:").lower().replace("/physical_device:", "")
                for d in tf.config.list_logical_devices()]  # fmt: skip

    def device_scope(self, device):
        if not isinstance(device, str):
            raise bad_argument("device", "a device is given by name.", expected=self.devices(), given=repr(device),
                               error=TypeError)  # fmt: skip
        name = device.lower().replace("cuda", "gpu")
        name = name if ":" in name else f"{name}:0"
        if name not in self.devices():
            raise bad_argument(
                "device", "TensorFlow has no such device.", expected=self.devices(), given=device
            )
        return tf.device(f"/{name}")

    def host_call(self, function, inputs, shape, dtype):
        if not any(tf.is_tensor(x) and self.is_tracer(x) for x in inputs):
            result = super().host_call(function, inputs, shape, dtype)
            return tf.convert_to_tensor(result) if dtype == "string" else result

        def run(*arrays):
            result = np.asarray(function(*arrays))
            return result.astype(object if dtype == "string" else dtype)

        result = tf.numpy_function(run, inputs, tf.as_dtype(dtype), stateful=False)
        result.set_shape(shape)
        return result

    def ragged(self, x, filler):
        return tf.RaggedTensor.from_tensor(x, padding=filler)

    def trace_spec(self, function, *args, **kwargs):
        from tricorn.backends.tensorflow.transform import trace_spec

        return trace_spec(function, *args, **kwargs)

    def vectorized_map(self, function, elements):
        return tf.vectorized_map(function, elements)

    def remat(self, function):
        return tf.recompute_grad(function)

    def host_number(self, scalar):
        if not isinstance(scalar, (tf.Tensor, tf.Variable)):
            return scalar
        return scalar.numpy().item() if tf.executing_eagerly() and hasattr(scalar, "numpy") else None

    def densify(self, x):
        return tf.convert_to_tensor(x) if isinstance(x, tf.IndexedSlices) else x

    def wrappers(self, kind):
        if kind != "saved_model":
            return None
        from tricorn.backends.tensorflow import wrappers

        return wrappers

    def engine(self):
        from tricorn.backends.tensorflow.engine import TensorflowEngine

        return TensorflowEngine


# [seed, counter] -> the next one
_NEXT = np.array([0, 1], "int64")


def _holds_tensors(x):
    return any(
        isinstance(item, (tf.Tensor, tf.Variable, Variable))
        or (isinstance(item, (list, tuple)) and _holds_tensors(item))
        for item in x
    )


# TensorFlow keeps some 35 KB for every distinct name it has seen; our Variables have a path of their own.
_NAME = "tricorn"


class TensorflowVariable(Variable):
    """A Variable over a `tf.Variable` (`.value` reads it, gradient tapes watch it)."""

    # Gradient tapes take an object with these two members as a resource variable.
    _should_act_as_resource_variable = True

    def _make(self, value, dtype):
        if dtype in ("uint4", "int4"):
            raise bad_argument(f'Variable "{self._path}"', f"TensorFlow has no {dtype} Variables.")
        with tf.init_scope():
            self._value = tf.Variable(
                backend.convert_to_tensor(value, dtype), dtype=dtype, trainable=self._trainable, name=_NAME,
                aggregation=_aggregation(self._aggregation),
            )  # fmt: skip

    @property
    def handle(self):
        return self._value.handle

    @property
    def value(self):
        """The current value: the `tf.Variable` itself, unless a scope casts or replaces it."""
        from tricorn.core.scopes import current_reading

        reading = current_reading()
        return self._value if reading is None else reading.read(self)

    def _write(self, value):
        self._value.assign(value)

    def numpy(self):
        return backend.to_numpy(self.value)

    def __tf_tensor__(self, dtype=None, name=None):
        return tf.convert_to_tensor(self.value, dtype=dtype, name=name)


def _aggregation(name):
    return {
        "none": tf.VariableAggregation.NONE,
        "sum": tf.VariableAggregation.SUM,
        "mean": tf.VariableAggregation.MEAN,
        "only_first_replica": tf.VariableAggregation.ONLY_FIRST_REPLICA,
    }[name]


def _exclude_from_autograph():
    """Our functions are graph-ready as they are; converting them costs time and finds no source for generated ones."""
    try:
        from tensorflow.python.autograph.core import config, config_lib
    except ImportError:  # a later TensorFlow moved it: conversion is then merely slow
        return
    rules = getattr(config, "CONVERSION_RULES", None)
    if isinstance(rules, tuple):
        config.CONVERSION_RULES = (config_lib.DoNotConvert("tricorn"), *rules)


backend = TensorflowBackend()
TensorflowVariable.backend_object = backend
_exclude_from_autograph()
