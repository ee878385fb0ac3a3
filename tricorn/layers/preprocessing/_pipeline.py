"""`Pipeline`: preprocessing layers one after the other."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.core.symbolic import any_symbolic
from tricorn.layers._layer import Layer
from tricorn.layers._layer_call import call_signature
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing
from tricorn.layers.preprocessing._rescaling import Rescaling
from tricorn.layers.preprocessing.image._base_image import BaseImage


class Pipeline(BasePreprocessing):
    """Layers called one after the other, each on what the one before gave.

    Unlike a `Sequential` model it leaves the data on the engine that it is on, whichever engine the layers were made on: it
    works in `tf.data.Dataset.map` and in the workers of a data loader if its layers do.

    Args:
        layers: The layers, at least one.
        name: Name; automatic if None.

    Call arguments:
        inputs: What the first layer takes.
        training: Passed to the layers that know it.
        mask: Likewise.

    Raises:
        ValueError: There is no layer, or something else among them.

    Example:
        >>> pipeline = Pipeline([AutoContrast(), RandomGrayscale(1.0)])
        >>> pipeline(np.ones((2, 4, 4, 3), "float32")).shape
        (2, 4, 4, 3)
    """

    def __init__(self, layers, name=None):
        super().__init__(name=name)
        where = self._where()
        if not isinstance(layers, (list, tuple)) or not layers:
            raise bad_argument(where, "`layers` must be a list of layers.", given=repr(layers)[:200])
        for layer in layers:
            if not isinstance(layer, Layer):
                raise bad_argument(where, "only layers can be put into a pipeline.", given=repr(layer)[:200])
        self._pipeline_layers = list(layers)
        self.built = True

    @property
    def layers(self):
        """The layers, in order."""
        return list(self._pipeline_layers)

    def call(self, inputs, training=True, mask=None):
        for layer in self._pipeline_layers:
            signature, options = call_signature(type(layer)), {}
            if signature.names_training:
                options["training"] = training
            if mask is not None and signature.takes_mask:
                options["mask"] = mask
            inputs = layer(inputs, **options)
        return inputs

    def _run_on(self, engine, inputs, args, kwargs):
        first = self._pipeline_layers[0]
        # As a whole, where the engine compiles what is called eagerly and all of it is computed there.
        whole = engine is self._backend and self._compiled_call is not None and self._is_outermost()
        if whole and all(isinstance(layer, (BaseImage, Rescaling)) for layer in self._pipeline_layers):
            return self._compiled_call(self, (first._read(inputs), *args), kwargs)
        return self.call(inputs, *args, **kwargs)

    def compute_output_spec(self, inputs, training=True, mask=None):
        for layer in self._pipeline_layers:
            inputs = (
                layer(inputs)
                if any_symbolic(inputs) and not layer.built
                else layer.compute_output_spec(inputs)
            )
        return inputs

    def compute_output_shape(self, input_shape):
        for layer in self._pipeline_layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    def get_config(self):
        return {
            "layers": [serialize_keras_object(layer) for layer in self._pipeline_layers],
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        config["layers"] = [deserialize_keras_object(layer) for layer in config["layers"]]
        return cls(**config)
