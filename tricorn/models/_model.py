"""`Model`: a layer that can be trained, saved and moved to another engine."""

from __future__ import annotations

import json

from tricorn.core import doors
from tricorn.core.backend import backend_scope, get_backend
from tricorn.core.errors import NotSupportedError, bad_argument
from tricorn.core.symbolic import any_symbolic
from tricorn.layers._layer import Layer
from tricorn.trainers._trainer import Trainer


class Model(Trainer, Layer):
    """A layer with `compile`, `fit`, `evaluate`, `predict` and `save`.

    Three ways to write one: from symbolic tensors, `Model(inputs, outputs)`; as a stack, `Sequential([...])`; or as a
    subclass that makes layers in `__init__` and calls them in `call`.

    Args:
        inputs: Symbolic tensor(s): one, a list or a dict.
        outputs: Symbolic tensor(s) computed from them.
        name: Name; automatic if None.
    """

    #: In a `RematScope` its layers are recomputed: recomputing all of it at once would save nothing.
    _may_recompute = False

    def __new__(cls, *args, **kwargs):
        if cls is Model and _is_functional(args, kwargs):
            from tricorn.models._functional import Functional

            return Functional.__new__(Functional, *args, **kwargs)
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args, **kwargs):
        if _is_functional(args, kwargs):
            from tricorn.models._functional import become_functional

            become_functional(self, *args, **kwargs)
            return
        self._init_trainer()
        super().__init__(*args, **kwargs)

    def _init_state(self):
        super()._init_state()
        self._init_trainer()

    def call(self, *args, **kwargs):
        raise NotImplementedError(f"{type(self).__name__} must define `call(self, inputs)`.")

    def _concrete_call(self, args, kwargs):
        stage = self._stage
        if stage is not None:
            if args:
                args = (stage(args[0]), *args[1:])
            else:
                kwargs = {**kwargs, "inputs": stage(kwargs["inputs"])}
        return super()._concrete_call(args, kwargs)

    @property
    def layers(self):
        """The layers directly in this model."""
        return list(self._layers)

    @layers.setter
    def layers(self, _):
        raise AttributeError("`Model.layers` cannot be set: assign layers to attributes of the model.")

    def get_layer(self, name=None, index=None):
        """A layer by its name or its position.

        Raises:
            ValueError: There is none, or not exactly one of `name` and `index` is given.
        """
        layers = self.layers
        if (name is None) == (index is None):
            raise bad_argument(
                "get_layer", "give a name or an index.", given=f"name={name!r}, index={index!r}"
            )
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise bad_argument(
                    "get_layer", "no such layer.", expected=f"an index below {len(layers)}", given=index
                )
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        raise bad_argument("get_layer", "no such layer.", expected=", ".join(layer.name for layer in layers),
                           given=repr(name))  # fmt: skip

    def summary(self, line_length=None, positions=None, print_fn=None, expand_nested=False, show_trainable=False,
                layer_range=None):  # fmt: skip
        """Print a table of layers, output shapes and parameter counts.

        Args:
            line_length: Width in characters; the terminal's by default.
            positions: Relative or absolute positions of the columns' ends.
            print_fn: Called with the text, instead of printing.
            expand_nested: Whether to list the layers of nested models.
            show_trainable: Whether to show what is trainable.
            layer_range: First and last layer name (regular expressions) to show.
        """
        doors.open("summary")(
            self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range
        )

    # --- files -------------------------------------------------------------------------------------------
    def save(self, filepath, overwrite=True, zipped=None, **kwargs):
        """Write the model to a `.keras` file: architecture, weights, optimizer.

        The file is written beside its place and moved there when complete: a killed save leaves the old one whole.

        Args:
            filepath: Path ending in `.keras` (or `.h5` for the legacy format).
            overwrite: Whether an existing file is replaced; if False it is an error.
            zipped: Whether to write one zip file (the default for `.keras`).
            **kwargs: Of the format, such as `include_optimizer`.
        """
        return doors.open("save_model")(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(self, filepath, overwrite=True, max_shard_size=None, **kwargs):
        """Write the weights to a `.weights.h5` file.

        Args:
            filepath: Path ending in `.weights.h5`.
            overwrite: Whether an existing file is replaced.
            max_shard_size: Largest size of one file, in GB; more files are written with an index.
            **kwargs: Of the format.
        """
        return doors.open("save_weights")(
            self, filepath, overwrite=overwrite, max_shard_size=max_shard_size, **kwargs
        )

    def load_weights(self, filepath, skip_mismatch=False, **kwargs):
        """Read weights from a `.weights.h5` or `.keras` file.

        Args:
            filepath: The file.
            skip_mismatch: Whether to leave weights alone that the file lacks or has in another shape, instead of
                raising.
            **kwargs: Of the format.
        """
        return doors.open("load_weights")(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

    def export(self, filepath, format="tf_saved_model", verbose=None, input_signature=None, **kwargs):
        """Write the model for use without this package. Not part of this version.

        Raises:
            NotSupportedError: Always; it names each engine's own way, which takes the model as it is.
        """
        raise bad_argument(
            f"{self._where()}.export", "exporting is not part of this version.",
            given=f"format={format!r}, a model on {self._backend.name}",
            hint="torch.export.export(model.to_backend('torch'), ...), or jax.export of model.stateless_call",
            error=NotSupportedError,
        )  # fmt: skip

    def to_json(self, **kwargs):
        """The architecture as JSON text; `models.model_from_json` reads it."""
        from tricorn.core.serial import serialize_keras_object

        return json.dumps(serialize_keras_object(self), **kwargs)

    # --- engines ------------------------------------------------------------------------------------------
    def to_backend(self, name):
        """The same model, with the same weights, on another engine.

        Compiled models come compiled, with the state of their optimizer. This model stays as it is.

        Args:
            name: `"jax"`, `"torch"`, `"tensorflow"` or `"numpy"`.

        Returns:
            A new model.
        """
        return doors.open("to_backend")(self, get_backend(name))

    def build_from_config(self, config):
        if not config:
            return
        if "input_shape" in config or "shapes_dict" in config:
            with backend_scope(self._backend):
                super().build_from_config(config)

    def get_config(self):
        return super().get_config()

    @classmethod
    def from_config(cls, config, custom_objects=None):
        from tricorn.models._functional import Functional
        from tricorn.models._functional_config import functional_from_config

        if cls is Model and "input_layers" in config and "layers" in config:
            return functional_from_config(Functional, config, custom_objects)
        if "input_layers" in config and "layers" in config and _is_graph_constructor(cls):
            return functional_from_config(cls, config, custom_objects)
        if custom_objects:
            from tricorn.core.serial import custom_object_scope

            with custom_object_scope(custom_objects):
                return super().from_config(config)
        return super().from_config(config)

    # --- state trees ----------------------------------------------------------------------------------------
    def get_state_tree(self, value_format="backend_tensor"):
        """The state as nested dicts by path: trainable, non-trainable, optimizer and metric variables.

        Args:
            value_format: "backend_tensor" or "numpy_array".
        """
        if value_format not in ("backend_tensor", "numpy_array"):
            raise bad_argument("get_state_tree", "unknown `value_format`.",
                               expected="'backend_tensor' or 'numpy_array'", given=repr(value_format))  # fmt: skip

        def tree(variables):
            result = {}
            for variable in variables:
                *parents, leaf = variable.path.split("/")
                inner = result
                for parent in parents:
                    inner = inner.setdefault(parent, {})
                inner[leaf] = variable.value if value_format == "backend_tensor" else variable.numpy()
            return result

        optimizer = self.optimizer.variables if self.optimizer is not None else []
        return {"trainable_variables": tree(self.trainable_variables),
                "non_trainable_variables": tree(self.non_trainable_variables),
                "optimizer_variables": tree(optimizer), "metrics_variables": tree(self.metrics_variables)}  # fmt: skip

    def set_state_tree(self, state_tree):
        """Set the state from a tree as `get_state_tree` returns it; parts may be missing."""
        groups = {"trainable_variables": self.trainable_variables,
                  "non_trainable_variables": self.non_trainable_variables,
                  "optimizer_variables": self.optimizer.variables if self.optimizer is not None else [],
                  "metrics_variables": self.metrics_variables}  # fmt: skip
        for key, tree in state_tree.items():
            if key not in groups:
                raise bad_argument(
                    "set_state_tree", "unknown part.", expected=", ".join(groups), given=repr(key)
                )
            for variable in groups[key]:
                value = tree
                for part in variable.path.split("/"):
                    if not isinstance(value, dict) or part not in value:
                        value = None
                        break
                    value = value[part]
                if value is not None:
                    variable.assign(value)


def _is_functional(args, kwargs):
    """True for `Model(inputs, outputs)`, by position or keyword."""
    if (
        len(args) == 2
        or (len(args) == 1 and "outputs" in kwargs)
        or ("inputs" in kwargs and "outputs" in kwargs)
    ):
        outputs = args[1] if len(args) == 2 else kwargs["outputs"]
        inputs = args[0] if args else kwargs["inputs"]
        if any_symbolic(inputs) or any_symbolic(outputs):
            return True
        raise bad_argument(
            "Model", "inputs and outputs must be symbolic tensors.", expected="tensors made by Input(...)",
            given=f"inputs={inputs!r}, outputs={outputs!r}"[:300],
        )  # fmt: skip
    return False


def _is_graph_constructor(cls):
    """True if the class takes what a functional model takes."""
    import inspect

    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    names = [p.name for p in parameters]
    generic = all(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters)
    return generic or {"inputs", "outputs"} <= set(names)
