"""`JaxLayer`: functions of JAX as a layer."""

from __future__ import annotations

import inspect

from tricorn import tree
from tricorn.core.errors import bad_argument
from tricorn.core.scopes import StatelessScope
from tricorn.core.serial import (
    deserialize_keras_object,
    in_safe_mode,
    safe_mode_scope,
    serialize_keras_object,
)
from tricorn.core.variable import Variable
from tricorn.layers.wrappers._base_engine_wrapper import EngineWrapper
from tricorn.random._seed import SeedGenerator

_CALL_ARGUMENTS = ("params", "state", "rng", "inputs", "training")
_INIT_ARGUMENTS = ("rng", "inputs", "training")


class JaxLayer(EngineWrapper):
    """Runs a pure function of JAX as a layer, on JAX; the arrays in its parameters and state are the layer's weights.

    Args:
        call_fn: The function; takes some of `params, state, rng, inputs, training` by these names, `inputs` among them.
            With `state` it returns `(outputs, new_state)`, else outputs. `rng` is a JAX key, None outside of training.
        init_fn: Makes the parameters; takes some of `rng, inputs, training`, `inputs` being ones of the inputs' shapes with
            batch 1. Returns `(params, state)` if `call_fn` takes both, else the one it takes.
        params: Tree of arrays, instead of `init_fn`. Floating ones are trained.
        state: Tree of arrays that are not trained, instead of `init_fn`'s.
        seed: Seed of the keys, an int.
        native_serialization_platforms: Of the reference's conversion to TensorFlow, which is not made here; kept for its
            signature.
        **kwargs: Of `Layer`.

    Call arguments:
        inputs: A tensor or a structure of them, as `call_fn` takes it.
        training: Passed on.

    Raises:
        TypeError: A function is not callable.
        ValueError: A function has other arguments, or `params` or `state` come from nowhere.
        NotSupportedError: Another engine than JAX is active.

    Example:
        >>> def init(rng, inputs):
        ...     return {"w": jax.random.normal(rng, (inputs.shape[-1], 3))}
        >>> def call(params, inputs):
        ...     return inputs @ params["w"]
        >>> JaxLayer(call, init)(Input((4,))).shape
        (None, 3)
    """

    _kind = "jax_function"
    _engine_name = "jax"

    def __init__(self, call_fn, init_fn=None, params=None, state=None, seed=None, native_serialization_platforms=None,
                 **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.call_fn = call_fn
        self.init_fn = init_fn
        self.seed = seed
        self.native_serialization_platforms = native_serialization_platforms
        self._call_names = self._names_of(call_fn, "call_fn", _CALL_ARGUMENTS)
        self._init_names = () if init_fn is None else self._names_of(init_fn, "init_fn", _INIT_ARGUMENTS)
        if "inputs" not in self._call_names:
            raise bad_argument(
                self._where(), "`call_fn` must take `inputs`.", given=", ".join(self._call_names)
            )
        for name, given in (("params", params), ("state", state)):
            if given is not None and name not in self._call_names:
                raise bad_argument(self._where(), f"`{name}` is given, but `call_fn` has no such argument.",
                                   given=", ".join(self._call_names))  # fmt: skip
            if given is None and init_fn is None and name in self._call_names:
                raise bad_argument(self._where(), f"`call_fn` takes `{name}`, which comes from nowhere.",
                                   expected=f"`init_fn` or `{name}`")  # fmt: skip
        self.seed_generator = SeedGenerator(seed)
        self._trees = {}
        if params is not None:
            self._take("params", params)
        if state is not None:
            self._take("state", state)
        if self._has_all():
            self.built = True

    params = property(lambda self: self._tree("params"), doc="The tree of parameters, of Variables.")
    state = property(lambda self: self._tree("state"), doc="The tree of state, of Variables.")

    def _names_of(self, function, label, allowed):
        if not callable(function):
            raise bad_argument(self._where(), f"`{label}` must be callable.", given=repr(function)[:200],
                               error=TypeError)  # fmt: skip
        names = tuple(inspect.signature(function).parameters)
        unknown = [name for name in names if name not in allowed]
        if unknown:
            raise bad_argument(self._where(), f"`{label}` has an argument {unknown[0]!r}.",
                               expected=f"some of {', '.join(allowed)}, by these names",
                               given=", ".join(names))  # fmt: skip
        return names

    # --- weights ----------------------------------------------------------------------------------------------
    def _has_all(self):
        return all(name in self._trees for name in ("params", "state") if name in self._call_names)

    def _take(self, label, values):
        """Make Variables of the arrays in a tree."""
        tools = self._tools
        leaves, structure = tools.flatten(values)
        made = []
        for leaf in leaves:
            if not tools.is_array(leaf):
                made.append(leaf)
                continue
            value = tools.as_array(leaf)
            trainable = label == "params" and bool(tools.is_trainable(value))
            made.append(self.add_weight(
                shape=tuple(value.shape), initializer=lambda shape, dtype=None, value=value: value,
                dtype=self._backend.dtype_of(value), trainable=trainable, name=f"{label}_{len(made)}",
            ))  # fmt: skip
        self._trees[label] = (structure, made)

    def _tree(self, label):
        if label not in self._trees:
            return None
        structure, leaves = self._trees[label]
        return self._tools.unflatten(structure, leaves)

    def _values(self, label):
        structure, leaves = self._trees[label]
        return self._tools.unflatten(
            structure, [leaf.value if isinstance(leaf, Variable) else leaf for leaf in leaves]
        )

    def build(self, input_shape):
        if self.init_fn is None or self._has_all():
            return
        with self._backend.outside_trace():
            dtype, tools = self.compute_dtype, self._tools
            examples = tree.map_shape_structure(lambda shape: tools.example(shape, dtype), input_shape)
            given = {"rng": self.seed_generator.next(), "inputs": examples, "training": True}
            made = self.init_fn(**{name: given[name] for name in self._init_names})
            wanted = [name for name in ("params", "state") if name in self._call_names]
            if len(wanted) == 2 and not (isinstance(made, (list, tuple)) and len(made) == 2):
                raise bad_argument(
                    self._where(), "`init_fn` must return `(params, state)`.", given=repr(made)[:200]
                )
            for name, values in zip(wanted, made if len(wanted) == 2 else [made], strict=False):
                if name not in self._trees:
                    self._take(name, values)

    # --- running ----------------------------------------------------------------------------------------------
    def call(self, inputs, training=False):
        given = {"inputs": inputs, "training": training}
        for label in self._trees:
            given[label] = self._values(label)
        if "rng" in self._call_names:
            given["rng"] = self.seed_generator.next() if training else None
        outputs = self.call_fn(**{name: given[name] for name in self._call_names})
        if "state" not in self._call_names:
            return outputs
        if not isinstance(outputs, (list, tuple)) or len(outputs) != 2:
            raise bad_argument(self._where(), "`call_fn` takes `state`, so it must return `(outputs, state)`.",
                               given=repr(outputs)[:200])  # fmt: skip
        outputs, new_state = outputs
        leaves, structure = self._tools.flatten(new_state)
        own_structure, own = self._trees["state"]
        if structure != own_structure:
            raise bad_argument(self._where(), "`call_fn` must return the state in the structure it got.",
                               expected=own_structure, given=structure)  # fmt: skip
        for variable, value in zip(own, leaves, strict=True):
            if isinstance(variable, Variable):
                variable.assign(value)
        return outputs

    def compute_output_spec(self, inputs, training=False):
        with StatelessScope():
            return self._backend.trace_spec(self._run_call_structured, (inputs,), {"training": training})

    # --- configuration ----------------------------------------------------------------------------------------
    def get_config(self):
        return {
            **super().get_config(),
            **self._written_functions(),
            "seed": self.seed,
            "native_serialization_platforms": self.native_serialization_platforms,
        }

    def _written_functions(self):
        return {
            "call_fn": serialize_keras_object(self.call_fn),
            "init_fn": serialize_keras_object(self.init_fn),
        }

    @classmethod
    def from_config(cls, config):
        """The layer of a config. Its functions must be registered, or given in a `custom_object_scope`."""
        config = dict(config)
        with safe_mode_scope(in_safe_mode()):
            for name in ("call_fn", "init_fn"):
                if isinstance(config.get(name), dict):
                    config[name] = deserialize_keras_object(config[name])
        return cls(**config)
