"""`TorchModuleWrapper`: a module of torch's own as a layer."""

from __future__ import annotations

from tricorn import tree
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor
from tricorn.layers.wrappers._base_engine_wrapper import EngineWrapper


class TorchModuleWrapper(EngineWrapper):
    """Runs a `torch.nn.Module` as a layer, on torch; its parameters and buffers are the layer's weights.

    A layer on torch takes modules as attributes too, without this: it serves where a layer itself is wanted, as in a
    `Sequential` model.

    Args:
        module: The `torch.nn.Module`. Lazy ones must have run once.
        name: Name of the layer.
        output_shape: Shape of the output with the batch axis, or a structure of shapes. By default it follows from
            running the module on zeros, with copies of its weights.
        **kwargs: Of `Layer`.

    Call arguments:
        *args, **kwargs: Of the module, as tensors of torch; floating ones in the layer's compute dtype.
        training: Puts the module into training or evaluation mode, and leaves it there; None lets it run in training mode
            as the reference does, unless `layer.eval()` was called.

    Raises:
        TypeError: `module` is no `torch.nn.Module`.
        ValueError: It has lazy parameters without shapes.
        NotSupportedError: Another engine than torch is active.

    Example:
        >>> layer = TorchModuleWrapper(torch.nn.Linear(4, 3))
        >>> layer(Input((4,))).shape
        (None, 3)
    """

    _kind = "torch_module"
    _engine_name = "torch"

    def __init__(self, module, name=None, output_shape=None, **kwargs):
        super().__init__(name=name, **kwargs)
        tools = self._tools
        if not tools.is_module(module):
            raise bad_argument(self._where(), "`module` must be a torch.nn.Module.", given=repr(module)[:200],
                               error=TypeError)  # fmt: skip
        if tools.has_lazy_parameters(module):
            raise bad_argument(self._where(), "the module has parameters without shapes.",
                               hint="run it once on data before it is wrapped")  # fmt: skip
        self.module = tools.placed(module)
        self.output_shape = output_shape
        self.built = True

    def parameters(self, recurse=True):
        """The module's parameters, tensors of torch."""
        return self.module.parameters(recurse=recurse)

    def call(self, *args, training=None, **kwargs):
        module = self.module
        mode = training is not False
        if module.training is not mode:
            module.train(mode)
        return module(*args, **kwargs)

    def compute_output_shape(self, input_shape):
        if self.output_shape is not None:
            return self.output_shape
        dtype = self.compute_dtype
        inputs = tree.map_shape_structure(lambda s: KerasTensor(s, dtype, record_history=False), input_shape)
        return tree.map_structure(lambda spec: spec.shape, self._tools.spec(self.module, (inputs,), {}))

    def compute_output_spec(self, *args, training=None, **kwargs):
        if self.output_shape is None:
            return self._tools.spec(self.module, args, kwargs)
        dtype = self.compute_dtype
        return tree.map_shape_structure(
            lambda s: KerasTensor(s, dtype, record_history=False), self.output_shape
        )

    # --- files ------------------------------------------------------------------------------------------------
    def save_own_variables(self, store):
        for name, value in self._tools.state(self.module).items():
            store[name] = value

    def load_own_variables(self, store):
        values = {name: store[name] for name in store.keys()}  # noqa: SIM118  (a store is no dict)
        try:
            self._tools.set_state(self.module, values)
        except RuntimeError as error:
            raise bad_argument(self._where(), "the file's weights are not those of the module.",
                               given=str(error)[:500]) from error  # fmt: skip

    def get_config(self):
        return {
            **super().get_config(),
            "module": self._tools.written(self.module),
            "output_shape": self.output_shape,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None, safe_mode=None):
        """The layer of a config, in which the module is pickled: only with `safe_mode=False`.

        Raises:
            UnsafeFileError: In safe mode.
        """
        cls._check_trusted(safe_mode, "unpickle a torch module")
        config = dict(config)
        from tricorn.core.backend import active_backend

        tools = active_backend().wrappers(cls._kind)
        if "module" in config and tools is not None:
            config["module"] = tools.read(config["module"])
        if isinstance(config.get("output_shape"), list):
            config["output_shape"] = tree.map_shape_structure(tuple, config["output_shape"])
        return cls(**config)
