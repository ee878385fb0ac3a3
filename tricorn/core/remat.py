"""Rematerialisation: recomputing activations in the backward pass instead of keeping them."""

from __future__ import annotations

import contextvars
import functools
from contextvars import ContextVar
from typing import NamedTuple

from tricorn import tree
from tricorn.core import backend as backends
from tricorn.core.errors import bad_argument
from tricorn.core.masks import get_mask, set_mask

MODES = ("full", "activations", "larger_than", "list_of_layers", None)


class RematMode(NamedTuple):
    """What a `RematScope` asks of the layers made in it."""

    mode: str
    output_size_threshold: int
    layer_names: tuple


_mode: ContextVar[RematMode | None] = ContextVar("tricorn_remat", default=None)
#: The mode of the innermost scope; None outside of any.
current_remat_mode = _mode.get

#: True inside a function that is recomputed as a whole: what it calls is recomputed with it, and once is enough.
_inside: ContextVar[bool] = ContextVar("tricorn_inside_remat", default=False)
inside_remat = _inside.get


class RematScope:
    """Layers made inside keep their inputs rather than what they compute, and compute it again in the backward pass.

    It trades time for memory; values and gradients stay the same. Which layers do so follows from the mode:

    * "full": all;
    * "activations": those with an `activation`, for the activation alone;
    * "larger_than": those whose output has more elements than `output_size_threshold`;
    * "list_of_layers": those named in `layer_names`;
    * None: none, also within an outer scope.

    Models are not recomputed as a whole, their layers are. What a layer calls is recomputed with it.

    Args:
        mode: One of these.
        output_size_threshold: Number of elements, for "larger_than".
        layer_names: Names of layers, for "list_of_layers".

    Raises:
        ValueError: The mode is unknown.

    Example:
        >>> with RematScope("larger_than", output_size_threshold=2**20):
        ...     layer = layers.Conv2D(64, 3)

    Source: Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016.
    """

    def __init__(self, mode="full", output_size_threshold=1024, layer_names=None):
        if mode not in MODES:
            raise bad_argument("RematScope", "unknown `mode`.", expected=", ".join(map(repr, MODES)),
                               given=f"mode={mode!r}")  # fmt: skip
        self.mode = mode
        self.output_size_threshold = output_size_threshold
        self.layer_names = list(layer_names or ())
        self._tokens = []

    def __enter__(self):
        mode = None
        if self.mode is not None:
            mode = RematMode(self.mode, self.output_size_threshold, tuple(self.layer_names))
        self._tokens.append(_mode.set(mode))
        return self

    def __exit__(self, *exc_info):
        _mode.reset(self._tokens.pop())


def remat(f):
    """`f`, recomputing in the backward pass what it computed, instead of keeping it.

    `f` must give the same for the same arguments, and must not change Variables: a draw from a `SeedGenerator` would be
    another one the second time. (Layers under a `RematScope` may do both.) On an engine without gradients it is `f`.

    Args:
        f: A function of tensors, in any nesting, and of anything else; it returns tensors in any nesting.

    Returns:
        A function with the same arguments and result.

    Example:
        >>> square_root_of_sum = remat(lambda x, y: ops.sqrt(x + y))
    """

    @functools.wraps(f)
    def rematerialized(*args, **kwargs):
        engine = backends.backend_in(tree.flatten((args, kwargs))) or backends.active_backend()
        return recomputed(engine, f, args, kwargs)

    return rematerialized


def recomputed(engine, function, args, kwargs):
    """`function(*args, **kwargs)`, which the engine computes again in the backward pass.

    Engines differentiate only with respect to flat tensors, so the arguments' tensors are handed over one by one, and the
    masks that travel with them too. The backward pass may run in another thread: it gets the context (scopes, training,
    casts) of the call.
    """
    if _inside.get():
        return function(*args, **kwargs)
    context = contextvars.copy_context()
    given = _Handed(engine, (args, kwargs))
    found = {}

    def on_tensors(*tensors):
        args, kwargs = given.with_tensors(tensors)
        _inside.set(True)
        result = found["result"] = _Handed(engine, function(*args, **kwargs))
        return result.tensors

    def in_context(*tensors):
        return context.copy().run(on_tensors, *tensors)

    tensors = engine.remat(in_context)(*given.tensors)
    return found["result"].with_tensors(tensors)


class _Handed:
    """A nested value and its `tensors`: those at its leaves, then the masks attached to them."""

    def __init__(self, engine, value):
        self._value, self._leaves = value, tree.flatten(value)
        self._places = [at for at, leaf in enumerate(self._leaves) if engine.is_tensor_type(type(leaf))]
        masks = [(at, get_mask(self._leaves[at])) for at in self._places]
        self._masked = [at for at, mask in masks if mask is not None]
        self.tensors = (
            *(self._leaves[at] for at in self._places), *(mask for _, mask in masks if mask is not None),
        )  # fmt: skip

    def with_tensors(self, tensors):
        """The same with others in their place."""
        tensors, leaves = iter(tensors), list(self._leaves)
        for at in self._places:
            leaves[at] = next(tensors)
        for at in self._masked:
            set_mask(leaves[at], next(tensors))
        return tree.pack_sequence_as(self._value, leaves)
