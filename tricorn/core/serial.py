"""Objects to configurations and back, by default deny.

The form is the reference's, so that files go both ways: `{"module", "class_name", "config", "registered_name"}`, with
`build_config`, `compile_config` and `shared_object_id` where an object has them. A configuration names only classes and
functions that are public in our packages or registered by the caller (`core.registration`).
"""

from __future__ import annotations

import contextlib
import warnings
from contextvars import ContextVar

import numpy as np

from tricorn.core import registration
from tricorn.core.dtypes import ALLOWED_DTYPES, standardize_dtype
from tricorn.core.errors import TricornError, UnsafeFileError, bad_argument, describe
from tricorn.core.json_config import (
    check_config as check_config,
    read_json as read_json,
    write_json as write_json,
)
from tricorn.core.registration import (
    CustomObjectScope as CustomObjectScope,
    custom_object_scope as custom_object_scope,
    get_custom_objects as get_custom_objects,
    get_registered_name as get_registered_name,
    get_registered_object as get_registered_object,
    register_keras_serializable as register_keras_serializable,
)

PLAIN = (str, bool, int, float, type(None))


class UnknownObjectError(UnsafeFileError, TypeError):
    """A file names a class or function that is neither ours nor registered."""


# --- scopes --------------------------------------------------------------------------------------
_safe_mode: ContextVar[bool | None] = ContextVar("tricorn_safe_mode", default=None)
_sharing: ContextVar[_Shared | None] = ContextVar("tricorn_shared_objects", default=None)
_unsafe_by_default = False


def enable_unsafe_deserialization():
    """Turn safe loading off in the whole process: files may then run code that they bring along.

    Prefer `safe_mode=False` on the one call that loads a file which you trust.
    """
    global _unsafe_by_default
    _unsafe_by_default = True
    warnings.warn("Safe loading is off in this process: a model file can run any code.", stacklevel=2)


def in_safe_mode() -> bool:
    """Whether configurations are read here without running code from them."""
    scoped = _safe_mode.get()
    return not _unsafe_by_default if scoped is None else scoped


@contextlib.contextmanager
def safe_mode_scope(safe_mode):
    """Inside, objects are read with that safe mode whatever inner calls say."""
    token = _safe_mode.set(bool(safe_mode))
    try:
        yield
    finally:
        _safe_mode.reset(token)


class _Shared:
    def __init__(self):
        self.ids = {}
        self.objects = {}
        self.kept = []  # keeps ids valid while the scope lasts
        self.is_reading = False  # numbers of a file being read must not be given to other objects


class ObjectSharingScope:
    """Inside, an object met twice is written with a `shared_object_id`, and read as one object."""

    def __enter__(self):
        self._token = _sharing.set(_Shared())
        return self

    def __exit__(self, *exc_info):
        _sharing.reset(self._token)


# --- writing -------------------------------------------------------------------------------------
def serialize_keras_object(obj):
    """The configuration of an object, made of dicts, lists, tuples, strings, numbers and None.

    Args:
        obj: A layer, model, loss ... (anything with `get_config`), a function (written by name), an array or tensor, a
            dtype, a slice, bytes, or lists, tuples and dicts of these.

    Raises:
        TypeError: It has no configuration; a lambda never has.
    """
    kind = type(obj)
    if obj is None or kind in (str, bool, int, float):
        return obj
    if kind is list:
        return [serialize_keras_object(item) for item in obj]
    if kind is tuple:
        return tuple(serialize_keras_object(item) for item in obj)
    if isinstance(obj, dict):
        return {key: serialize_keras_object(value) for key, value in obj.items()}
    if isinstance(obj, PLAIN):
        return obj
    if isinstance(obj, (list, tuple)):  # tracked lists, named tuples
        items = (serialize_keras_object(item) for item in obj)
        return list(items) if isinstance(obj, list) else tuple(items)
    return _serialize_special(obj)


def _serialize_special(obj):
    if isinstance(obj, type) or not hasattr(obj, "get_config"):
        if isinstance(obj, bytes):
            return {"class_name": "__bytes__", "config": {"value": _decoded(obj)}}
        if isinstance(obj, slice):
            parts = {name: serialize_keras_object(getattr(obj, name)) for name in ("start", "stop", "step")}
            return {"class_name": "__slice__", "config": parts}
        if obj is Ellipsis:
            return {"class_name": "__ellipsis__", "config": {}}
        if registration.is_function(obj):
            return _serialize_function(obj)
        if hasattr(obj, "_keras_history"):
            return _serialize_symbolic(obj)
        if isinstance(obj, np.generic) and obj.dtype.kind in "biuf":
            return obj.item()
        array = _as_array(obj)
        if array is not None:
            config = {"value": array.tolist(), "dtype": array.dtype.name}
            if array.size == 0:  # nested lists do not show all sizes then
                config["shape"] = array.shape
            return {"class_name": "__tensor__", "config": config}
        name = _dtype_name(obj)
        if name is not None:
            return name
        raise bad_argument("serialize_keras_object", "this object has no configuration.", given=describe(obj),
                           hint="give its class a get_config() method and register it", error=TypeError)  # fmt: skip
    return _serialize_object(obj)


def _decoded(value):
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise bad_argument("serialize_keras_object", "bytes must be UTF-8 text.", error=TypeError) from None


def _serialize_function(function):
    name = getattr(function, "__name__", "")
    if name == "<lambda>":
        raise bad_argument(
            "serialize_keras_object", "a lambda cannot be saved: no code goes into files.", given="a lambda",
            hint='def it with a name and decorate it with @register_keras_serializable("package")', error=TypeError,
        )  # fmt: skip
    name = registration.get_registered_name(function)
    return {"module": "builtins", "class_name": "function", "config": name, "registered_name": "function"}


def _serialize_symbolic(tensor):
    history = tensor._keras_history
    if history:
        operation, node_index, tensor_index = history
        history = [operation.name, node_index, tensor_index]
    config = {"shape": tuple(tensor.shape), "dtype": tensor.dtype, "keras_history": history}
    return {"class_name": "__keras_tensor__", "config": config}


def _as_array(obj):
    if isinstance(obj, np.ndarray):
        array = obj
    else:
        from tricorn.core.backend import backend_of

        if hasattr(obj, "assign") or (backend := backend_of(obj)) is None:  # a Variable is no constant
            return None
        array = backend.to_numpy(obj)
    return array if array.dtype.name in ALLOWED_DTYPES or array.dtype.kind in "US" else None


def _dtype_name(obj):
    if isinstance(obj, np.dtype) or type(obj).__name__ in ("dtype", "DType"):
        try:
            return standardize_dtype(obj)
        except ValueError:
            return None
    return None


def _serialize_object(obj):
    cls = registration.public_class(type(obj))
    registered_name = registration.get_registered_name(cls)
    module = None if ">" in registered_name else registration.written_module(cls)
    ours = module is not None and registration.inside_our_packages(module)
    if ours:
        registered_name = "Functional" if cls.__name__ == "Functional" else None
    config = {
        "module": module,
        "class_name": registration.written_name(cls),
        "config": serialize_keras_object(obj.get_config()),
        "registered_name": registered_name,
    }
    for key, method in (("build_config", "get_build_config"), ("compile_config", "get_compile_config")):
        getter = getattr(obj, method, None)
        part = getter() if getter is not None else None
        if part is not None:
            config[key] = serialize_keras_object(part)
    shared = _sharing.get()
    if shared is not None and not shared.is_reading:
        if id(obj) not in shared.ids:
            shared.ids[id(obj)] = len(shared.ids) + 1
            shared.kept.append(obj)
        config["shared_object_id"] = shared.ids[id(obj)]
    return config


# --- reading -------------------------------------------------------------------------------------
_OBJECT_KEYS = ("class_name", "config")


def deserialize_keras_object(config, custom_objects=None, safe_mode=True, **kwargs):
    """The object that a configuration describes.

    Args:
        config: What `serialize_keras_object` returned, also after a passage through JSON.
        custom_objects: Dict of classes and functions which the configuration may name.
        safe_mode: False lets a configuration bring code along; only for sources that you trust.
        kwargs: `module_objects`, a dict of classes and functions searched last, by their bare names.

    Raises:
        UnsafeFileError: It names what is neither ours nor registered (then also a TypeError), brings code along, or is
            beyond the bounds of depth and size.
        TypeError: A class does not accept its configuration.
    """
    if config is None or isinstance(config, PLAIN):
        return _deserialize_text(config, custom_objects, kwargs)
    outermost = _safe_mode.get() is None
    if outermost:
        check_config(config)
        with safe_mode_scope(safe_mode and not _unsafe_by_default):
            return _deserialize(config, custom_objects, kwargs.get("module_objects"))
    return _deserialize(config, custom_objects, kwargs.get("module_objects"))


def _deserialize_text(value, custom_objects, kwargs):
    module_objects = kwargs.get("module_objects")
    if not isinstance(value, str) or module_objects is None:
        return value
    found = registration.get_registered_object(value, custom_objects, module_objects)
    return value if found is None else found


def _deserialize(config, custom_objects, module_objects=None):
    if isinstance(config, (list, tuple)):
        items = [_deserialize(item, custom_objects) for item in config]
        return items if isinstance(config, list) else tuple(items)
    if not isinstance(config, dict):
        return config
    if not all(key in config for key in _OBJECT_KEYS):
        return {key: _deserialize(value, custom_objects) for key, value in config.items()}
    class_name, inner = config["class_name"], config["config"]
    if not isinstance(class_name, str):
        raise bad_argument("deserialize_keras_object", "`class_name` must be a string.", given=describe(class_name),
                           error=UnknownObjectError)  # fmt: skip
    special = _SPECIAL.get(class_name)
    if special is not None:
        if not isinstance(inner, dict):
            raise _wrong_config(class_name, inner)
        return special(inner)
    if class_name == "function":
        return _function(config, custom_objects, module_objects)
    shared = _sharing.get()
    shared_id = config.get("shared_object_id")
    if shared is not None:
        shared.is_reading = True
    if shared is not None and isinstance(shared_id, int) and shared_id in shared.objects:
        return shared.objects[shared_id]
    instance = _instance(config, custom_objects, module_objects)
    if shared is not None and isinstance(shared_id, int):
        shared.objects[shared_id] = instance
    return instance


def _wrong_config(class_name, inner):
    return bad_argument(
        f'deserialize_keras_object, "{class_name[:80]}"', "`config` must be a dict of constructor arguments.",
        given=type(inner).__name__, error=UnknownObjectError,
    )  # fmt: skip


def _function(config, custom_objects, module_objects):
    name = config["config"]
    if isinstance(name, dict):  # as written by the first 3.x versions
        name = name.get("config", name.get("class_name"))
    found = None
    if isinstance(name, str):
        found = registration.get_registered_object(name, custom_objects, module_objects)
        if found is None:
            found = registration.builtin_function(name)
    if found is None:
        raise _unknown("function", name)
    return found


def _unknown(kind, name, module=None):
    shown = repr(name)[:100] + (f" of module {module!r}"[:100] if module else "")
    return bad_argument(
        "deserialize_keras_object", f"the configuration names an unknown {kind}.",
        expected=f"a public {kind} of Tricorn, or one registered by you", given=shown,
        hint='decorate it with @register_keras_serializable("package"), or pass custom_objects={"name": ...}',
        error=UnknownObjectError,
    )  # fmt: skip


def _find_class(config, custom_objects, module_objects):
    class_name, module, registered_name = (
        config["class_name"],
        config.get("module"),
        config.get("registered_name"),
    )
    for name in (registered_name, class_name):
        if not isinstance(name, str):
            continue
        found = registration.get_registered_object(name, custom_objects)
        # A bare class name of ours means ours, unless the file says that it was registered.
        if found is not None and (name == registered_name or not registration.inside_our_packages(module)):
            return found
    if registered_name is not None and registered_name != class_name:
        return None  # it was a registered class: a built-in one of the same name is another class
    found = registration.builtin_class(module, class_name)
    if found is None and module is None:
        found = (module_objects or {}).get(class_name)
    return found


def _instance(config, custom_objects, module_objects):
    class_name, inner = config["class_name"], config["config"]
    cls = _find_class(config, custom_objects, module_objects)
    if cls is None or not hasattr(cls, "from_config"):
        if (
            cls is not None
            and isinstance(cls, type)
            and hasattr(cls, "get_config")
            and isinstance(inner, dict)
        ):
            with CustomObjectScope(
                custom_objects
            ):  # a plain registered class: its arguments are its configuration
                return cls(**{key: _deserialize(value, None) for key, value in inner.items()})
        raise _unknown("class", class_name, config.get("module"))
    if not isinstance(inner, dict):
        raise _wrong_config(class_name, inner)
    if in_safe_mode() and getattr(cls, "unsafe_to_load", False):
        raise bad_argument(f'deserialize_keras_object, "{class_name}"', "this class can run code or read other files.",
                           hint="safe_mode=False, if you trust the source", error=UnsafeFileError)  # fmt: skip
    with CustomObjectScope(custom_objects):
        try:
            instance = cls.from_config(inner)
        except TricornError:  # of something inside; it says more
            raise
        except TypeError as error:
            raise bad_argument(f'deserialize_keras_object, "{class_name}"', "the class does not accept its config.",
                               given=str(error), error=TypeError) from error  # fmt: skip
        _finish(instance, config)
    return instance


def _finish(instance, config):
    build_config, compile_config = config.get("build_config"), config.get("compile_config")
    if build_config and not getattr(instance, "built", False) and hasattr(instance, "build_from_config"):
        instance.build_from_config(_deserialize(build_config, None))
        instance.built = True
    if compile_config and hasattr(instance, "compile_from_config"):
        instance.compile_from_config(compile_config)


def _array(inner):
    from tricorn.core.arrays import numpy_dtype

    dtype = standardize_dtype(inner.get("dtype"))
    value = inner.get("value")
    if dtype == "string":
        return np.asarray(value, dtype=np.str_)
    array = np.asarray(value)
    if array.dtype.kind not in "biufc" and array.size:
        raise bad_argument("deserialize_keras_object", "an array holds something other than numbers.",
                           error=UnsafeFileError)  # fmt: skip
    if array.size == 0 and 0 in (shape := inner.get("shape") or ()):
        array = np.empty(tuple(shape))
    return array.astype(numpy_dtype(dtype))


def _symbolic(inner):
    from tricorn.core.symbolic import KerasTensor

    tensor = KerasTensor(tuple(inner.get("shape") or ()), dtype=standardize_dtype(inner.get("dtype")))
    tensor.serialized_history = inner.get("keras_history")
    return tensor


def _bytes(inner):
    value = inner.get("value")
    if not isinstance(value, str):
        raise bad_argument("deserialize_keras_object", "bytes are stored as text.", given=describe(value))
    return value.encode("utf-8")


def _slice(inner):
    parts = [inner.get(name) for name in ("start", "stop", "step")]
    if not all(part is None or isinstance(part, int) for part in parts):
        parts = [_deserialize(part, None) for part in parts]
    return slice(*parts)


def _lambda(inner):
    if in_safe_mode():
        raise bad_argument(
            "deserialize_keras_object", "the configuration brings along Python code, which could do anything.",
            hint="safe_mode=False, if you trust the source", error=UnsafeFileError,
        )  # fmt: skip
    from tricorn.core.bytecode import function_from_bytecode

    if "code" in inner:
        return function_from_bytecode(inner["code"], inner.get("defaults"), inner.get("closure"))
    return function_from_bytecode(*inner.get("value", ()))


def _typespec(inner):
    raise bad_argument(
        "deserialize_keras_object", "TensorFlow type specs are not supported.", error=UnknownObjectError
    )


_SPECIAL = {
    "__tensor__": _array,
    "__numpy__": _array,
    "__keras_tensor__": _symbolic,
    "__bytes__": _bytes,
    "__ellipsis__": lambda inner: Ellipsis,
    "__slice__": _slice,
    "__lambda__": _lambda,
    "__typespec__": _typespec,
    "__tuple__": lambda inner: tuple(_deserialize(inner.get("value", ()), None)),
}
