"""Modules of torch's own inside a layer: running them, their shapes, and their form in files."""

from __future__ import annotations

import base64
import io

import torch

from tricorn.backends.torch import backend, current_device
from tricorn.backends.torch.transform import trace_spec

#: Longer strings are refused in a configuration; then the text comes in pieces.
_PIECE = 2**19


def is_module(value):
    """Whether it is an `nn.Module`."""
    return isinstance(value, torch.nn.Module)


def has_lazy_parameters(module):
    """Whether parameters get their shapes from the first call only."""
    lazy = torch.nn.parameter.is_lazy
    return any(lazy(value) for value in (*module.parameters(), *module.buffers()))


def placed(module):
    """The module on the active device."""
    return module.to(current_device())


def spec(module, args, kwargs):
    """What the module gives for symbolic inputs. Nothing of it changes: it runs on copies, and not in training."""
    tensors = {name: value.detach().cpu() for name, value in module.named_parameters()}
    tensors.update((name, value.detach().cpu().clone()) for name, value in module.named_buffers())
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        return trace_spec(
            lambda args, kwargs: torch.func.functional_call(module, tensors, args, kwargs), args, kwargs
        )
    finally:
        for part, mode in modes:
            part.training = mode


def written(module):
    """The module as text: `torch.save` in base64, in a list of pieces if it is long."""
    stream = io.BytesIO()
    torch.save(module, stream)
    text = base64.b64encode(stream.getvalue()).decode("ascii")
    if len(text) <= _PIECE:
        return text
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def read(text):
    """The module of a text. This runs what the text says: only for sources that are trusted."""
    text = text if isinstance(text, str) else "".join(text)
    stream = io.BytesIO(base64.b64decode(text))
    return torch.load(stream, weights_only=False, map_location=current_device())


def state(module):
    """Values by name: parameters and persistent buffers."""
    return {name: backend.to_numpy(value) for name, value in module.state_dict().items()}


def set_state(module, values):
    """Set the values that `state` gave, in place."""
    module.load_state_dict({name: backend.convert_to_tensor(value) for name, value in values.items()})
