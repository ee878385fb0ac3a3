"""A layer on torch is an `nn.Module`.

`Layer.__new__` asks for the class to instantiate; here it is a cached subclass of the same name, module and qualname that
mixes in `nn.Module`. There is no metaclass and nothing is decided at import; layers of other engines never meet torch.
Calls take our own path and reach `nn.Module.__call__` only while hooks are registered.
"""

from __future__ import annotations

import weakref

import torch
from torch.nn.modules import module as torch_module

from tricorn.backends.torch import TorchVariable
from tricorn.core.graph import structure_changed
from tricorn.core.variable import Variable

_hosted: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()

# nn.Module keeps its stores under these names; they are set by nn.Module itself.
_GLOBAL_HOOKS = tuple(
    getattr(torch_module, name)
    for name in ("_global_forward_hooks", "_global_forward_pre_hooks", "_global_backward_hooks",
                 "_global_backward_pre_hooks")
    if hasattr(torch_module, name)
)  # fmt: skip


class TorchHost(torch.nn.Module):
    """What a layer gains on torch. It stands after the layer's own classes in the method order."""

    def _init_host(self):
        if "_modules" not in self.__dict__:
            torch.nn.Module.__init__(self)
            self.__dict__["_mode"] = None
            self.__dict__["_native_names"] = (
                set()
            )  # attributes that are modules and parameters of torch itself

    def forward(self, *args, **kwargs):
        return self._public_class().__call__(self, *args, **kwargs)

    def train(self, mode=True):
        # Once a mode was chosen the torch way, it is the default of calls that do not give `training`.
        self.__dict__["_mode"] = bool(mode)
        return torch.nn.Module.train(self, mode)

    def register_forward_hook(self, *args, **kwargs):
        structure_changed()
        return torch.nn.Module.register_forward_hook(self, *args, **kwargs)

    def register_forward_pre_hook(self, *args, **kwargs):
        structure_changed()
        return torch.nn.Module.register_forward_pre_hook(self, *args, **kwargs)

    def register_full_backward_hook(self, *args, **kwargs):
        structure_changed()
        return torch.nn.Module.register_full_backward_hook(self, *args, **kwargs)

    def register_full_backward_pre_hook(self, *args, **kwargs):
        structure_changed()
        return torch.nn.Module.register_full_backward_pre_hook(self, *args, **kwargs)

    def requires_grad_(self, requires_grad=True):
        self.trainable = requires_grad
        return self


class _Blank(torch.nn.Module):
    """Created first and given its bases afterwards, so that a user's `__init_subclass__` does not run a second time."""


def host_class(cls):
    """The cached subclass of the layer class `cls` that is an `nn.Module` too."""
    try:
        return _hosted[cls]
    except KeyError:
        hosted = _hosted[cls] = _make(cls)
        return hosted


def _make(cls):
    def __call__(self, *args, **kwargs):
        if (self._forward_hooks or self._forward_pre_hooks or self._backward_hooks or self._backward_pre_hooks
                or any(_GLOBAL_HOOKS)):  # fmt: skip
            return torch.nn.Module.__call__(self, *args, **kwargs)
        return call(self, *args, **kwargs)

    call = cls.__call__
    namespace = {
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__doc__": cls.__doc__,
        "_tricorn_public": cls,
        "__call__": __call__,
        "_default_training": _default_training,
        "_has_hooks": _has_hooks,
        "_track_native": _track_native,
        "_adopt_variable": _adopt_variable,
        "_adopt_layer": _adopt_layer,
        "_release": _release,
        "_release_native": _release_native,
        "_init_host": TorchHost._init_host,
    }
    bases = (cls,) if issubclass(cls, TorchHost) else (cls, TorchHost)
    metaclass = type(cls)
    hosted = metaclass(cls.__name__, (_Blank,), namespace)
    hosted.__bases__ = bases
    return hosted


def _has_hooks(self):
    return bool(
        self._forward_hooks or self._forward_pre_hooks or self._backward_hooks or self._backward_pre_hooks
    )


def _default_training(self):
    return self.__dict__["_mode"]


def _adopt_variable(self, variable, name):
    """Register the Variable under its name, so that `parameters()` and `state_dict()` have it."""
    if not isinstance(variable, TorchVariable):
        return
    value = variable._read()
    store = self._parameters if variable.trainable or value.requires_grad else self._buffers
    if variable._store is self._parameters or variable._store is self._buffers:
        return
    if len(variable._store) > 1:
        return  # another module owns it
    key = name.replace(".", "_")
    while key in self._parameters or key in self._buffers or key in self._modules:
        key += "_"
    variable.adopt(store, key)


def _adopt_layer(self, layer):
    if not isinstance(layer, torch.nn.Module):
        return
    key = layer.name.replace(".", "_")
    base, count = key, 0
    while key in self._modules or key in self._parameters or key in self._buffers:
        if self._modules.get(key) is layer:
            return
        count += 1
        key = f"{base}_{count}"
    self._modules[key] = layer


def _release(self, item):
    """Forget a layer or Variable that our attributes hold no longer."""
    if isinstance(item, TorchVariable):
        if item._store is self._parameters or item._store is self._buffers:
            item._store, item._key = {"value": item._store.pop(item._key)}, "value"
        return
    for key in [key for key, module in self._modules.items() if module is item]:
        del self._modules[key]


def _release_native(self, name):
    """Forget the torch module or parameter that is the attribute `name`, and the Variables over its tensors."""
    if name not in self._native_names:  # Variables and layers of ours stand in the stores too
        return False
    self._native_names.discard(name)
    store = self._modules if name in self._modules else self._parameters
    value = store[name]
    if isinstance(value, torch.nn.Module):
        if sum(value is other for other in self._modules.values()) > 1:
            del store[name]
            return True
        modules = list(value.modules())
        tensors = [*value.parameters(), *value.buffers()]
    else:
        modules, tensors = [], [value]
    gone = {id(item) for item in (*modules, *tensors)}
    self._layers[:] = [layer for layer in self._layers if id(layer) not in gone]
    for own in (self._own_trainable, self._own_non_trainable):
        own[:] = [variable for variable in own if id(variable._read()) not in gone]
    del store[name]
    self._state_changed()
    return True


def _track_native(self, name, value):
    """Modules and parameters of torch itself, and tensors assigned over one of our Variables."""
    if name in self._native_names:
        _release_native(self, name)
    if isinstance(value, Variable) or hasattr(type(value), "_init_state"):
        return False
    if isinstance(value, torch.nn.Module):
        key = name or f"module_{len(self._modules)}"
        if name is not None:
            _make_native(self, name)
        self._modules[key] = value
        _adopt_module_parameters(self, value, key)
        return True
    if isinstance(value, torch.nn.Parameter):
        key = name or f"parameter_{len(self._parameters)}"
        current = self.__dict__.get(key)
        if isinstance(current, TorchVariable):
            current._store[current._key] = value
            return True
        _make_native(self, key)
        self._parameters[key] = value
        _track_view(self, self._parameters, key)
        return True
    if (
        name is not None
        and isinstance(value, torch.Tensor)
        and isinstance(self.__dict__.get(name), TorchVariable)
    ):
        current = self.__dict__[name]
        if tuple(value.shape) == current.shape:
            current._store[current._key] = value
            return True
    return False


def _make_native(self, name):
    self.__dict__.pop(name, None)
    self._native_names.add(name)
    self.__dict__.setdefault("_tracked_names", set()).add(
        name
    )  # so that None in its place comes to _track_native


def _adopt_module_parameters(layer, module, prefix):
    for name, submodule in module.named_modules():
        if hasattr(type(submodule), "_init_state"):  # a layer of ours inside a torch module
            layer._track_layer(submodule)
            continue
        for store in (submodule._parameters, submodule._buffers):
            for key, value in store.items():
                if value is not None:
                    path = ".".join(part for part in (prefix, name, key) if part)
                    _track_view(layer, store, key, path)


def _track_view(layer, store, key, path=None):
    """A Variable over a parameter that a torch module owns."""
    value = store[key]
    variable = TorchVariable.view_of(store, key, (path or key).replace("/", "_"))
    target = layer._own_trainable if value.requires_grad else layer._own_non_trainable
    target.append(variable)
    layer._state_changed()
