"""`Layer`: weights and the computation that uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tricorn import regularizers
from tricorn.core import backend as backends, seed as seeds
from tricorn.core.errors import bad_argument
from tricorn.core.graph import Operation, strip_history, structure_changed
from tricorn.core.naming import auto_name, snake_case
from tricorn.core.remat import current_remat_mode
from tricorn.core.scopes import StatelessScope
from tricorn.core.symbolic import KerasTensor, standardize_shape
from tricorn.dtype_policies import DTypePolicy, get as get_policy
from tricorn.layers._layer_call import LayerCall, wrap_build
from tricorn.layers._remat import rematerialized


class Layer(LayerCall):
    """A callable with state: Variables made in `build` and the computation in `call`.

    A subclass makes its Variables in `build(self, input_shape)` with `add_weight` (or sub-layers anywhere: they are
    found in attributes, lists and dicts) and computes in `call(self, inputs, ...)`, in `tricorn.ops` or directly in the
    functions of its engine. `training` and `mask`, if `call` has such arguments, are filled in through nested calls.

    A layer belongs to the engine that was active when it was made: with torch it is an `nn.Module` too, with TensorFlow
    a `tf.Module`.

    Args:
        activity_regularizer: Penalty on the output, added to the losses.
        trainable: Whether optimizers update its Variables.
        dtype: Dtype or dtype policy (its name, an instance) of Variables and computation.
        autocast: Whether floating inputs and Variables are cast to the policy's compute dtype.
        name: Name without '/'; automatic if None.
    """

    _rebuilds = False
    #: What the `RematScope` asks for in which the layer was made, if any.
    _remat_mode = None
    _may_recompute = True

    if TYPE_CHECKING:  # members that an engine's host class adds: `parameters()` of an nn.Module and the like

        def __getattr__(self, name: str) -> Any: ...

    def __new__(cls, *args, **kwargs):
        backend = backends.active_backend()
        hosted = cls if "_tricorn_public" in cls.__dict__ else backend.host_class(cls)
        instance = object.__new__(hosted)
        state = instance.__dict__
        state["_init_call"] = (args, kwargs)
        state["_backend"] = backend
        compiler = backend.eager_compiler()
        if compiler is not None:
            state["_compiled_call"] = compiler
        instance._init_state()
        instance._init_host()
        return instance

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        build = cls.__dict__.get("build")
        if build is not None and not hasattr(build, "_is_wrapped"):
            cls.build = wrap_build(build)

    def __init__(
        self, *, activity_regularizer=None, trainable=True, dtype=None, autocast=True, name=None, **kwargs
    ):
        shape = kwargs.pop("input_shape", None)
        batch_shape = kwargs.pop("batch_input_shape", kwargs.pop("batch_shape", None))
        input_dim = kwargs.pop("input_dim", None)
        if kwargs:
            raise bad_argument(
                type(self).__name__, f"has no argument {sorted(kwargs)[0]!r}.",
                given=", ".join(sorted(kwargs)), error=TypeError,
            )  # fmt: skip
        if input_dim is not None:
            shape = (input_dim,)
        if shape is not None:
            batch_shape = (None, *shape)
        state = self.__dict__
        ordinal = seeds.next_ordinal(type(self).__name__)
        if name is None:
            name = auto_name(type(self).__name__)
            prefix = snake_case(type(self).__name__)
            state["_place"] = prefix if ordinal == 0 else f"{prefix}_{ordinal}"
        else:
            state["_place"] = name
        if not isinstance(name, str) or "/" in name or not name:
            raise bad_argument(
                type(self).__name__, "`name` must be a non-empty string without '/'.", given=repr(name)
            )
        state["name"] = name
        state["activity_regularizer"] = regularizers.get(activity_regularizer)
        state["_dtype_policy"] = get_policy(dtype)
        state["autocast"] = bool(autocast)
        state["input_spec"] = None
        state["supports_masking"] = False
        state["_convert_input_args"] = True
        state["_path"] = None
        state["_build_shapes"] = None
        state["_call_hooks"] = ()
        if self._may_recompute:
            mode = current_remat_mode()
            if mode is not None:
                state["_remat_mode"] = mode
        if batch_shape is not None:
            state["_batch_input_shape"] = standardize_shape(batch_shape, type(self).__name__)
        if not isinstance(trainable, (bool, int)):
            raise bad_argument(type(self).__name__, "`trainable` must be a bool.", given=repr(trainable),
                               error=TypeError)  # fmt: skip
        if not trainable:
            self.trainable = False

    def _init_host(self):
        """What an engine's host class does before `__init__`."""

    # --- names and dtypes ---------------------------------------------------------------------------------
    @property
    def path(self):
        """Names from the outermost layer down to this one, joined by '/'."""
        return self._path or self.name

    @property
    def backend(self):
        """The name of the engine that owns this layer."""
        return self._backend.name

    @property
    def dtype_policy(self):
        return self._dtype_policy

    @dtype_policy.setter
    def dtype_policy(self, value):
        policy = get_policy(value)
        if self._own_trainable and policy.variable_dtype != self._policy.variable_dtype:
            raise bad_argument(
                self._where(), "its variables exist already, in another dtype.",
                expected=f"a policy of variable dtype {self._policy.variable_dtype}", given=policy.name,
                hint="set dtype_policy before the layer is built",
            )  # fmt: skip
        self.__dict__["_dtype_policy"] = policy
        self._state_changed()
        structure_changed()

    @property
    def _policy(self):
        policy = self._dtype_policy
        if type(policy) is not DTypePolicy and hasattr(policy, "keys"):  # a DTypePolicyMap: one entry is ours
            return policy[self.path]
        return policy

    @property
    def dtype(self):
        """The dtype of its Variables."""
        return self._policy.variable_dtype

    @property
    def variable_dtype(self):
        return self._policy.variable_dtype

    @property
    def compute_dtype(self):
        """The dtype it computes in."""
        return self._policy.compute_dtype

    @property
    def input_dtype(self):
        """The dtype that floating inputs are cast to."""
        return self._policy.compute_dtype

    @property
    def quantization_mode(self):
        return self._policy.quantization_mode

    # --- what subclasses define -------------------------------------------------------------------------------
    def build(self, input_shape):
        """Make the Variables, knowing the shape of the input. By default there are none, and sub-layers that are not
        built yet are built by running `call` on a symbolic input of this shape."""
        self._check_super_called()
        if input_shape is not None and any(
            not layer.built for layer in self._flatten_layers(include_self=False)
        ):
            inputs = _specs_of_shape(input_shape, self.input_dtype)
            self._spec_by_running(inputs)

    build._is_default = True
    build = wrap_build(build)

    def call(self, *args, **kwargs):
        raise NotImplementedError(f"{type(self).__name__} must define `call(self, inputs)`.")

    def _after_build(self):
        """Called once after `build`."""

    def _check_super_called(self):
        if "name" not in self.__dict__:
            raise RuntimeError(f"{type(self).__name__}.__init__() must call super().__init__().")

    def compute_output_shape(self, *args, **kwargs):
        """The shape(s) of the output from the shape(s) of the input."""
        from tricorn import tree

        specs = [
            tree.map_shape_structure(
                lambda s: KerasTensor(s, self.compute_dtype, record_history=False), shape
            )
            for shape in args
        ]
        named = {
            key.removesuffix("_shape"): tree.map_shape_structure(
                lambda s: KerasTensor(s, self.compute_dtype, record_history=False), shape
            )
            for key, shape in kwargs.items()
        }
        return tree.map_structure(lambda spec: spec.shape, self.compute_output_spec(*specs, **named))

    def compute_output_spec(self, *args, **kwargs):
        """The spec(s) of the output: from `compute_output_shape` if the class has one, else by running `call` on specs,
        else by tracing it with the engine."""
        if type(self).compute_output_shape is not Layer.compute_output_shape:
            return self._spec_from_shape(*args, **kwargs)
        return self._spec_by_running(*args, **kwargs)

    def _spec_from_shape(self, *args, **kwargs):
        from tricorn.layers._layer_call import _shapes_of, call_signature

        bound = call_signature(type(self)).bind(args, kwargs)
        shapes = {name: _shapes_of(value) for name, value in bound.items()}
        shapes = {
            name: shape for name, shape in shapes.items() if shape is not None and not name.endswith("mask")
        }
        import inspect

        names = [p.name for p in inspect.signature(type(self).compute_output_shape).parameters.values()][1:]
        if len(names) == 1:
            shape = self.compute_output_shape(next(iter(shapes.values())))
        else:
            by_name = {f"{name}_shape": value for name, value in shapes.items()}
            shape = self.compute_output_shape(**{name: by_name[name] for name in names if name in by_name})
        return _specs_of_shape(shape, self.compute_dtype)

    def _spec_by_running(self, *args, **kwargs):
        if type(self).call is Layer.call:
            raise NotImplementedError(f"{self._where()} must define `call(self, inputs)`.")
        try:
            return strip_history(self._run_call(args, kwargs))
        except (TypeError, ValueError, AttributeError, NotImplementedError, RuntimeError) as error:
            if "meta" not in self._backend.capabilities:
                raise
            try:
                with StatelessScope():
                    return self._backend.trace_spec(self._run_call_structured, args, kwargs)
            except Exception as traced_error:
                # What is wrong shows best in the symbolic run if the code is ours, else in the engine's own words.
                if any(note.startswith("in tricorn.ops") for note in getattr(error, "__notes__", ())):
                    raise error from None
                raise traced_error from error

    def _run_call_structured(self, args, kwargs):
        return self._run_call(args, kwargs)

    # --- configuration -------------------------------------------------------------------------------------------
    def get_config(self):
        """Arguments of the constructor. Written by hand in a subclass, or recorded from how it was made.

        Raises:
            NotImplementedError: The constructor was given something that is not plain data.
        """
        config = {"name": self.name, "trainable": self.trainable,
                  "dtype": _policy_config(self._dtype_policy)}  # fmt: skip
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        if _defines(type(self), "get_config"):
            return config  # called through super(): the subclass adds its own
        config.update(self._recorded_arguments())
        config["name"] = self.name
        return config

    @classmethod
    def from_config(cls, config):
        return super().from_config(config)

    def get_build_config(self):
        """The shapes it was built with, or None."""
        shapes = self._build_shapes
        if (
            not isinstance(shapes, dict)
            or not shapes
            or not all(str(key).endswith("_shape") for key in shapes)
        ):
            return None if shapes is None else {"input_shape": shapes}
        if len(shapes) == 1:  # the one argument of `build`, whatever its name
            return {"input_shape": next(iter(shapes.values()))}
        return {"shapes_dict": shapes}

    def build_from_config(self, config):
        """Build with the shapes of `get_build_config`."""
        if not config:
            return
        if set(config) == {"input_shape"}:
            self.build(_tuple_shapes(config["input_shape"]))
        elif set(config) == {"shapes_dict"}:
            self.build(**{key: _tuple_shapes(value) for key, value in config["shapes_dict"].items()})
        else:
            self.build(**{key: _tuple_shapes(value) for key, value in config.items()})

    # --- stateless ------------------------------------------------------------------------------------------------
    def stateless_call(
        self, trainable_variables, non_trainable_variables, *args, return_losses=False, **kwargs
    ) -> Any:
        """Call with the given values for the Variables, without changing any.

        Args:
            trainable_variables: Values, in the order of `trainable_variables`.
            non_trainable_variables: Values, in the order of `non_trainable_variables`.
            *args: Of the call.
            return_losses: Whether to return the losses too.
            **kwargs: Of the call.

        Returns:
            `(outputs, non_trainable_variables)` with the updated values, and the list of losses if asked for.

        Raises:
            ValueError: The layer is not built, or the numbers of values do not fit.
        """
        if not self.built:
            raise bad_argument(f"{self._where()}.stateless_call", "the layer must be built first.",
                               hint="call it once on data, or layer.build(input_shape)")  # fmt: skip
        trainable, non_trainable = self.trainable_variables, self.non_trainable_variables
        for label, own, given in (("trainable_variables", trainable, trainable_variables),
                                  ("non_trainable_variables", non_trainable, non_trainable_variables)):  # fmt: skip
            if len(own) != len(given):
                raise bad_argument(
                    f"{self._where()}.stateless_call", f"the number of `{label}` does not fit.",
                    expected=len(own), given=len(given),
                )  # fmt: skip
        pairs = [*zip(trainable, trainable_variables, strict=True),
                 *zip(non_trainable, non_trainable_variables, strict=True)]  # fmt: skip
        with StatelessScope(pairs, collect_losses=return_losses) as scope:
            outputs = self(*args, **kwargs)
            if return_losses:
                losses = self.losses
        updated = []
        for variable, given in zip(non_trainable, non_trainable_variables, strict=True):
            value = scope.get_current_value(variable)
            updated.append(given if value is None else value)
        return (outputs, updated, losses) if return_losses else (outputs, updated)

    # --- hooks for add-ons -------------------------------------------------------------------------------------------
    def quantize(self, mode=None, type_check=True, config=None):
        """Replace the weights by quantised ones. Layers that can be quantised define it."""
        raise NotImplementedError(f"{self._where()} cannot be quantised.")

    def rematerialized_call(self, layer_call, *args, **kwargs):
        """What runs `layer_call` as the `RematScope` wants it in which the layer was made.

        Args:
            layer_call: A function with the arguments of `call`.
            *args, **kwargs: What it will be called on.

        Returns:
            A function of the same arguments: `layer_call` itself where nothing is to be recomputed.
        """
        if self._remat_mode is None:
            return layer_call
        return rematerialized(self, self._remat_mode, layer_call, args, kwargs)

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    def _has_hooks(self):
        """Whether an engine's host class must run hooks around each call."""
        return False

    def _is_pure(self):
        """Whether `call` runs no code of the user's and leaves no losses, so that an engine may compile it unseen."""
        activation = self.__dict__.get("activation")
        ours = activation is None or getattr(activation, "__module__", "").startswith("tricorn.")
        return ours and self.activity_regularizer is None and not self._losses

    def __reduce__(self):
        # A graph's nodes come first and in order: from an output backwards a deep graph is too deep for recursion.
        order = [key for key in ("_inputs", "_nodes_in_order") if key in self.__dict__]
        state = {key: self.__dict__[key] for key in [*order, *self.__dict__] if key not in _NOT_COPIED}
        for key, empty in _ON_DEMAND.items():
            if key in state:
                state[key] = empty() if empty is not None else None
        return _rebuild, (self._public_class(), self._backend), state

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._restore_containers()


# Compiled functions cannot be copied; what holds them begins empty in a copy.
_ON_DEMAND = {"_runner": None, "_runners": dict, "_trainer": None, "_seen": dict, "_generators": dict}
_NOT_COPIED = frozenset({"_compiled", "_compiled_call"})


def _rebuild(cls, backend):
    """An empty layer of the class and engine, for pickle and copy to fill."""
    with backends.backend_scope(backend):
        return Layer.__new__(cls)


def _defines(cls, name):
    """True if a class below Layer defines `name`. Our models do not count: theirs is for graphs and stacks."""
    return any(name in base.__dict__ for base in cls.__mro__ if base is not Layer and issubclass(base, Layer)
               and not base.__module__.startswith("tricorn.models."))  # fmt: skip


def _policy_config(policy):
    from tricorn.dtype_policies import serialize

    return serialize(policy)


def _specs_of_shape(shape, dtype):
    """Specs of the given dtype for a shape, or for a structure of shapes."""
    if isinstance(shape, dict):
        return {key: _specs_of_shape(value, dtype) for key, value in shape.items()}
    if isinstance(shape, (list, tuple)) and shape and any(isinstance(item, (list, tuple)) for item in shape):
        return type(shape)(_specs_of_shape(item, dtype) for item in shape)
    return KerasTensor(standardize_shape(shape), dtype, record_history=False)


def _tuple_shapes(shape):
    if isinstance(shape, dict):
        return {key: _tuple_shapes(value) for key, value in shape.items()}
    if isinstance(shape, (list, tuple)):
        return (list if any(isinstance(item, (list, tuple, dict)) for item in shape) else tuple)(
            _tuple_shapes(item) for item in shape
        )
    return shape


__all__ = ["Layer", "Operation"]
