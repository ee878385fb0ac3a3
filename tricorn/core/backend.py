"""The backend protocol, the registry of backends, and the choice of the engine that runs a call.

A backend is a package `tricorn.backends.<name>` (or one named by an entry point in the group `tricorn.backends`) whose
module attribute `backend` is an instance of a `Backend` subclass. It is imported when its engine is chosen, never on a
guess: looking for an engine's tensors goes through `sys.modules`.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import os
import pathlib
import sys
import threading
from contextvars import ContextVar

from tricorn.core.errors import BackendError, NotSupportedError, bad_argument

# In the order of preference when nothing is configured. The value is the engine's import name.
BUILT_IN = {"jax": "jax", "torch": "torch", "tensorflow": "tensorflow", "numpy": "numpy"}

INSTALL_HINTS = {
    "jax": "pip install jax",
    "torch": "pip install torch",
    "tensorflow": "pip install tensorflow",
    "numpy": "pip install numpy",
}


class Backend:
    """What an engine supplies. Each member below is used by the floors above by name, and only these.

    Attributes:
        name: The public name, `"torch"`.
        modules: Roots of the packages whose types may be tensors of this engine, `("torch",)`.
        capabilities: What the engine can do beside running ops; of `"grad"` (gradients, so training), `"jit"`
            (compiled functions), `"sparse"`, `"meta"` (shape inference without computing), `"host_classes"`
            (layers take a base class of the engine).
        float_dtypes: Native dtype objects of the floating types; what `tensor.dtype in` may be tested against.
    """

    name: str = ""
    modules: tuple[str, ...] = ()
    capabilities: frozenset = frozenset()
    float_dtypes: frozenset = frozenset()

    # --- tensors ---------------------------------------------------------------------------------
    def is_tensor_type(self, cls) -> bool:
        """True if instances of `cls` are tensors of this engine (tracers and graph tensors too)."""
        raise NotImplementedError

    def convert_to_tensor(self, x, dtype=None):
        """Make a tensor of this engine from a number, a structure of numbers, a NumPy array, a Variable or a tensor
        of this engine. `dtype` is a standard string or None (kept; Python floats become floatx, ints int32)."""
        raise NotImplementedError

    def to_numpy(self, x):
        """The value as a NumPy array, on the host, detached from gradients."""
        raise NotImplementedError

    def cast(self, x, dtype):
        """`x` (a tensor of this engine) in the standard dtype `dtype`; `x` itself if it has it already."""
        raise NotImplementedError

    def dtype_of(self, x) -> str:
        """The standard name of a tensor's dtype."""
        raise NotImplementedError

    def shape_of(self, x) -> tuple:
        """The static shape: ints, and None where a graph tensor's size is unknown."""
        raise NotImplementedError

    def is_sparse_type(self, cls) -> bool:
        """True if instances of `cls` are sparse tensors of this engine."""
        return False

    def sparse_kernels(self):
        """The module with what runs ops on sparse tensors, where the engine has them; see `backends/jax/sparse.py`."""
        raise NotSupportedError(f"{self.name} has no sparse tensors here.")

    def is_tracer(self, x) -> bool:
        """True if `x` stands for a value inside the engine's tracing rather than being one."""
        return False

    def stop_gradient(self, x):
        """`x`, as a constant to differentiation."""
        raise NotImplementedError

    # --- kernels ---------------------------------------------------------------------------------
    def kernel(self, family, name):
        """The function `name` of `backends/<engine>/ops/<family>.py`, or None if the engine has none."""
        module = self._family(family)
        return getattr(module, name, None) if module is not None else None

    def kernel_for(self, kernel, native_dtype):
        """`kernel`, which `kernel()` gave, for calls whose tensors all have this dtype of the engine."""
        return kernel

    def _family(self, family):
        try:
            return self._families[family]
        except KeyError:
            path = f"{type(self).__module__}.ops.{family}"
            module = importlib.import_module(path) if importlib.util.find_spec(path) is not None else None
            self._families[family] = module
            return module

    @property
    def gaps(self) -> dict:
        """Ops this engine cannot do, with the reason: the lines `op: reason` of its `gaps.txt`."""
        path = pathlib.Path(sys.modules[type(self).__module__].__file__).parent / "gaps.txt"
        if not path.exists():
            return {}
        lines = (line.strip() for line in path.read_text().splitlines())
        pairs = (line.partition(":") for line in lines if line and not line.startswith("#"))
        return {name.strip(): reason.strip() for name, _, reason in pairs}

    #: Exceptions by which the engine says that a function cannot take its arguments.
    argument_errors: tuple = (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    )

    def compiled_composite(self, run, dynamic):
        """`run`, the body of a composite op, in the form in which this engine runs it best when called eagerly.

        Args:
            run: `(*args) -> tensors`; it has the name of the op.
            dynamic: The positions of tensors and of sequences of tensors among the arguments; all others are settings.
        """
        return run

    def refuses(self, error) -> bool:
        """Whether an engine's exception is about the arguments of a call, and not about memory or tracing."""
        return isinstance(error, self.argument_errors) or self.lacks(error)

    def computes_instead(self, error):
        """Where an error says that a kernel is missing for dtypes: `{dtype: wider dtype to compute in}`; else None."""

    def lacks(self, error) -> bool:
        """Whether it says that the engine has no implementation for these dtypes or this device."""
        return isinstance(error, NotImplementedError)

    # --- state and classes -----------------------------------------------------------------------
    def variable_class(self):
        """The subclass of `core.variable.Variable` that holds its value in this engine."""
        raise NotImplementedError

    def host_class(self, cls):
        """The class to instantiate for the layer class `cls`: `cls` itself, or a cached subclass that mixes in what
        the engine needs (torch: `nn.Module`)."""
        return cls

    def outside_trace(self):
        """A context in which values are computed now, even while the engine traces a function."""
        return contextlib.nullcontext()

    def eager_compiler(self):
        """`(layer, args, kwargs) -> outputs`, running an outermost eager layer call as a cached compiled function; None
        if the engine runs eager calls as they are."""

    #: Dtype of the state of a SeedGenerator.
    seed_dtype = "uint32"

    def draw_seed(self, state):
        """What the random kernels take as `seed`, from the Variable `state` = [seed, counter]; advances the counter."""
        raise NotImplementedError

    def fixed_seed(self, seed):
        """What the random kernels take as `seed`, from a Python int: the same at each call."""
        raise NotImplementedError

    def random_seed(self, seed):
        """Seed the engine's own generators, for user code that draws from them."""

    def devices(self) -> list[str]:
        """Names of the devices this engine sees, as `device()` takes them: `"cpu:0"`, `"gpu:0"`."""
        return ["cpu:0"]

    def device_scope(self, device):
        """A context manager placing new tensors on `device`."""
        raise NotImplementedError

    # --- transforms ------------------------------------------------------------------------------
    def trace_spec(self, function, *args, **kwargs):
        """Shapes and dtypes of `function`'s result, found by tracing it with the engine: nested KerasTensor in, nested
        KerasTensor out. The fallback for user code that calls the engine directly, and the oracle of the rules."""
        raise NotSupportedError(f"{self.name} cannot trace a function for its shapes.")

    def vectorized_map(self, function, elements):
        raise NotSupportedError(f"{self.name} has no vectorized_map.")

    def remat(self, function):
        """`function`, recomputing what it needs in the backward pass instead of keeping it."""
        return function

    # --- code of the engine's own ------------------------------------------------------------------
    def wrappers(self, kind):
        """The module that runs code written for the engine itself inside a layer. `kind` is "torch_module"
        (`backends/torch/wrappers.py`), "jax_function" (`backends/jax/wrappers.py`) or "saved_model"
        (`backends/tensorflow/wrappers.py`); None where the engine has no such code."""

    # --- the host --------------------------------------------------------------------------------
    def host_call(self, function, inputs, shape, dtype):
        """`function(*arrays)`, run on the host over NumPy arrays, as a tensor: for what engines cannot do (strings).

        Where the engine traces, it calls back when the graph runs; there the shape of the result must be known as far
        as the engine needs it.

        Args:
            function: Takes and returns NumPy arrays; strings are arrays of `str` or of objects (`str`, `bytes`).
            inputs: Tensors of this engine, or NumPy arrays.
            shape: Of the result; None where a size is unknown.
            dtype: Of the result. `"string"` gives an array of `str` on an engine that has no strings.
        """
        arrays = [self.to_numpy(x) if self.is_tensor_type(type(x)) else x for x in inputs]
        result = function(*arrays)
        return result if dtype == "string" else self.convert_to_tensor(result, dtype)

    def ragged(self, x, filler):
        """Rows of different lengths, from an array (rows, longest) in which shorter rows end in `filler`."""
        raise NotSupportedError(
            f"{self.name} has no ragged tensors: leave out ragged=True, rows are padded then."
        )

    # --- updates of state ------------------------------------------------------------------------
    def gradients_off(self):
        """A context in which the engine does not record what is computed for differentiation (torch); nothing where
        gradients are taken of functions."""
        return contextlib.nullcontext()

    def host_scope(self):
        """A context for making the scalars that the host reads at each step (an optimizer's counter and learning rate),
        on the device where it reads them without waiting."""
        return contextlib.nullcontext()

    def host_number(self, scalar):
        """The Python number in a scalar tensor of this engine (or the number that `scalar` is), or None where there is
        no value yet, in a trace."""
        raise NotImplementedError

    def densify(self, x):
        """`x`, a dense tensor also where the engine has a form of its own for sparse gradients."""
        return x

    def compiled(self, function):
        """`function` (of nested lists of tensors) compiled, for repeated eager calls; None if the engine runs eager code
        as fast as it is."""

    def fused_update(self, kind):
        """A maker of optimizer steps that update many tensors in place; None if the engine has none of this kind.

        `fused_update(kind)(variables, slots, counter=..., rate=..., ...)` returns `plan(gradients, variables) -> bool`:
        whether the step was made; if not (other Variables, missing or unusual gradients), nothing was changed. Its
        attribute `outdated` tells that it was asked for other Variables. `kind` is "adam" or "sgd"; the arguments are
        listed in `backends/torch/optimizer_plan.py`.
        """

    def engine(self):
        """The class of the training engine, which the training loop drives through the verbs of `core.engine.Engine`."""
        from tricorn.core.engine import Engine

        return Engine

    def __init__(self):
        self._families = {}

    def __repr__(self):
        return f"<Backend {self.name}>"

    def __reduce__(self):
        return get_backend, (self.name,)


# --- registry ------------------------------------------------------------------------------------
_backends: dict[str, Backend] = {}
_load_lock = threading.RLock()


def third_party_backends() -> dict:
    """Entry points of the group `tricorn.backends`: name to entry point."""
    return {point.name: point for point in importlib.metadata.entry_points(group="tricorn.backends")}


def is_installed(name) -> bool:
    """True if the engine of the backend `name` can be imported; imports nothing."""
    root = BUILT_IN.get(name)
    if root is None:
        return name in third_party_backends()
    return root in sys.modules or importlib.util.find_spec(root) is not None


def installed_backends() -> list[str]:
    """Names of the built-in backends whose engine is installed, in the order of preference."""
    return [name for name in BUILT_IN if is_installed(name)]


def get_backend(name) -> Backend:
    """The backend called `name`, importing its engine if this is the first use.

    Raises:
        ValueError: There is no backend of that name.
        BackendError: Its engine is not installed.
    """
    if isinstance(name, Backend):
        return name
    try:
        return _backends[name]
    except (KeyError, TypeError):
        return _load(name)


def _load(name):
    if not isinstance(name, str):
        raise bad_argument("backend", "a backend is given by name.", expected=f"one of {', '.join(BUILT_IN)}",
                           given=repr(name), error=TypeError)  # fmt: skip
    name = {"tf": "tensorflow", "pytorch": "torch"}.get(name, name)
    with _load_lock:
        if name in _backends:
            return _backends[name]
        if name in BUILT_IN:
            if not is_installed(name):
                raise bad_argument(
                    f'backend "{name}"', f"{BUILT_IN[name]} is not installed.",
                    expected=f"one of the installed engines: {', '.join(installed_backends())}",
                    given=repr(name), hint=INSTALL_HINTS[name], error=BackendError,
                )  # fmt: skip
            module = importlib.import_module(f"tricorn.backends.{name}")
        else:
            point = third_party_backends().get(name)
            if point is None:
                raise bad_argument("backend", "unknown name.", expected=f"one of {', '.join(BUILT_IN)}",
                                   given=repr(name))  # fmt: skip
            module = point.load()
        _backends[name] = module.backend
        return module.backend


def loaded_backends() -> list[Backend]:
    return list(_backends.values())


# --- choice --------------------------------------------------------------------------------------
_active: ContextVar[Backend | None] = ContextVar("tricorn_backend", default=None)
get_scoped = _active.get  # bound once: this is on the path of every call without tensors
_default: Backend | None = None


def active_backend() -> Backend:
    """The backend that runs a call which no tensor and no layer decides."""
    return get_scoped() or _default or _choose_default()


def _choose_default():
    global _default
    _default = get_backend(choose_backend()[0])
    return _default


def choose_backend() -> tuple[str, str]:
    """The name of the backend used when nothing else decides, and why.

    Raises:
        BackendError: What is configured is not installed.
    """
    if _default is not None:
        return _default.name, "set_backend() or an earlier choice of this process"
    from tricorn.core.config import configured_backend

    configured = configured_backend()
    if configured is not None:
        return configured, "the environment or the config file"
    for name in BUILT_IN:
        if is_installed(name):
            return name, "the first installed of " + ", ".join(BUILT_IN)
    raise BackendError("No engine is installed. Try: pip install jax")


def backend() -> str:
    """The name of the active backend: `"jax"`, `"torch"`, `"tensorflow"` or `"numpy"`."""
    scoped = get_scoped() or _default
    return scoped.name if scoped is not None else choose_backend()[0]


def set_backend(backend) -> None:
    """Make `backend` the backend of this process from here on, in all threads.

    Models and layers made before keep the engine they were made on. Inside a `backend_scope` the scope still wins.
    """
    global _default
    _default = get_backend(backend)


class backend_scope:
    """Context manager (and decorator): calls and new models inside run on the backend `name`.

    Scopes nest, and belong to the thread (and asyncio task) that entered them.

    Args:
        name: `"jax"`, `"torch"`, `"tensorflow"`, `"numpy"`, or a registered third-party backend.
    """

    def __init__(self, name):
        self._backend = get_backend(name)
        self._tokens = []

    def __enter__(self):
        self._tokens.append(_active.set(self._backend))
        return self._backend

    def __exit__(self, *exc_info):
        _active.reset(self._tokens.pop())

    def __call__(self, function):
        import functools

        @functools.wraps(function)
        def scoped(*args, **kwargs):
            with backend_scope(self._backend):
                return function(*args, **kwargs)

        return scoped


# --- whose tensor is it? -------------------------------------------------------------------------
_backend_of_type: dict[type, Backend | None] = {}
_NEUTRAL_ROOTS = {"builtins", "numpy", "tricorn"}


def backend_of_type(cls) -> Backend | None:
    """The backend whose tensors are instances of `cls`, or None. NumPy arrays are neutral: None."""
    try:
        return _backend_of_type[cls]
    except KeyError:
        found = _backend_of_type[cls] = _find_backend_of_type(cls)
        return found


def _find_backend_of_type(cls):
    roots = {base.__module__.partition(".")[0] for base in cls.__mro__} - _NEUTRAL_ROOTS
    if not roots:
        return None
    for name, root in BUILT_IN.items():
        if name != "numpy" and root in sys.modules and roots & _MODULE_ROOTS[name]:
            candidate = get_backend(name)
            if candidate.is_tensor_type(cls):
                return candidate
    for candidate in loaded_backends():
        if candidate.name not in BUILT_IN and candidate.is_tensor_type(cls):
            return candidate
    return None


_MODULE_ROOTS = {"jax": {"jax", "jaxlib"}, "torch": {"torch"}, "tensorflow": {"tensorflow"}}


def backend_of(value) -> Backend | None:
    """The backend of a tensor or Variable, or None for a neutral value."""
    owner = getattr(type(value), "backend_object", None)
    return owner if isinstance(owner, Backend) else backend_of_type(type(value))


def backend_in(values, where="ops") -> Backend | None:
    """The backend of the tensors in a nested list, or None if there are only neutral values.

    Raises:
        BackendError: There are tensors of two engines.
    """
    found = None
    kinds = set(map(type, values))
    owners = [getattr(cls, "backend_object", None) or backend_of_type(cls) for cls in kinds]
    if not kinds.isdisjoint((list, tuple)):
        owners += [backend_in(item, where) for item in values if isinstance(item, (list, tuple))]
    for owner in owners:
        if owner is not None and owner is not found:
            if found is not None:
                raise two_engines(found, owner, where)
            found = owner
    return found


_loads_data = False


def mark_data_worker() -> None:
    """Say that this process only makes data for another one."""
    global _loads_data
    _loads_data = True


_on_host: ContextVar[bool] = ContextVar("tricorn_on_host", default=False)


@contextlib.contextmanager
def stay_on_host():
    """Context: preprocessing layers give NumPy arrays where nothing but arrays goes in."""
    token = _on_host.set(True)
    try:
        yield
    finally:
        _on_host.reset(token)


def stays_on_host() -> bool:
    """Whether arrays stay arrays: inside `stay_on_host`, and in a process that only makes data for another one, ours or
    torch's. No engine may be started there, as devices and threads do not survive a fork."""
    return _on_host.get() or data_worker() is not None


def data_worker() -> str | None:
    """Which process that only makes data for another one this is, ours or torch's; None if it is none."""
    if _loads_data:
        return f"process {os.getpid()}"
    loading = sys.modules.get("torch.utils.data")
    info = None if loading is None else loading.get_worker_info()
    return None if info is None else f"worker {info.seed}"  # another seed in each epoch


def two_engines(first, second, where="ops") -> BackendError:
    """The error for tensors of two engines in one call."""
    return bad_argument(
        where, "tensors of two engines meet in one call.", expected=f"all tensors from {first.name}",
        given=f"a {first.name} tensor and a {second.name} tensor",
        hint="convert one with tricorn.ops.convert_to_numpy(...)", error=BackendError,
    )  # fmt: skip
