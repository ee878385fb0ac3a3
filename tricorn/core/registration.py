"""Names of classes and functions in files: what users register, and the fixed tables of our own packages.

A look-up is always an exact match in a table. A name from a file never becomes an attribute path or an import.
"""

from __future__ import annotations

import importlib
import inspect
from contextvars import ContextVar

from tricorn.core.errors import bad_argument, describe

_registered: dict[str, object] = {}
_names: dict[object, str] = {}
_scoped: ContextVar[dict] = ContextVar("tricorn_custom_objects", default={})  # noqa: B039  (never changed in place)


# --- what users register -------------------------------------------------------------------------
def register_keras_serializable(package="Custom", name=None):
    """Decorator: files may name this class or function from now on.

    Args:
        package: Prefix that keeps names of different libraries apart.
        name: The name; the object's own if None. In files it reads `package>name`.

    Raises:
        ValueError: A class without `get_config`.
        TypeError: Neither a class nor a function.

    Examples:
        @register_keras_serializable("my_package")
        class Scale(tricorn.layers.Layer): ...
    """

    def decorate(obj):
        if not isinstance(obj, type) and not callable(obj):
            raise bad_argument("register_keras_serializable", "only classes and functions can be registered.",
                               given=describe(obj), error=TypeError)  # fmt: skip
        if isinstance(obj, type) and not hasattr(obj, "get_config"):
            raise bad_argument(f"register_keras_serializable, {obj.__name__}", "a class needs a `get_config()` method.",
                               hint="return the constructor's arguments as a dict")  # fmt: skip
        registered_name = f"{package}>{name if name is not None else obj.__name__}"
        _registered[registered_name] = obj
        _names[obj] = registered_name
        return obj

    return decorate


def get_custom_objects():
    """The dict of registered objects by name; entries may be added and removed."""
    return _registered


def get_registered_name(obj):
    """The name under which a class or function is registered; its own name if it is not."""
    try:
        return _names[obj]
    except (KeyError, TypeError):
        return getattr(obj, "__name__", None) or type(obj).__name__


def get_registered_object(name, custom_objects=None, module_objects=None):
    """The class or function of that name, or None.

    Looks in `custom_object_scope`s, then in what is registered, in `custom_objects` and in `module_objects`.
    """
    for table in (_scoped.get(), _registered, custom_objects or {}, module_objects or {}):
        if name in table:
            return table[name]
    return None


class CustomObjectScope:
    """Context manager: inside, files may name the classes and functions of a dict.

    Args:
        custom_objects: Dict from names to classes or functions.
    """

    def __init__(self, custom_objects):
        if custom_objects is not None and not isinstance(custom_objects, dict):
            raise bad_argument("custom_object_scope", "custom objects come in a dict.",
                               expected='{"Name": class_or_function}', given=describe(custom_objects),
                               error=TypeError)  # fmt: skip
        self.custom_objects = dict(custom_objects or {})
        self._tokens = []

    def __enter__(self):
        self._tokens.append(_scoped.set({**_scoped.get(), **self.custom_objects}))
        return self

    def __exit__(self, *exc_info):
        _scoped.reset(self._tokens.pop())


custom_object_scope = CustomObjectScope


# --- our own packages ----------------------------------------------------------------------------
_ROOTS = ("keras", "tricorn")

# The packages whose public classes a file may name, by the first words after `keras.` or `keras.src.`.
CLASS_PACKAGES = (
    "optimizers.schedules",
    "layers",
    "models",
    "initializers",
    "regularizers",
    "constraints",
    "activations",
    "losses",
    "metrics",
    "optimizers",
    "dtype_policies",
    "quantizers",
    "random",
    "utils",
)
# Those whose public functions a file may name, in the order in which they are searched.
FUNCTION_PACKAGES = ("activations", "losses", "metrics")
_NOT_REFERENCES = frozenset(("get", "serialize", "deserialize"))

# Public classes that the reference names from elsewhere than their package.
_WRITTEN_MODULES = {
    "Sequential": "keras",
    "Model": "keras",
    "Functional": "keras.src.models.functional",
    "DTypePolicy": "keras",
    "Feature": "keras.src.layers.preprocessing.feature_space",
    "Cross": "keras.src.layers.preprocessing.feature_space",
    "TFDIdentity": "keras.src.layers.preprocessing.feature_space",
}
# Public names under which the reference writes classes that bear another one.
_WRITTEN_NAMES = {"GroupedQueryAttention": "GroupQueryAttention"}
_ROOT_PACKAGES = (
    "dtype_policies",
    "models",
    "layers",
    "initializers",
    "regularizers",
    "losses",
    "metrics",
    "optimizers",
)
_SOURCE_ALIASES = {"random.seed_generator": "random", "backend.common.dtype_policies": "dtype_policies"}

# More sources of classes, `{prefix of module: (module, class_name) -> class or None}`: the graph's operations.
_resolvers: dict[str, object] = {}


def add_class_resolver(prefix, resolver):
    """Let `resolver(module, class_name)` find the classes of modules that begin with `prefix`, e.g. `"keras.src.ops"`.

    A resolver must look its name up in a table, as everything here does.
    """
    _resolvers[prefix] = resolver


_tables: dict[str, tuple] = {}


def public_names(package):
    """A package's table of public names, and the package; empty and None if this build lacks it."""
    found = _tables.get(package)
    if found is None:
        try:
            module = importlib.import_module(f"tricorn.{package}")
        except ModuleNotFoundError as error:
            if error.name and f"tricorn.{package}".startswith(error.name):
                return frozenset(), None
            raise
        found = _tables[package] = (frozenset(getattr(module, "__all__", ())), module)
    return found


def public_object(package, name):
    """The public object `name` of one of our packages, or None."""
    names, module = public_names(package)
    return getattr(module, name) if name in names else None


def inside_our_packages(module) -> bool:
    """Whether a module named in a file is one of ours or of the reference."""
    return isinstance(module, str) and module.split(".", 1)[0] in _ROOTS


def builtin_class(module, class_name):
    """The class that `module` and `class_name` of a file mean in our packages, or None."""
    if not inside_our_packages(module) or not isinstance(class_name, str):
        return None
    for prefix, resolver in _resolvers.items():
        if module == prefix or module.startswith(prefix + "."):
            found = resolver(module, class_name)
            if found is not None:
                return found
    for package in _packages_meant(module):
        found = public_object(package, class_name) if class_name not in _NOT_REFERENCES else None
        if isinstance(found, type) and hasattr(found, "from_config"):
            return found
    return None


def _packages_meant(module):
    inner = module.partition(".")[2]
    inner = inner.removeprefix("src.") if inner != "src" else ""
    if not inner:
        return _ROOT_PACKAGES
    inner = _SOURCE_ALIASES.get(inner, inner)
    return tuple(name for name in CLASS_PACKAGES if inner == name or inner.startswith(name + "."))


def builtin_function(name):
    """The public activation, loss or metric function `name`, or None."""
    if not isinstance(name, str) or name in _NOT_REFERENCES:
        return None
    for package in FUNCTION_PACKAGES:
        found = public_object(package, name)
        if found is not None and not isinstance(found, type) and callable(found):
            return found
    return None


def public_class(cls):
    """The class that the user named, for a class which an engine mixed something into."""
    return cls.__dict__.get("_tricorn_public", cls)


def written_name(cls):
    """The class name written for instances of `cls`."""
    if cls.__module__.startswith("tricorn."):
        return _WRITTEN_NAMES.get(cls.__name__, cls.__name__)
    return cls.__name__


def written_module(cls):
    """The module written for instances of `cls`: `"keras.layers"` for ours, its own for others, None for `__main__`."""
    module = cls.__module__
    if not module.startswith("tricorn."):
        return None if module in ("__main__", "builtins") else module
    public_name = written_name(cls)
    if public_name in _WRITTEN_MODULES:
        return _WRITTEN_MODULES[public_name]
    inner = module.removeprefix("tricorn.")
    if inner.startswith("core.") and public_object("random", public_name) is cls:
        return "keras.random"
    for package in CLASS_PACKAGES:
        if (inner == package or inner.startswith(package + ".")) and public_object(
            package, public_name
        ) is cls:
            return f"keras.{package}"
    return next(
        (f"keras.{name}" for name in CLASS_PACKAGES if public_object(name, public_name) is cls), module
    )


def is_function(obj) -> bool:
    """Whether `obj` goes to a file as a function's name."""
    return inspect.isfunction(obj) or inspect.isbuiltin(obj) or type(obj).__name__ == "Op"
