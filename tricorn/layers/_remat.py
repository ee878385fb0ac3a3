"""How a layer made in a `RematScope` is called."""

from __future__ import annotations

import functools
import math

from tricorn import ops, tree
from tricorn.activations import linear
from tricorn.core.remat import inside_remat, recomputed, remat
from tricorn.core.scopes import AutoCastScope, StatelessScope
from tricorn.core.symbolic import KerasTensor


def rematerialized(layer, mode, layer_call, args, kwargs):
    """`layer_call`, or what to call in its place for `args` and `kwargs`, as the mode wants it."""
    if mode.mode == "activations":
        return functools.partial(_with_recomputed_activation, layer, layer_call)
    if mode.mode == "list_of_layers" and layer.name not in mode.layer_names:
        return layer_call
    if mode.mode == "larger_than" and _output_size(layer, args, kwargs) <= mode.output_size_threshold:
        return layer_call
    return functools.partial(_call_recomputed, layer, layer_call)


def _output_size(layer, args, kwargs):
    """Number of elements of all outputs; a size that is not known counts as 1."""

    def spec(x):
        is_tensor = layer._backend.is_tensor_type(type(x))
        return KerasTensor(layer._backend.shape_of(x), ops.dtype(x), record_history=False) if is_tensor else x

    outputs = layer.compute_output_spec(*tree.map_structure(spec, args), **tree.map_structure(spec, kwargs))
    return sum(math.prod(size or 1 for size in x.shape) for x in tree.flatten(outputs) if hasattr(x, "shape"))


def _with_recomputed_activation(layer, layer_call, *args, **kwargs):
    activation = layer.__dict__.get("activation")
    if not callable(activation) or activation is linear:
        return layer_call(*args, **kwargs)
    layer.__dict__["activation"] = remat(activation)
    try:
        return layer_call(*args, **kwargs)
    finally:
        layer.__dict__["activation"] = activation


def _call_recomputed(layer, layer_call, *args, **kwargs):
    """`layer_call`, recomputed from its arguments and the values that the layer's Variables have now.

    The Variables' values go in and come out as tensors: so random draws repeat, moving averages move once, and no tensor
    of the recomputed function is left in a Variable.
    """
    if inside_remat():
        return layer_call(*args, **kwargs)
    variables = layer.variables
    with AutoCastScope(None):
        # An assignment in place must not reach the values that the backward pass begins with.
        values = [ops.convert_to_tensor(v) if v.trainable else ops.copy(v) for v in variables]

    def on_values(values, args, kwargs):
        with StatelessScope(zip(variables, values, strict=True), collect_losses=True) as scope:
            outputs = layer_call(*args, **kwargs)
        now = [scope.get_current_value(variable) for variable in variables]
        changed = [None if new is old else new for new, old in zip(now, values, strict=True)]
        return outputs, changed, scope.losses

    outputs, changed, losses = recomputed(layer._backend, on_values, (values, args, kwargs), {})
    for variable, value in zip(variables, changed, strict=True):
        if value is not None:
            variable.assign_native(value)
    if losses:
        layer.add_loss(losses)
    return outputs
