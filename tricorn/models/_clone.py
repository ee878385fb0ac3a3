"""Copies of models from their configuration."""

from __future__ import annotations

from tricorn.core.backend import backend_scope
from tricorn.core.errors import bad_argument
from tricorn.core.graph import OpCall
from tricorn.core.json_config import read_json
from tricorn.core.serial import custom_object_scope, deserialize_keras_object
from tricorn.layers._layer import Layer
from tricorn.layers.core._input_layer import InputLayer
from tricorn.models._functional import Functional, _flatten_like, _replace, _takes_graph
from tricorn.models._model import Model
from tricorn.models._sequential import Sequential


def clone_model(
    model, input_tensors=None, clone_function=None, call_function=None, recursive=False, **kwargs
):
    """A model of the same architecture with new weights.

    Args:
        model: The model.
        input_tensors: Symbolic tensors to build upon, in the structure of the model's inputs (functional and
            sequential models).
        clone_function: `(layer) -> layer`, makes each layer of the copy; from the configuration by default.
        call_function: `(layer, *args, **kwargs) -> outputs`, calls each layer of the copy (functional models).
        recursive: Whether `clone_function` goes into nested models.
        **kwargs: Kept for compatibility.

    Returns:
        A new model.
    """
    cache = {}

    def clone(layer):
        key = id(layer)
        if key not in cache:
            if recursive and isinstance(layer, (Functional, Sequential)):
                cache[key] = clone_model(layer, clone_function=clone_function, call_function=call_function,
                                         recursive=True)  # fmt: skip
            elif clone_function is not None and not isinstance(layer, InputLayer):
                cache[key] = clone_function(layer)
            else:
                cache[key] = type(layer)._public_class().from_config(layer.get_config())
        return cache[key]

    with backend_scope(model._backend):
        if isinstance(model, Sequential):
            if call_function is not None:
                raise bad_argument(
                    "clone_model", "`call_function` is for functional models.", given="a Sequential"
                )
            layers = [clone(layer) for layer in model._stack]
            if input_tensors is not None:
                first = input_tensors[0] if isinstance(input_tensors, (list, tuple)) else input_tensors
                layers = [first, *[layer for layer in layers if not isinstance(layer, InputLayer)]]
            return Sequential(layers, name=model.name)
        as_it_is = clone_function is None and input_tensors is None and call_function is None
        if isinstance(model, Functional) and not (as_it_is and not _takes_graph(type(model)._public_class())):
            return _clone_graph(model, input_tensors, clone, call_function)
        if not as_it_is:
            raise bad_argument("clone_model", "a subclassed model can only be copied from its configuration.",
                               given=model._where())  # fmt: skip
        return type(model)._public_class().from_config(model.get_config())


def _clone_graph(model, input_tensors, clone, call_function):
    if input_tensors is None:
        fresh = [clone(tensor._keras_history.operation).output for tensor in model.inputs]
    else:
        fresh = _flatten_like(input_tensors, input_tensors)
        if len(fresh) != len(model.inputs):
            raise bad_argument("clone_model", "the number of input tensors does not fit.",
                               expected=len(model.inputs), given=len(fresh))  # fmt: skip
    mapping = {id(old): new for old, new in zip(model.inputs, fresh, strict=True)}
    for node in model._nodes_in_order:
        args, kwargs = _replace(node.args, mapping), _replace(node.kwargs, mapping)
        operation = node.operation
        if isinstance(operation, OpCall):
            outputs = operation.op.function(*args, **kwargs)
        else:
            layer = clone(operation) if isinstance(operation, Layer) else operation
            outputs = call_function(layer, *args, **kwargs) if call_function else layer(*args, **kwargs)
        for old, new in zip(node.output_tensors, _flatten_like(outputs, node.outputs), strict=True):
            mapping[id(old)] = new
    inputs, outputs = _replace(model._inputs_struct, mapping), _replace(model._outputs_struct, mapping)
    cls = type(model)._public_class()
    return (cls if _takes_graph(cls) else Functional)(inputs, outputs, name=model.name)


def model_from_json(json_string, custom_objects=None):
    """A model from the text that `Model.to_json` wrote: architecture only, new weights.

    Raises:
        ValueError: The text is not JSON, or names a class that is not registered.
    """
    config = read_json(json_string, "model_from_json")
    with custom_object_scope(custom_objects or {}):
        model = deserialize_keras_object(config)
    if not isinstance(model, Model):
        raise bad_argument(
            "model_from_json", "the text does not describe a model.", given=type(model).__name__
        )
    return model
