"""PyTorch: eager, with fused kernels; layers are `nn.Module`s."""

from __future__ import annotations

import contextlib
from contextvars import ContextVar

import numpy as np
import torch

from tricorn.core.arrays import host_array, numpy_dtype
from tricorn.core.backend import Backend
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.scopes import current_reading
from tricorn.core.variable import Variable

_device: ContextVar[str | None] = ContextVar("tricorn_torch_device", default=None)


def default_device():
    """cuda if there is one, else mps, else cpu."""
    if torch.cuda.is_available():
        return "cuda"
    if torch.backends.mps.is_available():
        return "mps"
    return "cpu"


_DEFAULT_DEVICE = None


def current_device():
    """The device on which new tensors are made: that of the innermost `device()` scope, else the best there is."""
    scoped = _device.get()
    if scoped is not None:
        return scoped
    global _DEFAULT_DEVICE
    if _DEFAULT_DEVICE is None:
        _DEFAULT_DEVICE = default_device()
    return _DEFAULT_DEVICE


_DTYPES = {name: getattr(torch, name) for name in (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "bfloat16",
    "float32", "float64", "complex64", "complex128", "float8_e4m3fn", "float8_e5m2") if hasattr(torch, name)}  # fmt: skip
_NAMES = {value: key for key, value in _DTYPES.items()}


def native_dtype(dtype):
    """The torch dtype of a standard dtype name."""
    try:
        return _DTYPES[dtype]
    except KeyError:
        raise bad_argument("torch backend", "torch has no such dtype.", expected=", ".join(_DTYPES),
                           given=repr(dtype), error=TypeError) from None  # fmt: skip


_WIDER = dict.fromkeys(("uint16", "uint32", "uint64"), "int64")


class TorchBackend(Backend):
    name = "torch"
    modules = ("torch",)
    capabilities = frozenset({"grad", "host_classes", "meta"})
    float_dtypes = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})

    def kernel_for(self, kernel, native_dtype):
        # Some kernels are wrapped for booleans, small integers and half precision only.
        return getattr(kernel, "for_wide", kernel) if native_dtype.itemsize >= 4 else kernel

    def refuses(self, error):
        # Subclasses of RuntimeError (out of memory on a device, and whatever compilers raise) are not about arguments.
        if type(error) in (RuntimeError, torch.linalg.LinAlgError):
            return "memory" not in str(error)
        return super().refuses(error) or self.lacks(error)

    def computes_instead(self, error):
        # Most kernels are missing for the unsigned integers that torch added late. Wrapping around is the same.
        message = str(error)
        if "not implemented for 'UInt" in message or message.startswith("Promotion for uint16"):
            return _WIDER
        return None

    def lacks(self, error):
        return type(error) is NotImplementedError or "not implemented for" in str(error)

    def is_tensor_type(self, cls):
        return issubclass(cls, torch.Tensor)

    def convert_to_tensor(self, x, dtype=None):
        # The usual array, which torch reads as it is.
        if type(x) is np.ndarray and x.dtype in _AS_READ and (dtype is None or _AS_READ[x.dtype] == dtype):
            strides = x.strides
            if strides and min(strides) > 0 and x.flags.writeable:
                device = current_device()
                return torch.from_numpy(x) if device == "cpu" else torch.from_numpy(x).to(device)
        if isinstance(x, Variable):
            x = x.value
        if isinstance(x, torch.Tensor):
            device = current_device()
            if x.device.type != device.partition(":")[0] and x.device.type != "meta":
                x = x.to(device)
            return x if dtype is None else self.cast(x, dtype)
        if not isinstance(x, (np.ndarray, np.generic)):
            if isinstance(x, (list, tuple)) and _holds_tensors(x):
                return torch.stack([self.convert_to_tensor(item, dtype) for item in x])
            x = host_array(x, dtype)
        elif x.dtype.kind in "OUS":
            raise bad_argument("convert_to_tensor", "the array is not numeric.", given=f"dtype {x.dtype}")
        array = np.asarray(x)
        if dtype is not None and array.dtype.kind != "V":
            array = array.astype(numpy_dtype(dtype), copy=False)
        device = current_device()
        if array.dtype.name not in _TORCH_READS:  # bfloat16 and float8 pass through their bits
            bits = torch.from_numpy(np.ascontiguousarray(array).view(f"u{array.dtype.itemsize}").astype(
                f"i{array.dtype.itemsize}", copy=False))  # fmt: skip
            return bits.view(native_dtype(standardize_dtype(array.dtype))).reshape(array.shape).to(device)
        strides = array.strides
        if not array.flags.writeable or (strides and min(strides) < 0):
            array = array.copy()
        elif 0 in strides:
            # NumPy gives an axis made by None the stride 0, which crashes some of torch's kernels (gelu of rank 6).
            array = array.reshape(-1).reshape(array.shape)
        tensor = torch.from_numpy(array) if array.shape else torch.as_tensor(array)
        return tensor if device == "cpu" else tensor.to(device)

    def to_numpy(self, x):
        if isinstance(x, Variable):
            x = x.value
        if isinstance(x, np.ndarray):
            return x
        if x.requires_grad:
            x = x.detach()
        if x.device.type != "cpu":
            x = x.cpu()
        if x.dtype in (torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2):
            name = _NAMES[x.dtype]
            width = torch.int16 if x.element_size() == 2 else torch.uint8
            return x.contiguous().view(width).numpy().view(numpy_dtype(name))
        return x.resolve_conj().numpy()

    def host_call(self, function, inputs, shape, dtype):
        call = super().host_call
        if (
            torch.compiler.is_compiling()
        ):  # the graph breaks here; else the compiler would trace the host's NumPy code
            call = torch.compiler.disable(call)
        return call(function, inputs, shape, dtype)

    def is_tracer(self, x):
        return torch.compiler.is_compiling()

    def cast(self, x, dtype):
        native = _DTYPES.get(dtype) or native_dtype(dtype)
        return x if x.dtype is native else x.to(native)

    def dtype_of(self, x):
        return _NAMES[x.dtype]

    def shape_of(self, x):
        return tuple(x.shape)

    def stop_gradient(self, x):
        return x.detach()

    def variable_class(self):
        return TorchVariable

    def host_class(self, cls):
        from tricorn.backends.torch.host import host_class

        return host_class(cls)

    def random_seed(self, seed):
        torch.manual_seed(seed)

    seed_dtype = "int64"

    def draw_seed(self, state):
        value = state.value
        seed, counter = value.tolist()
        state.assign_native(torch.tensor([seed, counter + 1]))
        return seed, counter

    def fixed_seed(self, seed):
        return seed, 0

    def devices(self):
        found = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
        if torch.backends.mps.is_available():
            found.append("mps:0")
        return [*found, "cpu:0"]

    @contextlib.contextmanager
    def device_scope(self, device):
        name = str(device).replace("gpu", "cuda")
        try:
            found = torch.device(name)
            exists = found.type == "meta" or f"{found.type}:{found.index or 0}" in self.devices()
        except RuntimeError:
            exists = False
        if not exists:
            raise bad_argument("device", "torch has no such device.", expected=self.devices(), given=device)
        token = _device.set(name.removesuffix(":0") if name.startswith(("cpu", "mps")) else name)
        try:
            yield
        finally:
            _device.reset(token)

    def trace_spec(self, function, *args, **kwargs):
        from tricorn.backends.torch.transform import trace_spec

        return trace_spec(function, *args, **kwargs)

    def vectorized_map(self, function, elements):
        return torch.vmap(function)(elements)

    def remat(self, function):
        from torch.utils.checkpoint import checkpoint

        def rematerialized(*args, **kwargs):
            return checkpoint(function, *args, use_reentrant=False, **kwargs)

        return rematerialized

    def gradients_off(self):
        return torch.no_grad()

    def host_scope(self):
        return self.device_scope("cpu")

    def host_number(self, scalar):
        return scalar.item() if isinstance(scalar, torch.Tensor) else scalar

    def fused_update(self, kind):
        from tricorn.backends.torch import optimizer_plan

        return optimizer_plan.MAKERS.get(kind)

    def wrappers(self, kind):
        if kind != "torch_module":
            return None
        from tricorn.backends.torch import wrappers

        return wrappers

    def engine(self):
        from tricorn.backends.torch.engine import TorchEngine

        return TorchEngine


_TORCH_READS = {"bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
                "float16", "float32", "float64", "complex64", "complex128"}  # fmt: skip
_AS_READ = {np.dtype(name): name for name in _TORCH_READS}


def _holds_tensors(x):
    return any(
        isinstance(item, (torch.Tensor, Variable))
        or (isinstance(item, (list, tuple)) and _holds_tensors(item))
        for item in x
    )


class TorchVariable(Variable):
    """A Variable over a `torch.nn.Parameter`, which it reads through the `_parameters` (or `_buffers`) of the module
    that owns it, so that `torch.func.functional_call` and `load_state_dict(assign=True)` swap what it sees."""

    def _make(self, value, dtype):
        tensor = backend.convert_to_tensor(value, dtype).detach()
        order = self._memory_order
        if (
            order is not None
        ):  # e.g. a convolution kernel kept as OHWI, seen as HWIO: no copy on the way to the kernel
            inverse = [order.index(axis) for axis in range(len(order))]
            tensor = tensor.permute(order).clone(memory_format=torch.contiguous_format).permute(inverse)
        else:
            tensor = tensor.clone(memory_format=torch.contiguous_format)
        floating = tensor.is_floating_point() or tensor.is_complex()
        parameter = torch.nn.Parameter(tensor, requires_grad=self._trainable and floating)
        self._store = {"value": parameter}
        self._key = "value"

    @classmethod
    def view_of(cls, store, key, name):
        """A Variable over a tensor that a torch module holds in `store[key]`."""
        value = store[key]
        variable = object.__new__(cls)
        Variable.__init__(variable, np.zeros((), "float32"), dtype="float32", name=name)
        variable._store, variable._key = store, key
        variable._shape = tuple(value.shape)
        variable._dtype = _NAMES[value.dtype]
        variable._trainable = value.requires_grad
        return variable

    def adopt(self, store, key):
        """Keep the value in `store[key]` (a module's `_parameters` or `_buffers`) from here on."""
        store[key] = self._store[self._key]
        self._store, self._key = store, key

    def _read(self):
        return self._store[self._key]

    @property
    def value(self):
        """The parameter itself: `value.grad` after `loss.backward()`; cast or replaced by active scopes."""
        reading = current_reading()
        return self._store[self._key] if reading is None else reading.read(self)

    def numpy(self):
        # Training writes in place, which a snapshot must survive.
        return np.array(backend.to_numpy(self.value))

    def _write(self, value):
        own = self._store[self._key]
        if own.requires_grad or value.requires_grad:
            with torch.no_grad():
                own.copy_(value)
        else:
            own.copy_(value)

    def assign_add(self, value):
        return self._assign_in_place(value, 1, Variable.assign_add)

    def assign_sub(self, value):
        return self._assign_in_place(value, -1, Variable.assign_sub)

    def _assign_in_place(self, value, sign, general):
        own = self._store[self._key]
        fits = type(value) in (int, float) and own.is_floating_point()
        if not fits and isinstance(value, torch.Tensor):
            fits = value.dtype is own.dtype and value.shape == own.shape
        if not fits or current_reading() is not None:
            return general(self, value)
        with torch.no_grad():
            own.add_(value, alpha=sign)
        return own

    def _trainable_changed(self):
        value = self._store[self._key]
        if value.is_floating_point() or value.is_complex():
            value.requires_grad_(self._trainable)

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        def unwrap(tree):
            if isinstance(tree, Variable):
                return tree.value
            if isinstance(tree, (list, tuple)):
                return type(tree)(unwrap(item) for item in tree)
            return tree

        return function(*unwrap(args), **{key: unwrap(item) for key, item in (kwargs or {}).items()})


backend = TorchBackend()
TorchVariable.backend_object = backend
