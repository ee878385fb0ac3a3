"""`TFSMLayer`: a SavedModel of TensorFlow as a layer, for inference."""

from __future__ import annotations

import os
import pathlib

from tricorn.core.errors import bad_argument
from tricorn.layers.wrappers._base_engine_wrapper import EngineWrapper


class TFSMLayer(EngineWrapper):
    """Runs an endpoint of a TensorFlow SavedModel as a layer, on TensorFlow; its variables are the layer's weights.

    Args:
        filepath: Directory of the SavedModel.
        call_endpoint: Name of the signature or function that is called.
        call_training_endpoint: The same for calls with `training=True`; None for the one endpoint.
        trainable: Whether its trainable variables are trained.
        name: Name of the layer.
        dtype: Dtype or dtype policy.

    Call arguments:
        inputs: Tensors as the endpoint takes them.
        training: Chooses the endpoint.
        **kwargs: Of the endpoint.

    Raises:
        FileNotFoundError: There is no SavedModel.
        ValueError: It has no such endpoint.
        NotSupportedError: Another engine than TensorFlow is active.

    Example:
        layer = TFSMLayer("path/to/model", call_endpoint="serving_default")
        outputs = layer(inputs)
    """

    _kind = "saved_model"
    _engine_name = "tensorflow"

    def __init__(self, filepath, call_endpoint="serve", call_training_endpoint=None, trainable=True, name=None,
                 dtype=None):  # fmt: skip
        super().__init__(trainable=trainable, name=name, dtype=dtype)
        if not isinstance(filepath, (str, os.PathLike)):
            raise bad_argument(
                self._where(), "`filepath` must be a path.", given=repr(filepath), error=TypeError
            )
        if not (pathlib.Path(filepath) / "saved_model.pb").is_file():
            raise bad_argument(self._where(), "there is no SavedModel.", expected="a directory with saved_model.pb",
                               given=str(filepath), error=FileNotFoundError)  # fmt: skip
        self.filepath = str(filepath)
        self.call_endpoint = call_endpoint
        self.call_training_endpoint = call_training_endpoint
        loaded = self._tools.load(self.filepath)
        state = self.__dict__  # what TensorFlow loaded is not ours to track
        state["_loaded"] = loaded
        state["_run"] = self._endpoint(loaded, call_endpoint)
        training = None if call_training_endpoint is None else self._endpoint(loaded, call_training_endpoint)
        state["_run_training"] = training or state["_run"]
        for variable in self._tools.variables(loaded):
            self._track_variable(variable)
        self.built = True

    def _endpoint(self, loaded, name):
        found, names = self._tools.endpoint(loaded, name)
        if found is None:
            raise bad_argument(self._where(), "the SavedModel has no such endpoint.", expected=f"one of {names}",
                               given=repr(name))  # fmt: skip
        return found

    def call(self, inputs, training=False, **kwargs):
        run = self._run_training if training else self._run
        return run(inputs, **kwargs)

    def compute_output_spec(self, inputs, training=False, **kwargs):
        return self._backend.trace_spec(self.call, inputs, training=training, **kwargs)

    def get_config(self):
        config = super().get_config()
        return {
            "name": config["name"],
            "trainable": config["trainable"],
            "dtype": config["dtype"],
            "filepath": self.filepath,
            "call_endpoint": self.call_endpoint,
            "call_training_endpoint": self.call_training_endpoint,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None, safe_mode=None):
        """The layer of a config, which names a file with a TensorFlow program: only with `safe_mode=False`.

        Raises:
            UnsafeFileError: In safe mode.
        """
        cls._check_trusted(safe_mode, "load a TensorFlow program from another file")
        return cls(**config)
