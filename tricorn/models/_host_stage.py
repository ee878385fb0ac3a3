"""The part of a graph that works on strings, where the engine has none: it runs on the host, before the engine.

Strings become numbers in preprocessing layers. Their nodes, and what these need, are taken out of the graph: they run on
NumPy arrays, batch by batch, as data is prepared; what they give is the input of the rest, which the engine compiles.
"""

from __future__ import annotations

import numpy as np

from tricorn.core.backend import backend_scope, stay_on_host
from tricorn.core.errors import NotSupportedError, bad_argument
from tricorn.core.graph import OpCall, generate, size_of_value
from tricorn.layers._layer import Layer
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing

#: The key of the dict in which a staged batch travels to the rest of the graph.
STAGED = "host_stage"


class HostStage:
    """What of a functional model runs on the host.

    Attributes:
        tensors: Symbolic inputs of the rest of the graph: the model's inputs that are no strings, and what the host computes.

    Args:
        model: The functional model.
        nodes: Its nodes, in order.
        outputs: Flat symbolic outputs, masks included.

    Raises:
        NotSupportedError: Strings reach a layer that is to be trained, or the model's outputs.
    """

    def __init__(self, model, nodes, outputs):
        self._model = model
        chosen = _nodes_on_host(model, nodes)
        self._nodes = [node for node in nodes if id(node) in chosen]
        self.rest = [node for node in nodes if id(node) not in chosen]
        needed = {id(tensor): tensor for node in self.rest for tensor in node.input_tensors}
        needed.update((id(tensor), tensor) for tensor in outputs)
        made = [tensor for node in self._nodes for tensor in node.output_tensors if id(tensor) in needed]
        plain = [tensor for tensor in model._inputs if tensor.dtype != "string"]
        for tensor in [*made, *(tensor for tensor in model._inputs if id(tensor) in needed)]:
            if tensor.dtype == "string":
                raise bad_argument(
                    model._where(), f"strings cannot leave the part of the model that runs on the host: {model.backend} "
                    "has none.", hint="call the layer that gives strings outside of the model", error=NotSupportedError,
                )  # fmt: skip
        self.tensors = [*plain, *made]
        self._count = len(plain)
        self._run = generate(model._inputs, made, self._nodes, lambda node: (_runs(node), ""), size_of_value)

    def __call__(self, inputs):
        """A batch as the rest of the graph takes it; one that was staged already stays."""
        if type(inputs) is dict and STAGED in inputs:
            return inputs
        flat = self._model._flat_inputs(inputs)
        symbolic = self._model._inputs
        values = [_fitted(value, tensor, self._model) for value, tensor in zip(flat, symbolic, strict=True)]
        with stay_on_host(), backend_scope("numpy"):
            made = self._run(*values)
        plain = [value for value, tensor in zip(values, symbolic, strict=True) if tensor.dtype != "string"]
        return {STAGED: [*plain, *made]}

    def split(self, staged):
        """The model's inputs that are no strings, and what the host computed."""
        values = staged[STAGED]
        return values[: self._count], values[self._count :]


def wants_host(model, nodes):
    """Whether anything of a graph is to run on the host."""
    return any(x.dtype == "string" for x in model._inputs) or any(
        _is_for_host(node.operation) for node in nodes
    )


def _is_for_host(operation):
    """Whether a layer always works on the host: then better before the engine's compiled function than out of it."""
    return isinstance(operation, BasePreprocessing) and operation._works_on_host()


def _nodes_on_host(model, nodes):
    """The nodes that take strings or work on the host anyway, and those that they depend on: a set of their ids."""
    chosen = set()

    def choose(node, required):
        """Whether the node runs on the host, and all that it depends on."""
        if id(node) in chosen or node.is_input:
            return True
        operation = node.operation
        if not _may_run_on_host(operation):
            if not required:
                return False
            raise bad_argument(
                model._where(), f"strings reach the layer {operation.name!r}, which has weights to train.",
                expected="preprocessing layers between strings and the rest of the model",
                given=type(operation).__name__, error=NotSupportedError,
                hint="StringLookup, TextVectorization, Hashing and HashedCrossing turn strings into numbers",
            )  # fmt: skip
        if not all(choose(parent, required) for parent in node.parent_nodes):
            return False
        chosen.add(id(node))
        return True

    for node in nodes:
        if any(tensor.dtype == "string" for tensor in node.input_tensors):
            choose(node, required=True)
        elif _is_for_host(node.operation):
            choose(node, required=False)
    return chosen


def _may_run_on_host(operation):
    if not isinstance(operation, Layer):
        return True
    return all(isinstance(layer, BasePreprocessing) or not (layer._own_trainable or layer._own_non_trainable)
               for layer in operation._flatten_layers())  # fmt: skip


def _runs(node):
    operation = node.operation
    if isinstance(operation, OpCall):
        return operation.op.function

    def run(*args, **kwargs):
        return _arrays(operation(*args, **kwargs))

    return run if isinstance(operation, Layer) else operation


def _arrays(tree):
    """Tensors as NumPy arrays: a model inside of the model gives tensors of its own engine."""
    from tricorn import tree as trees
    from tricorn.core.backend import backend_of

    def array(value):
        owner = backend_of(value)
        return owner.to_numpy(value) if owner is not None else value

    return trees.map_structure(array, tree)


def _fitted(value, tensor, model):
    """A value of the rank that its Input has; strings as an array.

    `(batch,)` stands for `(batch, 1)` and the reverse, as everywhere.
    """
    if tensor.dtype == "string":
        value = np.asarray(value)
        if value.dtype.kind not in "OUS":
            raise bad_argument(model._where(), f"the input {tensor.name!r} takes strings.", given=f"dtype {value.dtype}",
                               error=TypeError)  # fmt: skip
    elif value is None:
        return None
    shape, wanted = tuple(np.shape(value)), tensor.shape
    if len(shape) == len(wanted) - 1 and wanted[-1] == 1:
        value = value[..., None]
    elif len(shape) == len(wanted) + 1 and shape[-1] == 1:
        value = value[..., 0]
    shape = tuple(value.shape)
    if len(shape) != len(wanted) or any(
        size is not None and size != given for given, size in zip(shape[1:], wanted[1:], strict=True)
    ):
        raise bad_argument(model._where(), f"the input {tensor.name!r} has the wrong shape.", expected=wanted,
                           given=shape)  # fmt: skip
    return value
