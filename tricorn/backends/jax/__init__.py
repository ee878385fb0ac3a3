"""JAX: functional, compiled by XLA."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from tricorn.core.arrays import host_array, numpy_dtype
from tricorn.core.backend import Backend
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import NotSupportedError, bad_argument
from tricorn.core.variable import Variable


class JaxBackend(Backend):
    name = "jax"
    modules = ("jax", "jaxlib")
    capabilities = frozenset({"grad", "jit", "sparse", "meta"})
    float_dtypes = frozenset(np.dtype(name) for name in (jnp.float16, jnp.bfloat16, jnp.float32, jnp.float64))

    # A string where an axis is wanted is for JAX the unbound name of a mesh's axis.
    argument_errors = (*Backend.argument_errors, NameError)

    def computes_instead(self, error):
        return {"bool": "int32"} if "does not accept dtype bool" in str(error) else None

    def refuses(self, error):
        tracing = (jax.errors.JAXTypeError, jax.errors.JAXIndexError)
        return super().refuses(error) and not isinstance(error, tracing)

    def is_tensor_type(self, cls):
        return issubclass(cls, (jax.Array, jax.core.Tracer)) or self.is_sparse_type(cls)

    def is_sparse_type(self, cls):
        # By its name: the module is heavy, and there is no such tensor before somebody has imported it.
        return cls.__name__ == "BCOO" and cls.__module__.startswith("jax.experimental.sparse")

    def sparse_kernels(self):
        from tricorn.backends.jax import sparse

        return sparse

    def convert_to_tensor(self, x, dtype=None):
        if isinstance(x, Variable):
            x = x.value
        if isinstance(x, jax.Array) or self.is_sparse_type(type(x)):
            return x if dtype is None else self.cast(x, dtype)
        if not isinstance(x, (np.ndarray, np.generic)):
            if isinstance(x, (list, tuple)) and _holds_tensors(x):
                array = jnp.asarray(x)
                return array if dtype is None else self.cast(array, dtype)
            x = host_array(x, dtype)
        elif x.dtype.kind in "OUS":
            raise bad_argument("convert_to_tensor", "the array is not numeric.", given=f"dtype {x.dtype}")
        if dtype is not None:
            x = np.asarray(x).astype(native_dtype(dtype), copy=False)
        elif x.dtype.itemsize == 8 and x.dtype.kind in "fiu":
            x = np.asarray(x).astype(native_dtype(x.dtype.name), copy=False)
        return jnp.asarray(x)

    def to_numpy(self, x):
        if isinstance(x, Variable):
            x = x.value
        return np.asarray(self.sparse_kernels().to_dense(x) if self.is_sparse_type(type(x)) else x)

    def cast(self, x, dtype):
        native = native_dtype(dtype)
        return x if x.dtype == native else x.astype(native)

    def dtype_of(self, x):
        return _NAMES.get(x.dtype) or standardize_dtype(x.dtype)

    def shape_of(self, x):
        return x.shape

    def is_tracer(self, x):
        return isinstance(x, jax.core.Tracer)

    def stop_gradient(self, x):
        return jax.lax.stop_gradient(x)

    def variable_class(self):
        return JaxVariable

    def outside_trace(self):
        return jax.ensure_compile_time_eval()

    def compiled_composite(self, run, dynamic):
        from tricorn.backends.jax.composite import compiled

        return compiled(run, dynamic)

    def eager_compiler(self):
        from tricorn.backends.jax.eager import compiled_call

        return compiled_call

    def draw_seed(self, state):
        seed = state.value
        state.assign_native(seed + _NEXT)
        return seed

    def fixed_seed(self, seed):
        return jnp.asarray(np.array([seed, 0], "uint32"))

    def devices(self):
        return [f"{'gpu' if d.platform in ('cuda', 'rocm') else d.platform}:{d.id}" for d in jax.devices()]

    def device_scope(self, device):
        if not isinstance(device, (str, jax.Device)):
            raise bad_argument("device", "a device is given by name.", expected=self.devices(), given=repr(device),
                               error=TypeError)  # fmt: skip
        if isinstance(device, str):
            kind, _, index = device.partition(":")
            try:
                device = jax.devices(kind)[int(index or 0)]
            except (RuntimeError, IndexError, ValueError) as error:
                raise bad_argument(
                    "device", "JAX has no such device.", expected=self.devices(), given=device
                ) from error
        return jax.default_device(device)

    def host_call(self, function, inputs, shape, dtype):
        if not any(isinstance(x, jax.core.Tracer) for x in inputs):
            return super().host_call(function, inputs, shape, dtype)
        if dtype == "string":
            raise bad_argument("host_call", "JAX has no strings, so a compiled function cannot give them.",
                               hint="call the layer outside of it", error=NotSupportedError)  # fmt: skip
        result = jax.ShapeDtypeStruct(shape, native_dtype(dtype))
        return jax.pure_callback(
            lambda *arrays: np.asarray(function(*map(np.asarray, arrays))).astype(result.dtype),
            result,
            *inputs,
        )

    def trace_spec(self, function, *args, **kwargs):
        from tricorn.backends.jax.transform import trace_spec

        return trace_spec(function, *args, **kwargs)

    def vectorized_map(self, function, elements):
        return jax.vmap(function)(elements)

    def remat(self, function):
        return jax.checkpoint(function)

    def host_number(self, scalar):
        if isinstance(scalar, jax.core.Tracer):
            return None
        return scalar.item() if isinstance(scalar, jax.Array) else scalar

    def compiled(self, function):
        return jax.jit(function)

    def wrappers(self, kind):
        if kind != "jax_function":
            return None
        from tricorn.backends.jax import wrappers

        return wrappers

    def engine(self):
        from tricorn.backends.jax.engine import JaxEngine

        return JaxEngine


# [seed, counter] -> the next one
_NEXT = np.array([0, 1], "uint32")

_NAMES = {np.dtype(getattr(jnp, name)): name for name in (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "bfloat16", "float32", "float64", "complex64", "complex128")}  # fmt: skip


def native_dtype(dtype):
    """The dtype that JAX gives: 64-bit types are 32-bit unless jax_enable_x64 is set."""
    return jax.dtypes.canonicalize_dtype(numpy_dtype(dtype))


def _holds_tensors(x):
    return any(
        isinstance(item, jax.Array) or (isinstance(item, (list, tuple)) and _holds_tensors(item))
        for item in x
    )


class JaxVariable(Variable):
    def _make(self, value, dtype):
        with jax.ensure_compile_time_eval():
            tensor = backend.convert_to_tensor(value, dtype)
            self._value = self._owned(tensor, value)

    def _owned(self, value, given):
        # A copy of our own: a training step donates our buffer, which a caller's array must survive.
        return value.copy() if value is given and not isinstance(value, jax.core.Tracer) else value

    def _write(self, value):
        if isinstance(value, jax.core.Tracer) and not isinstance(self._value, jax.core.Tracer):
            raise bad_argument(
                f'Variable "{self._path}"', "was assigned while JAX traces a function, where state cannot change.",
                expected="values returned from the function",
                hint="model.stateless_call(...), or run it inside tricorn.StatelessScope", error=RuntimeError,
            )  # fmt: skip
        self._value = value

    def __jax_array__(self):
        return self.value


backend = JaxBackend()
JaxVariable.backend_object = backend
