"""A layer on TensorFlow is a `tf.Module`: modules and checkpoints that hold one find its variables."""

from __future__ import annotations

import types
import weakref

import tensorflow as tf

from tricorn.backends.tensorflow import TensorflowVariable

_hosted: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


class TensorflowHost(tf.Module):
    """What a layer gains on TensorFlow. It stands after the layer's own classes in the method order."""


class _Blank(tf.Module):
    """Created first and given its bases afterwards, so that a user's `__init_subclass__` does not run a second time."""


def host_class(cls):
    """The cached subclass of the layer class `cls` that is a `tf.Module` too."""
    try:
        return _hosted[cls]
    except KeyError:
        hosted = _hosted[cls] = _make(cls)
        return hosted


def _make(cls):
    namespace = {
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__doc__": cls.__doc__,
        "_tricorn_public": cls,
        "name": property(_get_name, _set_name),  # tf.Module has a property of this name
        "_init_host": _init_host,
        "_adopt_variable": _adopt_variable,
        "_release": _release,
        "_trackable_children": _trackable_children,
        "_add_trackable_child": _ignore_child,
    }
    module_meta = type(tf.Module)
    metaclass = (
        type(cls)
        if issubclass(type(cls), module_meta)
        else (
            module_meta
            if type(cls) is type
            else type(f"{type(cls).__name__}Module", (type(cls), module_meta), {})
        )
    )
    hosted = types.new_class(
        cls.__name__, (_Blank,), {"metaclass": metaclass}, lambda ns: ns.update(namespace)
    )
    hosted.__bases__ = (cls,) if issubclass(cls, TensorflowHost) else (cls, TensorflowHost)
    return hosted


def _get_name(self):
    return self.__dict__["name"]


def _set_name(self, value):
    self.__dict__["name"] = value


def _init_host(self):
    self.__dict__["_tf_variables"] = {}


def _adopt_variable(self, variable, name):
    if isinstance(variable, TensorflowVariable):
        key = name
        while key in self._tf_variables:
            key += "_"
        self._tf_variables[key] = variable._value


def _release(self, item):
    """Forget a Variable that our attributes hold no longer."""
    if isinstance(item, TensorflowVariable):
        for key in [key for key, variable in self._tf_variables.items() if variable is item._value]:
            del self._tf_variables[key]


def _trackable_children(self, save_type="checkpoint", **kwargs):
    """Own variables and sub-layers by name: what `tf.train.Checkpoint` and SavedModel walk."""
    children = dict(self._tf_variables)
    for layer in self._layers:
        key = layer.name
        while key in children:
            key += "_"
        children[key] = layer
    for index, generator in enumerate(self._seed_generators):
        children[f"seed_generator_{index}"] = generator.state._value
    return children


def _ignore_child(self, name, value):
    """Children are computed by `_trackable_children`; attributes need no wrapping."""
