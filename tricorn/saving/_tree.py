"""Where each part of a model stands in a file: the reference's paths, made of attribute and class names.

A model is a tree of parts: layers and optimizers. A part lies under the name of the attribute that holds it; those in a
list, tuple, dict or set lie in a group of the attribute's name, under their class's name and a number
(`blocks/dense`, `blocks/dense_1`). A part that is reached twice has one place, the first. A functional or sequential
model's layers come first, then public attributes in alphabetical order, then private ones.
"""

from __future__ import annotations

import collections
import functools

from tricorn.core.naming import snake_case
from tricorn.layers._layer import Layer
from tricorn.layers.core._input_layer import InputLayer
from tricorn.models._functional import Functional
from tricorn.models._model import Model
from tricorn.models._sequential import Sequential
from tricorn.optimizers._optimizer import Optimizer

CONTAINERS = (list, tuple, dict, set)

# Attributes of our base classes that hold parts which have their place elsewhere, or none.
_HIDDEN = frozenset((
    "_layers", "_metrics", "_modules", "_parameters", "_buffers", "_stack", "_graph", "_init_call",
    "_compiled_arguments", "_own_trainable", "_own_non_trainable", "_seed_generators", "_inbound_nodes",
    "_outbound_nodes", "_operations", "_trainable_variables", "_own_variables", "_plan", "_compiled", "_trainer",
    "_runners", "_losses", "_tracked_names",
))  # fmt: skip
_BASES = frozenset((Layer, Model, Functional, Sequential, Optimizer, *Layer.__mro__, *Model.__mro__,
                    *Functional.__mro__, *Optimizer.__mro__))  # fmt: skip


Part = collections.namedtuple("Part", "path owner")


def parts_of(root):
    """The parts of a model, or of anything that has weights: a list of `Part(path, owner)`, the root first."""
    found, seen = [], set()
    _visit(root, "", found, seen)
    return found


def _visit(part, path, found, seen):
    if id(part) in seen:
        return
    seen.add(id(part))
    found.append(Part(path, part))
    if isinstance(part, (Functional, Sequential)):
        _visit_container(part.layers, _join(path, "layers"), found, seen)
    for name, value in _attributes(part):
        if isinstance(value, (Layer, Optimizer)):
            _visit(value, _join(path, name), found, seen)
        elif isinstance(value, CONTAINERS):
            _visit_container(value, _join(path, name), found, seen)
    if isinstance(part, Layer):
        # Layers that no attribute leads to, such as ours inside a module of torch. The reference does not look there.
        hidden = [layer for layer in part._layers if not isinstance(layer, InputLayer)]
        _visit_container(hidden, _join(path, "_layers"), found, seen)


def _visit_container(container, path, found, seen, outer=()):
    if any(container is one for one in outer):
        return  # it holds itself
    items = list(container.values()) if isinstance(container, dict) else list(container)
    if not any(isinstance(item, (Layer, Optimizer, *CONTAINERS)) for item in items):
        return
    counts = collections.Counter()
    for item in items:
        if isinstance(item, (Layer, Optimizer)):
            _visit(item, _join(path, _numbered(snake_case(class_name(item)), counts)), found, seen)
        elif isinstance(item, CONTAINERS):
            inner = _join(path, _numbered("container", counts))
            _visit_container(item, inner, found, seen, (*outer, container))


def _numbered(name, counts):
    count = counts[name]
    counts[name] += 1
    return name if count == 0 else f"{name}_{count}"


def _join(path, name):
    return f"{path}/{name}" if path else name


def class_name(part):
    """The name of a part's class as its author wrote it."""
    cls = type(part)
    return cls.__dict__.get("_tricorn_public", cls).__name__


def _attributes(part):
    """Names and values of the attributes that may hold parts, public ones first."""
    values = {name: value for name, value in vars(part).items() if name not in _HIDDEN}
    for name in _properties(type(part)):
        if name not in values:
            try:
                values[name] = getattr(part, name)
            except Exception:  # a property of the user's that has no value now holds no part
                continue
    return sorted(values.items(), key=lambda item: (item[0].startswith("_"), item[0]))


@functools.lru_cache(maxsize=4096)
def _properties(cls):
    """Properties that classes below our bases define; `layers` of a model written as a class, too."""
    written = cls.__dict__.get("_tricorn_public", cls)  # without what an engine mixes in
    names = {name for base in written.__mro__ if base not in _BASES for name, value in vars(base).items()
             if isinstance(value, property)}  # fmt: skip
    if issubclass(cls, Model) and not issubclass(cls, (Functional, Sequential)):
        names.add("layers")
    return tuple(sorted(names))
