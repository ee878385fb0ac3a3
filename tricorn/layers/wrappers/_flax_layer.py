"""`FlaxLayer`: a module of Flax Linen as a layer."""

from __future__ import annotations

import inspect

from tricorn.core.errors import bad_argument
from tricorn.core.serial import (
    deserialize_keras_object,
    in_safe_mode,
    safe_mode_scope,
    serialize_keras_object,
)
from tricorn.layers.wrappers._jax_layer import JaxLayer


class FlaxLayer(JaxLayer):
    """Runs a `flax.linen.Module` as a layer, on JAX; its variables are the layer's weights.

    The collection "params" is trained; all other collections are state, written in calls with `training=True` only. In
    training the module gets keys for "dropout" and further streams by `make_rng`.

    Args:
        module: The module, an instance of a class of `flax.linen.Module`.
        method: What is called instead of `module.__call__`: a name, or a function of module and inputs. It takes `inputs`
            first, and `training` if it has an argument of that name.
        variables: Dict of the module's variables, `{"params": ..., ...}`; by default the module is initialised.
        **kwargs: Of `Layer`, and `seed` of the keys.

    Call arguments:
        inputs: As the method takes it.
        training: Passed on to a method that has such an argument.

    Raises:
        NotSupportedError: Flax is not installed, or another engine than JAX is active.
        TypeError: `module` is no Flax module.

    Example:
        layer = FlaxLayer(flax.linen.Dense(3))
        layer(Input((4,))).shape        # (None, 3)
    """

    def __init__(self, module, method=None, variables=None, **kwargs):
        state = self.__dict__  # a Flax module is frozen data: there is nothing to track
        state["module"], state["method"] = module, method
        tools = self._backend.wrappers(self._kind)
        if tools is not None and not isinstance(module, tools.flax_linen().Module):
            raise bad_argument("FlaxLayer", "`module` must be a flax.linen.Module.", given=repr(module)[:200],
                               error=TypeError)  # fmt: skip
        found = (
            getattr(type(module), method or "__call__", None)
            if method is None or isinstance(method, str)
            else method
        )
        if not callable(found):
            raise bad_argument(
                "FlaxLayer", "`method` must be a method of the module.", given=f"method={method!r}"
            )
        state["_method"] = found
        state["_hears_training"] = "training" in inspect.signature(found).parameters
        if variables is not None and "params" not in variables:
            raise bad_argument("FlaxLayer", '`variables` must hold "params".', given=list(variables))
        params = others = None
        if variables is not None:
            params = variables["params"]
            others = {name: value for name, value in variables.items() if name != "params"}
        super().__init__(self._apply, self._initialise, params=params, state=others, **kwargs)

    def _extra(self, training):
        return {"training": training} if self._hears_training else {}

    def _streams(self, key):
        """Keys for parameters, dropout and `make_rng("default")`."""
        return {
            name: self._tools.fold(key, index) for index, name in enumerate(("params", "dropout", "default"))
        }

    def _apply(self, params, state, rng, inputs, training):
        written = list(state) if training and state else False
        outputs = self.module.apply(
            {"params": params, **state}, inputs, rngs=None if rng is None else self._streams(rng),
            method=self._method, mutable=written, **self._extra(training),
        )  # fmt: skip
        if written is False:
            return outputs, state
        outputs, new = outputs
        return outputs, {**state, **new}

    def _initialise(self, rng, inputs, training):
        made = self.module.init(self._streams(rng), inputs, method=self._method, **self._extra(training))
        return made.get("params", {}), {name: value for name, value in made.items() if name != "params"}

    def get_config(self):
        config = super().get_config()
        del config["native_serialization_platforms"]
        return config

    def _written_functions(self):
        return {"module": serialize_keras_object(self.module), "method": serialize_keras_object(self.method)}

    @classmethod
    def from_config(cls, config):
        """The layer of a config. The module's class must be registered, with a `get_config`."""
        config = dict(config)
        with safe_mode_scope(in_safe_mode()):
            for name in ("module", "method"):
                if isinstance(config.get(name), dict):
                    config[name] = deserialize_keras_object(config[name])
        return cls(**config)
