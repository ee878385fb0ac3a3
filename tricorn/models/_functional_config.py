"""The configuration of a graph: what a file holds of a functional model, and the model from it."""

from __future__ import annotations

import collections
import heapq

from tricorn.core.errors import bad_argument
from tricorn.core.graph import Function, OpCall, _flatten_like, node_of
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.core.symbolic import KerasTensor, any_symbolic
from tricorn.layers._layer import Layer
from tricorn.layers.core._input_layer import InputLayer
from tricorn.ops import _find as op_names


def graph_config(model):
    """Layers with their configurations and calls, input and output tensors of a functional model."""
    positions = {}  # id(node) -> index among the calls of its operation that belong to this graph
    calls = {}
    for node in model._all_nodes():
        owner = calls.setdefault(id(node.operation), [])
        positions[id(node)] = len(owner)
        owner.append(node)

    def reference(tensor):
        node = node_of(tensor)
        return [node.operation.name, positions[id(node)], tensor._keras_history.tensor_index]

    def end_reference(tensor):
        name, call, index = reference(tensor)
        return [name, call + _first_call(node_of(tensor).operation), index]

    layers = []
    for operation in model.operations:
        nodes = calls.get(id(operation), [])
        if isinstance(operation, OpCall):
            entry = _serialize_op(operation, nodes[0])
        else:
            entry = serialize_keras_object(operation)
        entry["name"] = operation.name
        entry["inbound_nodes"] = [
            _serialize_call(node, reference) for node in nodes if not isinstance(operation, InputLayer)
        ]
        layers.append(entry)
    return {
        "name": model.name,
        "trainable": model.trainable,
        "layers": layers,
        "input_layers": _map_tensors(model._inputs_struct, end_reference),
        "output_layers": _map_tensors(model._outputs_struct, end_reference),
    }


def _first_call(operation):
    """The number that a file gives the first call of an operation, where it tells the ends of a graph: the reference
    counts a functional model's own graph as one."""
    return 1 if isinstance(operation, Function) else 0


def _serialize_op(operation, node):
    """An op in a file: the reference's class, with the op's settings as its configuration."""
    op = operation.op
    settings, _, _ = _split_arguments(op, node)
    config = {
        "name": operation.name,
        **{name: serialize_keras_object(value) for name, value in settings.items()},
    }
    return {"module": op_names.module_of(op), "class_name": op_names.class_of(op), "config": config,
            "registered_name": op_names.class_of(op)}  # fmt: skip


def _split_arguments(op, node):
    """The arguments of an op's call as files have them: settings, positional and keyword arguments."""
    bound = op.signature.bind(*node.args, **node.kwargs)
    bound.apply_defaults()
    settings = dict(bound.arguments)
    args = [settings.pop(name) for name in op_names.call_arguments(op)]
    kwargs = {name: settings.pop(name) for name, value in bound.arguments.items()
              if name in settings and any_symbolic(value)}  # fmt: skip
    if op_names.is_spread(op):
        args = list(args[0])
    if op_names.is_open(op):
        kwargs = args.pop()
    return settings, args, kwargs


def _serialize_call(node, reference):
    def serialize(value):
        if isinstance(value, KerasTensor):
            return {"class_name": "__keras_tensor__", "config": {
                "shape": list(value.shape), "dtype": value.dtype, "keras_history": reference(value)}}  # fmt: skip
        if isinstance(value, (list, tuple)):
            return [serialize(item) for item in value]  # as JSON has it, and as the reference reads it
        if isinstance(value, dict):
            return {key: serialize(item) for key, item in value.items()}
        return serialize_keras_object(value)

    args, kwargs = node.args, node.kwargs
    if isinstance(node.operation, OpCall):
        _, args, kwargs = _split_arguments(node.operation.op, node)
    return {"args": [serialize(value) for value in args],
            "kwargs": {key: serialize(value) for key, value in kwargs.items()}}  # fmt: skip


def _map_tensors(tree, function):
    if isinstance(tree, KerasTensor):
        return function(tree)
    if isinstance(tree, (list, tuple)):
        return [_map_tensors(item, function) for item in tree]
    if isinstance(tree, dict):
        return {key: _map_tensors(item, function) for key, item in tree.items()}
    return tree


def functional_from_config(cls, config, custom_objects=None):
    """Build a graph from its configuration.

    Raises:
        ValueError: The configuration refers to a layer or call that it does not have.
    """
    config = dict(config)
    layers, pending = {}, []
    for entry in config.pop("layers"):
        name = entry["name"] if "name" in entry else entry["config"]["name"]
        if name in layers:
            raise bad_argument("Functional.from_config", "two layers have the same name.", given=repr(name))
        if _is_op_entry(entry):
            layers[name] = entry
        else:
            layer = deserialize_keras_object(entry, custom_objects=custom_objects)
            if not isinstance(layer, Layer):
                raise bad_argument("Functional.from_config", f"the entry {name!r} is not a layer.",
                                   given=type(layer).__name__)  # fmt: skip
            layers[name] = layer
        pending.extend((name, index, call) for index, call in enumerate(entry.get("inbound_nodes", ())))
    made = {}  # (layer, call) -> flat output tensors
    for name, layer in layers.items():
        if isinstance(layer, InputLayer):
            made[name, 0] = layer._inbound_nodes[0].output_tensors

    def tensor_at(where):
        name, call, index = where[0], where[1], where[2]
        return made[name, call][index]

    # Calls in the order of the file, each as soon as what it needs is made: itself linear in the size of the file.
    keys = [(name, index) for name, index, _ in pending]
    needs, waiting = [], collections.defaultdict(list)
    for position, (name, index, call) in enumerate(pending):
        # Calls of one layer are numbered in order: an earlier one must be made first.
        needed = {(name, index - 1)} if index else set()
        needed |= {(reference[0], reference[1]) for reference in _references(call)}
        needs.append({key for key in needed if key not in made})
        for key in needs[-1]:
            waiting[key].append(position)
    ready = [position for position, needed in enumerate(needs) if not needed]
    while ready:
        position = heapq.heappop(ready)
        name, index, call = pending[position]
        args, kwargs = _deserialize_call(call, tensor_at, custom_objects)
        layer = layers[name]
        outputs = _call_op(layer, args, kwargs) if isinstance(layer, dict) else layer(*args, **kwargs)
        made[keys[position]] = list(_symbolic_leaves(outputs))
        for dependent in waiting.pop(keys[position], ()):
            needs[dependent].discard(keys[position])
            if not needs[dependent]:
                heapq.heappush(ready, dependent)
    for key, needed in zip(keys, needs, strict=True):
        if key not in made:
            raise bad_argument("Functional.from_config", f"the call of {key[0]!r} needs tensors that nothing makes.",
                               given=sorted(map(str, needed)))  # fmt: skip

    def tensors(tree):
        if isinstance(tree, dict):
            return {key: tensors(item) for key, item in tree.items()}
        if isinstance(tree, (list, tuple)):
            if len(tree) == 3 and isinstance(tree[0], str) and isinstance(tree[1], int):
                try:
                    return tensor_at((tree[0], tree[1] - _first_call(layers.get(tree[0])), tree[2]))
                except (KeyError, IndexError):
                    raise bad_argument("Functional.from_config", "unknown tensor.", given=tree) from None
            return [tensors(item) for item in tree]
        raise bad_argument("Functional.from_config", "not a tensor reference.", given=repr(tree))

    inputs, outputs = tensors(config.pop("input_layers")), tensors(config.pop("output_layers"))
    inputs = inputs[0] if isinstance(inputs, list) and len(inputs) == 1 else inputs
    if isinstance(outputs, list) and len(outputs) == 1:
        outputs = outputs[0]
    return cls(inputs=inputs, outputs=outputs, **config)


def _symbolic_leaves(tree):
    return _flatten_like(tree, tree)


def _is_op_entry(entry):
    return str(entry.get("module", "")).startswith(("keras.ops", "keras.src.ops"))


def _call_op(entry, args, kwargs):
    """Apply the op that an entry of a file names; only declared ops can be named."""
    config = dict(entry.get("config") or {})
    name = entry.get("name", config.pop("name", None))
    config.pop("name", None)
    op = op_names.find_op(entry["class_name"], name)
    settings = {key: deserialize_keras_object(value) for key, value in config.items()}
    outputs = op_names.call_from_file(op, settings, args, kwargs)
    for leaf in _symbolic_leaves(outputs):
        leaf._keras_history.operation.name = name or op.name
    return outputs


def _references(tree):
    """The `keras_history` of each symbolic tensor in a serialized call."""
    if isinstance(tree, dict):
        if tree.get("class_name") == "__keras_tensor__":
            yield tree["config"]["keras_history"]
        else:
            for item in tree.values():
                yield from _references(item)
    elif isinstance(tree, (list, tuple)):
        for item in tree:
            yield from _references(item)


def _deserialize_call(call, tensor_at, custom_objects):
    def deserialize(value):
        if isinstance(value, dict):
            if value.get("class_name") == "__keras_tensor__":
                return tensor_at(value["config"]["keras_history"])
            if value.get("class_name") == "__tuple__":
                return tuple(deserialize(item) for item in value["items"])
            if "class_name" in value:
                return deserialize_keras_object(value, custom_objects=custom_objects)
            return {key: deserialize(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [deserialize(item) for item in value]
        return value

    return [deserialize(v) for v in call["args"]], {key: deserialize(v) for key, v in call["kwargs"].items()}
