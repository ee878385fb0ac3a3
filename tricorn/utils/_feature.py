"""The parts of a `FeatureSpace`: features, crosses, and the layer that leaves numbers as they are."""

from __future__ import annotations

from tricorn.core import registration
from tricorn.core.errors import bad_argument
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing, spec_of

OUTPUT_MODES = ("int", "one_hot", "float")


class Feature:
    """How one feature is read and encoded. Made by `FeatureSpace.feature` and its siblings.

    Args:
        dtype: Dtype of the data, "string", "int32", "float32" ...
        preprocessor: The layer that reads it.
        output_mode: "int": what the layer gives, as integers; "one_hot": these as vectors; "float": as floats.
    """

    def __init__(self, dtype, preprocessor, output_mode):
        check_output_mode("Feature", output_mode)
        if not callable(preprocessor):
            if isinstance(preprocessor, dict):
                preprocessor = deserialize_keras_object(preprocessor)
            else:
                raise bad_argument(
                    "Feature", "`preprocessor` must be a layer.", given=repr(preprocessor), error=TypeError
                )
        self.dtype, self.preprocessor, self.output_mode = dtype, preprocessor, output_mode

    def get_config(self):
        return {"dtype": self.dtype, "preprocessor": serialize_keras_object(self.preprocessor),
                "output_mode": self.output_mode}  # fmt: skip

    @classmethod
    def from_config(cls, config):
        return cls(**config)


class Cross:
    """A combination of features. Made by `FeatureSpace.cross`.

    Args:
        feature_names: Names of two or more features.
        crossing_dim: Number of bins of its hash.
        output_mode: "one_hot" or "int".
    """

    def __init__(self, feature_names, crossing_dim, output_mode="one_hot"):
        if output_mode not in ("int", "one_hot"):
            raise bad_argument(
                "Cross", "unknown `output_mode`.", expected="'int' or 'one_hot'", given=repr(output_mode)
            )
        names = tuple(feature_names)
        if (
            isinstance(feature_names, str)
            or len(names) < 2
            or not all(isinstance(name, str) for name in names)
        ):
            raise bad_argument(
                "Cross", "`feature_names` names two or more features.", given=repr(feature_names)
            )
        self.feature_names, self.crossing_dim, self.output_mode = names, crossing_dim, output_mode

    @property
    def name(self):
        """The names of the features, joined by "_X_"."""
        return "_X_".join(self.feature_names)

    def get_config(self):
        return {
            "feature_names": self.feature_names,
            "crossing_dim": self.crossing_dim,
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config):
        return cls(**config)


class TFDIdentity(BasePreprocessing):
    """Gives what it is given, as floats. The name is the reference's, which writes it into files."""

    def call(self, inputs):
        from tricorn import ops

        return ops.cast(inputs, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def compute_output_spec(self, inputs):
        return spec_of(inputs.shape, self.compute_dtype)


def check_output_mode(where, output_mode):
    if output_mode not in OUTPUT_MODES:
        raise bad_argument(where, "unknown `output_mode`.", expected=", ".join(map(repr, OUTPUT_MODES)),
                           given=repr(output_mode))  # fmt: skip


_MODULE = "keras.src.layers.preprocessing.feature_space"
_CLASSES = {"Feature": Feature, "Cross": Cross, "TFDIdentity": TFDIdentity}
registration.add_class_resolver(_MODULE, lambda module, class_name: _CLASSES.get(class_name))
