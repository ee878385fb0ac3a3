"""How a layer is called: inputs converted and checked, state built, the call's context carried through nesting."""

from __future__ import annotations

import functools
import inspect
import warnings
from contextvars import ContextVar
from typing import Any

import numpy as np

from tricorn import ops
from tricorn.core import backend as backends
from tricorn.core.errors import bad_argument, describe
from tricorn.core.graph import Node, strip_history, with_history
from tricorn.core.masks import get_mask, presence, set_mask
from tricorn.core.naming import name_scope, scoped_path
from tricorn.core.scopes import AutoCastScope, current_autocast, current_reading, current_stateless_scope
from tricorn.core.symbolic import KerasTensor, any_symbolic
from tricorn.core.variable import Variable
from tricorn.layers._input_spec import check_inputs
from tricorn.layers._layer_state import LayerState, remembering


class CallContext:
    """What an outer call tells the calls inside it."""

    __slots__ = ("training", "user_arguments")

    def __init__(self, training=None, user_arguments=None):
        self.training = training
        self.user_arguments = user_arguments or {}


#: Inside any layer call that had something to say; None else.
_context: ContextVar[CallContext | None] = ContextVar("tricorn_call", default=None)
current_context = _context.get

#: True while a layer call is running (the outermost one sets it): engines compile only outermost calls.
_inside: ContextVar[bool] = ContextVar("tricorn_inside_call", default=False)


class CallSignature:
    """What a class's `call` accepts; read once per class."""

    def __init__(self, call):
        parameters = list(inspect.signature(call).parameters.values())
        if parameters and parameters[0].name == "self":
            parameters = parameters[1:]
        self.parameters = parameters
        self.names = [p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        self.accepts_any_keyword = any(p.kind is p.VAR_KEYWORD for p in parameters)
        self.takes_training = "training" in self.names or self.accepts_any_keyword
        self.names_training = "training" in self.names
        self.takes_mask = "mask" in self.names
        self.positional = [
            p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        self.first = self.positional[0] if self.positional else None
        self.mask_names = {name.removesuffix("_mask"): name for name in self.names if name.endswith("_mask")}
        if self.takes_mask and self.first is not None:
            self.mask_names.setdefault(self.first, "mask")

    def bind(self, args, kwargs):
        """Arguments by name, in order; those beyond the names stay out."""
        bound = dict(zip(self.positional, args, strict=False))
        bound.update(kwargs)
        return bound


_signatures: dict = {}


def call_signature(cls):
    call = cls.call
    try:
        return _signatures[call]
    except KeyError:
        signature = _signatures[call] = CallSignature(call)
        return signature


class LayerCall(LayerState):
    """The call protocol. See `Layer`."""

    def __call__(self, *args, **kwargs) -> Any:
        # The usual eager call: tensors of kinds that were converted, checked and built before, and that have no mask.
        training = kwargs.get("training") if len(kwargs) == 1 else None
        if not kwargs or type(training) is bool:
            try:
                if len(args) == 1 and type(x := args[0]) is not list:
                    entry = self._seen.get((type(x), x.dtype, x.shape))
                else:
                    entry = self._seen.get(_kinds(args))
            except (AttributeError, TypeError):
                entry = None
            if (
                entry is not None
                and not (presence.any and _masks_of(args) is not None)
                and (backends.get_scoped() or backends._default) is self._backend
            ):
                reading, casts_to = current_reading(), self._casts_to
                if reading is None:
                    if casts_to is None:
                        return entry(self, args, training)
                    with AutoCastScope(casts_to):
                        return entry(self, args, training)
                if reading.stateless is None and reading.autocast == casts_to:
                    return entry(self, args, training)
        return self._full_call(args, kwargs)

    def _full_call(self, args, kwargs):
        self._check_super_called()
        if backends.active_backend() is not self._backend:
            with backends.backend_scope(self._backend):
                return self._full_call(args, kwargs)
        if any_symbolic(args) or any_symbolic(kwargs):
            return self._symbolic_call(args, kwargs)
        return self._concrete_call(args, kwargs)

    # --- concrete -------------------------------------------------------------------------------------
    def _concrete_call(self, args, kwargs):
        signature = call_signature(type(self))
        args, kwargs, training = self._prepare(signature, args, kwargs)
        first = args[0] if args else next(iter(kwargs.values()), None)
        self._check_input_spec(first)
        if not self.built:
            self._build_explained(signature, args, kwargs)
        masks_before = self._fill_masks(signature, args, kwargs) if presence.any else None
        token = outermost = None
        outer = _context.get()
        outer_training = outer.training if outer is not None else None
        if training is not None and training != outer_training:
            token = _context.set(CallContext(training))
        elif training is None:
            training = outer_training if outer_training is not None else self._default_training()
        if training is not None and signature.takes_training and "training" not in kwargs:
            kwargs["training"] = training
        if not _inside.get():
            outermost = _inside.set(True)
            if self._uses_losses() and current_stateless_scope() is None:
                self._clear_losses()
        try:
            compiled = self._compiled_call if outermost is not None else None
            if compiled is not None and current_reading() is None:
                outputs = compiled(self, args, kwargs)
            else:
                outputs = self._run_call(args, kwargs)
        except Exception as error:
            self._explain_call(error, args, kwargs)
            raise
        finally:
            if outermost is not None:
                _inside.reset(outermost)
            if token is not None:
                _context.reset(token)
        if self.activity_regularizer is not None:
            self._regularize_activity(outputs)
        if masks_before is not None or self._makes_masks():
            self._set_output_mask(first, masks_before, outputs)
        elif not kwargs or list(kwargs) == ["training"]:
            self._remember(signature, args)
        return outputs

    def _run_call(self, args, kwargs):
        if self._layers and not self._is_settled and not self._is_building:
            # Sub-layers that build themselves during this call have paths below ours.
            with self._scope():
                outputs = self._run_settled_call(args, kwargs)
            self.__dict__["_is_settled"] = all(layer._has_its_weights() for layer in self._flatten_layers())
            return outputs
        return self._run_settled_call(args, kwargs)

    def _run_settled_call(self, args, kwargs):
        autocast = self._autocast_dtype()
        if autocast != current_autocast():
            with AutoCastScope(autocast):
                return self._call_maybe_remat(args, kwargs)
        return self._call_maybe_remat(args, kwargs)

    def _has_its_weights(self):
        """Whether it will make no Variables any more: it is built, or has nothing to build."""
        return self.built or getattr(type(self).build, "_is_default", False)

    def _call_maybe_remat(self, args, kwargs):
        if self._remat_mode is None:
            return self.call(*args, **kwargs)
        return self.rematerialized_call(self.call, *args, **kwargs)(*args, **kwargs)

    def _autocast_dtype(self):
        """The dtype in which floating Variables are read inside `call`; None: as they are."""
        if not self.autocast:
            return None
        compute = self.compute_dtype
        return None if compute == self.variable_dtype and current_autocast() is None else compute

    def _remember(self, signature, args):
        """Next time an input of this type, dtype and shape comes, `call` may be entered at once."""
        if self.activity_regularizer is not None or not self.built or self._remat_mode:
            return
        if self._uses_losses():
            return
        try:
            for x in args:
                for one in x if type(x) is list else (x,):
                    is_ours = backends.backend_of_type(type(one)) is self._backend
                    if not is_ours or self._backend.is_tracer(one):
                        return
            key = _kinds(args)
            hash(key)
        except (AttributeError, TypeError):
            return
        if len(self._seen) > 64:
            self._seen.clear()
        remembering.add(self)
        with AutoCastScope(None):  # what a call from outside of all others casts to
            self.__dict__["_casts_to"] = self._autocast_dtype()
        if self._compiled_call is not None:
            self._seen[key] = _compiled_entry
        elif signature.takes_training:
            self._seen[key] = _training_entry if not self._layers else _nested_training_entry
        else:
            self._seen[key] = _plain_entry if not self._layers else _nested_entry

    # --- symbolic -------------------------------------------------------------------------------------
    def _symbolic_call(self, args, kwargs):
        signature = call_signature(type(self))
        args, kwargs, training = self._prepare(signature, args, kwargs, convert=False)
        first = args[0] if args else next(iter(kwargs.values()), None)
        self._check_input_spec(first)
        if not self.built:
            self._build_explained(signature, args, kwargs)
        masks_before = self._fill_masks(signature, args, kwargs) if presence.any else None
        outer = _context.get()
        token = None
        recorded = dict(kwargs)
        if training is not None:
            token = _context.set(CallContext(training))
            if signature.takes_training:
                kwargs["training"] = recorded["training"] = training
        elif outer is not None and outer.training is not None and signature.takes_training:
            kwargs["training"] = outer.training
        try:
            result = self.compute_output_spec(*strip_history(args), **strip_history(kwargs))
        except Exception as error:
            self._explain_call(error, args, kwargs)
            raise
        finally:
            if token is not None:
                _context.reset(token)
        inputs = [*_symbolic_in(args), *_symbolic_in(kwargs)]
        if any(x.record_history for x in inputs):
            outputs = with_history(result)
            # What the layer calls inside may look for a mask that it does not take itself.
            unnamed = masks_before if self._layers and not signature.takes_mask else None
            Node(self, args, recorded, outputs, unnamed)
        else:
            outputs = result
        if masks_before is not None or self._makes_masks():
            self._set_output_mask(first, masks_before, outputs)
        return outputs

    # --- the parts of a call ----------------------------------------------------------------------------
    def _prepare(self, signature, args, kwargs, convert=True):
        """Converted arguments, and the `training` that the caller gave."""
        if (
            args
            and signature.names
            and len(args) > len(signature.positional)
            and not any(p.kind is p.VAR_POSITIONAL for p in signature.parameters)
        ):
            raise bad_argument(
                self._where(), "too many arguments.", expected=f"call({', '.join(signature.names)})",
                given=f"{len(args)} positional arguments", error=TypeError,
            )  # fmt: skip
        training = kwargs.get("training")
        if training is None and "training" in signature.positional:
            position = signature.positional.index("training")
            if position < len(args):
                training = args[position]
        if not signature.takes_training:
            kwargs.pop("training", None)
        elif "training" in kwargs and kwargs["training"] is None:
            del kwargs["training"]
        if "mask" in kwargs and not signature.takes_mask and not signature.accepts_any_keyword:
            mask = kwargs.pop("mask")
            if mask is not None and args:
                set_mask(args[0], mask)
        if not signature.accepts_any_keyword:
            unknown = [key for key in kwargs if key not in signature.names]
            if unknown:
                raise bad_argument(
                    self._where(), f"call() has no argument {unknown[0]!r}.",
                    expected=f"call({', '.join(signature.names)})", given=", ".join(map(str, kwargs)), error=TypeError,
                )  # fmt: skip
        if convert and self._convert_input_args:
            dtype = self.input_dtype if self.autocast else None
            args = tuple(self._convert(value, dtype) for value in args)
            kwargs = {key: self._convert(value, dtype) for key, value in kwargs.items()}
        else:
            args, kwargs = tuple(args), dict(kwargs)
        return args, kwargs, training

    def _convert(self, value, dtype):
        """A tensor of our engine, floating ones in the compute dtype; what is not array-like stays."""
        cls = type(value)
        if cls is bool or value is None or cls is str or cls in (int, float):
            return value
        engine = self._backend
        owner = backends.backend_of_type(cls)
        if owner is engine:
            if dtype is not None and engine.dtype_of(value) != dtype and "float" in engine.dtype_of(value):
                mask = get_mask(value)
                value = engine.cast(value, dtype)
                if mask is not None:
                    set_mask(value, mask)
            return value
        if isinstance(value, KerasTensor):
            return value
        if isinstance(value, Variable):
            return self._convert(value.value, dtype)
        if owner is not None:
            return self._convert(owner.to_numpy(value), dtype)
        if isinstance(value, np.ndarray) or (
            hasattr(value, "__array__") and not isinstance(value, (list, tuple, dict))
        ):
            array = np.asarray(value)
            if array.dtype.kind in "OUS":
                if array.dtype.kind == "O" and not all(isinstance(item, (str, bytes)) for item in array.flat):
                    raise bad_argument(self._where(), "the input is not numeric.", given=describe(array),
                                       hint="np.asarray(x, dtype='float32')")  # fmt: skip
                return engine.convert_to_tensor(array) if "strings" in engine.capabilities else array
            floating = array.dtype.kind == "f" or "float" in array.dtype.name
            return engine.convert_to_tensor(array, dtype if floating and dtype is not None else None)
        if cls is list or cls is tuple:
            return cls(self._convert(item, dtype) for item in value)
        if cls is dict:
            return {key: self._convert(item, dtype) for key, item in value.items()}
        if isinstance(value, (list, tuple)) and hasattr(value, "_fields"):
            return cls(*(self._convert(item, dtype) for item in value))
        if isinstance(value, list):
            return [self._convert(item, dtype) for item in value]
        if isinstance(value, dict):
            return {key: self._convert(item, dtype) for key, item in value.items()}
        return value

    def _check_input_spec(self, first):
        if self.input_spec is not None and first is not None:
            check_inputs(self.input_spec, list(_leaves(first)), self._where())

    def _default_training(self):
        """`training` when nobody says; an engine with modes of its own (torch's `module.train()`) may."""
        return

    @staticmethod
    def _is_outermost():
        """Whether this runs in no layer's call."""
        return not _inside.get()

    #: `(layer, args, kwargs) -> outputs`, set by an engine that compiles eager outermost calls; None else.
    _compiled_call = None

    #: What a remembered call reads floating Variables in; None: as they are.
    _casts_to = None

    #: Whether `call` can be run on symbolic tensors; else only `compute_output_spec` knows what comes out.
    _runs_symbolically = True

    def _makes_masks(self):
        """Whether the layer's output may carry a mask though its input has none."""
        return False

    def _uses_losses(self):
        return any(
            layer._adds_losses or layer.activity_regularizer is not None for layer in self._flatten_layers()
        )

    def _fill_masks(self, signature, args, kwargs):
        """Pass masks that travel with the inputs to `call`; return the first argument's mask(s), None without."""
        bound = signature.bind(args, kwargs)
        for name, mask_name in signature.mask_names.items():
            if name in bound and bound.get(mask_name) is None:
                masks = _masks_of(bound[name])
                if masks is not None and (mask_name not in signature.bind(args, {})):
                    kwargs[mask_name] = masks
        first = bound.get(signature.first) if signature.first else None
        given = kwargs.get(signature.mask_names.get(signature.first)) if signature.first else None
        return given if given is not None else _masks_of(first)

    def _set_output_mask(self, inputs, previous_mask, outputs):
        mask = self.compute_mask(inputs, previous_mask)
        if mask is None:
            return
        leaves = list(_leaves(outputs))
        masks = [mask] if not isinstance(mask, (list, tuple)) else list(mask)
        for leaf, one in zip(leaves, masks, strict=False):
            if one is not None:
                set_mask(leaf, one)

    def compute_mask(self, inputs, previous_mask):
        """The mask of the output: by default the input's, if the layer supports masking."""
        if previous_mask is not None and not self.supports_masking:
            if any(mask is not None for mask in _leaves(previous_mask)):
                warnings.warn(
                    f"{self._where()} does not support masking: the mask of its input ends here. "
                    "Set self.supports_masking = True if the layer may pass it on.", stacklevel=5,
                )  # fmt: skip
            return None
        return previous_mask

    def _regularize_activity(self, outputs):
        for output in _leaves(outputs):
            penalty = self.activity_regularizer(output)
            size = output.shape[0] if len(output.shape) else 1
            if size is None:
                size = ops.cast(ops.shape(output)[0], output.dtype)
            self.add_loss(penalty / size)

    def _where(self):
        return f'{type(self).__name__} "{self.name}"'

    def _explain_call(self, error, args, kwargs):
        """Note on an error which layer it passed, with the shapes it was given."""
        if any(note.startswith(f"in layer {self._where()}") for note in getattr(error, "__notes__", ())):
            return
        shown = [describe(value) for value in args]
        shown += [f"{key}={describe(value)}" for key, value in kwargs.items()]
        error.add_note(f"in layer {self._where()}, called with {', '.join(shown)}")

    # --- building ---------------------------------------------------------------------------------------
    def _build_explained(self, signature, args, kwargs):
        try:
            self._build_for(signature, args, kwargs)
        except Exception as error:
            self._explain_call(error, args, kwargs)
            raise

    def _build_for(self, signature, args, kwargs):
        """Build from the shapes of the call's tensor arguments."""
        bound = signature.bind(args, kwargs)
        shapes = {}
        for name, value in bound.items():
            shape = _shapes_of(value)
            if shape is not None and not name.endswith("mask"):
                shapes[name] = shape
        build = type(self).build
        if getattr(build, "_is_default", False):
            with self._scope():
                self._set_built(next(iter(shapes.values()), None))
            return
        names = [p.name for p in _build_parameters(type(self))]
        if len(names) <= 1 or not all(name.endswith("_shape") or name == "input_shape" for name in names):
            self.build(next(iter(shapes.values()), None))
            return
        by_name = {f"{name}_shape": shape for name, shape in shapes.items()}
        chosen = {name: by_name[name] for name in names if name in by_name}
        if not chosen:
            self.build(*list(shapes.values())[: len(names)])
        else:
            self.build(**chosen)

    def _scope(self):
        return name_scope(self.name, self._place)

    def _set_built(self, shapes):
        self.__dict__["_path"] = scoped_path("")[0].rstrip("/") or self.name
        self.__dict__["_build_shapes"] = shapes
        self.__dict__["built"] = True
        self._state_changed()


def wrap_build(build):
    """Around every `build`: the engine and name scope of the layer, once, and what a file needs to build it again."""

    @functools.wraps(build)
    def building(self, *args, **kwargs):
        if self._is_building:  # super().build(...) inside a build
            return build(self, *args, **kwargs)
        if self.built and not self._rebuilds:
            return None
        self.__dict__["_is_building"] = True
        try:
            with backends.backend_scope(self._backend), self._scope():
                build(self, *args, **kwargs)
                shapes = args[0] if len(args) == 1 and not kwargs else None
                if shapes is None:
                    names = [p.name for p in inspect.signature(build).parameters.values()][1:]
                    shapes = {**dict(zip(names, args, strict=False)), **kwargs}
                self._set_built(shapes)
        finally:
            self.__dict__["_is_building"] = False
        self._after_build()
        return None

    building._is_default = getattr(build, "_is_default", False)
    building._is_wrapped = True
    return building


def _build_parameters(cls):
    return [p for p in list(inspect.signature(cls.build).parameters.values())[1:]
            if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]  # fmt: skip


def _kinds(args):
    """Types, dtypes and shapes of tensors and lists of tensors.

    Raises:
        AttributeError: Something else is among them.
    """
    kinds = tuple(
        [
            (type(x), x.dtype, x.shape)
            if type(x) is not list
            else (list, *[(type(y), y.dtype, y.shape) for y in x])
            for x in args
        ]
    )
    return kinds[0] if len(kinds) == 1 else kinds


def _plain_entry(layer, args, training):
    return layer.call(*args) if training is None else layer._full_call(args, {"training": training})


def _training_entry(layer, args, training):
    context = _context.get()
    outer = context.training if context is not None else None
    if training is None or training is outer:
        training = outer if outer is not None else layer._default_training()
        return layer.call(*args) if training is None else layer.call(*args, training=training)
    token = _context.set(CallContext(training))
    try:
        return layer.call(*args, training=training)
    finally:
        _context.reset(token)


def _nested_entry(layer, args, training):
    token = _inside.set(True)
    try:
        return _plain_entry(layer, args, training)
    finally:
        _inside.reset(token)


def _nested_training_entry(layer, args, training):
    token = _inside.set(True)
    try:
        return _training_entry(layer, args, training)
    finally:
        _inside.reset(token)


def _compiled_entry(layer, args, training):
    if not _inside.get():
        return layer._full_call(args, {} if training is None else {"training": training})
    takes_training = call_signature(type(layer)).takes_training
    return (_training_entry if takes_training else _plain_entry)(layer, args, training)


def _leaves(tree):
    if isinstance(tree, (list, tuple)):
        for item in tree:
            yield from _leaves(item)
    elif isinstance(tree, dict):
        for item in tree.values():
            yield from _leaves(item)
    else:
        yield tree


def _symbolic_in(tree):
    return [leaf for leaf in _leaves(list(tree.values()) if isinstance(tree, dict) else tree)
            if isinstance(leaf, KerasTensor)]  # fmt: skip


def _masks_of(tree):
    """The masks of the tensors in a structure, None if none has one."""
    if isinstance(tree, (list, tuple)):
        masks = [_masks_of(item) for item in tree]
        return masks if any(mask is not None for mask in masks) else None
    if isinstance(tree, dict):
        masks = [_masks_of(item) for item in tree.values()]
        return masks if any(mask is not None for mask in masks) else None
    return get_mask(tree)


def _shapes_of(value):
    """The shape of a tensor, a structure of shapes, or None for what is not a tensor."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return None
    if isinstance(value, KerasTensor):
        return value.shape
    if isinstance(value, (list, tuple)):
        shapes = [_shapes_of(item) for item in value]
        return None if not shapes or any(shape is None for shape in shapes) else type(value)(shapes) if type(
            value) in (list, tuple) else list(shapes)  # fmt: skip
    if isinstance(value, dict):
        shapes = {key: _shapes_of(item) for key, item in value.items()}
        return None if not shapes or any(shape is None for shape in shapes.values()) else shapes
    shape = getattr(value, "shape", None)
    if shape is None:
        return None
    try:
        return tuple(shape)
    except (TypeError, ValueError):
        return None
