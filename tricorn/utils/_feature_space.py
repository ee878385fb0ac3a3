"""`FeatureSpace`: columns of a table, encoded for a model."""

from __future__ import annotations

import numpy as np

from tricorn import layers, ops
from tricorn.core import backend as backends, doors
from tricorn.core.errors import bad_argument, describe
from tricorn.core.naming import auto_name
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.core.symbolic import KerasTensor
from tricorn.layers.preprocessing._base_preprocessing import as_array, as_tensor, engine_of
from tricorn.utils._feature import Cross, Feature, TFDIdentity, check_output_mode


class FeatureSpace(layers.Layer):
    """Reads the columns of a table, each in its own way, and joins them into one vector for each row.

    Columns are named in a dict. `adapt` learns what must be learnt (vocabularies, statistics, boundaries), all of it in
    one pass over the data. Called on a dict of columns, the space gives the encoded ones: eagerly, on NumPy arrays, in
    `tf.data.Dataset.map`, in a DataLoader's worker. `get_inputs` and `get_encoded_features` make it a part of a model.

    Args:
        features: Dict from names to features: what `FeatureSpace.float_normalized()` and its siblings give, or the name
            of such a sibling, "float_normalized".
        output_mode: "concat" gives one vector for each row, the features side by side in alphabetical order and the
            crosses behind them, likewise; "dict" a dict.
        crosses: Combinations of features to encode too: tuples of names, or what `FeatureSpace.cross` gives.
        crossing_dim: Number of bins of a cross, where it says none.
        hashing_dim: Number of bins of hashed features that are given by name.
        num_discretization_bins: Number of bins of discretised features that are given by name.
        name: Name.

    Call arguments:
        data: Dict from names to columns: arrays (batch,) or (batch, 1), or single values of one row.

    Returns:
        (batch, size) in the mode "concat", or a dict; without the batch axis for one row.

    Raises:
        ValueError: No features, unknown ones, a call before `adapt` where something is to be learnt, integers that are to
            be concatenated.
        KeyError: A column is missing.

    Example:
        >>> space = FeatureSpace({"age": "float_normalized", "job": "string_categorical"})
        >>> space.adapt({"age": [20., 40.], "job": ["cook", "pilot"]})
        >>> space({"age": [30.], "job": ["cook"]})  # [[0., 0., 0., 1.]]
    """

    # --- features --------------------------------------------------------------------------------------------
    @classmethod
    def cross(cls, feature_names, crossing_dim, output_mode="one_hot"):
        """A combination of features, hashed into `crossing_dim` bins."""
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype, preprocessor, output_mode):
        """A feature of data of the dtype, read by a layer; `output_mode` is "int", "one_hot" or "float"."""
        return Feature(dtype, preprocessor, output_mode)

    @classmethod
    def float(cls, name=None):
        """A number as it is."""
        return Feature("float32", TFDIdentity(name=_name(name, "float")), "float")

    @classmethod
    def float_rescaled(cls, scale=1.0, offset=0.0, name=None):
        """A number times `scale` plus `offset`."""
        layer = layers.Rescaling(scale=scale, offset=offset, name=_name(name, "float_rescaled"))
        return Feature("float32", layer, "float")

    @classmethod
    def float_normalized(cls, name=None):
        """A number, brought to mean 0 and variance 1."""
        return Feature(
            "float32", layers.Normalization(axis=-1, name=_name(name, "float_normalized")), "float"
        )

    @classmethod
    def float_discretized(cls, num_bins, bin_boundaries=None, output_mode="one_hot", name=None):
        """A number's bin, of `num_bins` that are learnt or of those between the boundaries."""
        num_bins = None if bin_boundaries is not None else num_bins
        layer = layers.Discretization(bin_boundaries=bin_boundaries, num_bins=num_bins,
                                      name=_name(name, "float_discretized"))  # fmt: skip
        return Feature("float32", layer, output_mode)

    @classmethod
    def integer_categorical(cls, max_tokens=None, num_oov_indices=1, output_mode="one_hot", name=None):
        """An integer that stands for a category, by a vocabulary that is learnt."""
        check_output_mode("FeatureSpace.integer_categorical", output_mode)
        layer = layers.IntegerLookup(max_tokens=max_tokens, num_oov_indices=num_oov_indices,
                                     name=_name(name, "integer_categorical"))  # fmt: skip
        return Feature("int32", layer, output_mode)

    @classmethod
    def string_categorical(cls, max_tokens=None, num_oov_indices=1, output_mode="one_hot", name=None):
        """A string that stands for a category, by a vocabulary that is learnt."""
        check_output_mode("FeatureSpace.string_categorical", output_mode)
        layer = layers.StringLookup(max_tokens=max_tokens, num_oov_indices=num_oov_indices,
                                    name=_name(name, "string_categorical"))  # fmt: skip
        return Feature("string", layer, output_mode)

    @classmethod
    def string_hashed(cls, num_bins, output_mode="one_hot", name=None):
        """A string's bin, by its hash."""
        return Feature(
            "string", layers.Hashing(num_bins=num_bins, name=_name(name, "string_hashed")), output_mode
        )

    @classmethod
    def integer_hashed(cls, num_bins, output_mode="one_hot", name=None):
        """An integer's bin, by its hash."""
        return Feature(
            "int32", layers.Hashing(num_bins=num_bins, name=_name(name, "integer_hashed")), output_mode
        )

    # --- the space ---------------------------------------------------------------------------------------------
    def __init__(self, features, output_mode="concat", crosses=None, crossing_dim=32, hashing_dim=32,
                 num_discretization_bins=32, name=None):  # fmt: skip
        super().__init__(name=name)
        where = self._where()
        if not isinstance(features, dict) or not features:
            raise bad_argument(where, "`features` is a dict of features.", given=repr(features)[:200])
        if output_mode not in ("concat", "dict"):
            raise bad_argument(
                where, "unknown `output_mode`.", expected="'concat' or 'dict'", given=repr(output_mode)
            )
        self.crossing_dim, self.hashing_dim = crossing_dim, hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.output_mode = output_mode
        self.features = {name: self._feature(name, value) for name, value in features.items()}
        self.crosses = [self._cross(value) for value in crosses or ()]
        self.preprocessors = {name: feature.preprocessor for name, feature in self.features.items()}
        self.crossers = {
            cross.name: layers.HashedCrossing(cross.crossing_dim, name=cross.name) for cross in self.crosses
        }
        self.one_hot_encoders = {}
        self.inputs = {
            name: layers.Input((1,), dtype=feature.dtype, name=name)
            for name, feature in self.features.items()
        }
        self._is_adapted = False
        self._encoded = None

    def _feature(self, name, value):
        if isinstance(value, Feature):
            return value
        if isinstance(value, dict):
            return deserialize_keras_object(value)
        extra = {"string_hashed": (self.hashing_dim,), "integer_hashed": (self.hashing_dim,),
                 "float_discretized": (self.num_discretization_bins,)}  # fmt: skip
        names = ("float", "float_rescaled", "float_normalized", "float_discretized", "integer_categorical",
                 "string_categorical", "string_hashed", "integer_hashed")  # fmt: skip
        if value not in names:
            raise bad_argument(self._where(), f"the feature {name!r} is none.", given=repr(value),
                               expected=f"{', '.join(names)}, or FeatureSpace.feature(...)")  # fmt: skip
        return getattr(type(self), value)(*extra.get(value, ()), name=name)

    def _cross(self, value):
        if isinstance(value, dict):
            value = deserialize_keras_object(value)
        cross = value if isinstance(value, Cross) else Cross(value, self.crossing_dim)
        unknown = [name for name in cross.feature_names if name not in self.features]
        if unknown:
            raise bad_argument(self._where(), "a cross names an unknown feature.", expected=", ".join(self.features),
                               given=", ".join(unknown))  # fmt: skip
        floats = [name for name in cross.feature_names if self.features[name].output_mode == "float"]
        if floats:
            raise bad_argument(self._where(), "numbers cannot be crossed, only categories.", given=", ".join(floats),
                               hint="FeatureSpace.float_discretized(num_bins)")  # fmt: skip
        return cross

    def adapt(self, dataset):
        """Learn what the features need, in one pass.

        Args:
            dataset: Dict from names to columns; or an iterable of such dicts, batched or not (`tf.data.Dataset`,
                `DataLoader`, generator).

        Raises:
            ValueError: Neither of them, or no data.
            KeyError: A column is missing.
        """
        where = f"{self._where()}.adapt"
        learners = {name: layer for name, layer in self.preprocessors.items() if _learns(layer)}
        if isinstance(dataset, dict):
            batches = [dataset]
        elif isinstance(dataset, (np.ndarray, list, tuple, str)) or not hasattr(dataset, "__iter__"):
            raise bad_argument(where, "takes a dict of columns, or batches of them.", given=describe(dataset))
        else:
            batches = dataset
        for layer in learners.values():
            layer.reset_state()
        count = 0
        for batch in batches if learners else ():
            if not isinstance(batch, dict):
                raise bad_argument(where, "a batch must be a dict of columns.", given=describe(batch),
                                   hint="dataset.map(lambda x, y: x)")  # fmt: skip
            count += 1
            for name, layer in learners.items():
                layer.update_state(_column(as_array(self._value(batch, name), where)))
        if learners and not count:
            raise bad_argument(where, "there is no data.")
        for layer in learners.values():
            layer.finalize_state()
        self._is_adapted = True
        self._encoded = None
        self.one_hot_encoders = {}
        self.get_encoded_features()
        self.built = True

    def _value(self, data, name):
        try:
            return data[name]
        except KeyError:
            raise bad_argument(self._where(), f"the column {name!r} is missing.", expected=", ".join(self.features),
                               given=", ".join(map(str, data)), error=KeyError) from None  # fmt: skip

    def get_inputs(self):
        """Symbolic inputs of the features: a dict."""
        self._check_adapted()
        return dict(self.inputs)

    def get_encoded_features(self):
        """The encoded features as symbolic tensors, computed from `get_inputs()`: the beginning of a model."""
        self._check_adapted()
        if self._encoded is None:
            with backends.backend_scope(self._backend):
                self.__dict__["_encoded"] = self._encode(self.inputs)
        return self._encoded

    def _check_adapted(self):
        if not self._is_adapted and any(_learns(layer) for layer in self.preprocessors.values()):
            raise bad_argument(self._where(), "must see data first.", hint="space.adapt(data)")
        self.__dict__["_is_adapted"] = True

    # --- calling --------------------------------------------------------------------------------------------------
    def __call__(self, data):
        self._check_adapted()
        if not isinstance(data, dict):
            raise bad_argument(
                self._where(), "takes a dict of columns.", given=describe(data), error=TypeError
            )
        data = {name: self._value(data, name) for name in self.features}
        if any(isinstance(value, KerasTensor) for value in data.values()):
            with backends.backend_scope(self._backend):
                return self._encode(data)
        engine = engine_of(data, self._backend, self._where())
        with backends.backend_scope(engine):
            columns, single = {}, False
            for name, value in data.items():
                value = as_tensor(value, self._where(), strings=True, arrays=True)
                single = single or len(value.shape) == 0
                columns[name] = self._read(name, _column(value))
            encoded = self._encode(columns)
            if not single:
                return encoded
            if isinstance(encoded, dict):
                return {name: ops.squeeze(value, 0) for name, value in encoded.items()}
            return ops.squeeze(encoded, 0)

    def _read(self, name, column):
        """A column in the dtype of its feature, where both are numbers."""
        dtype = self.features[name].dtype
        if isinstance(column, np.ndarray):
            is_text = column.dtype.kind in "OUS"
        else:
            is_text = ops.dtype(column) == "string"
        if dtype == "string" or is_text:
            return column
        return column.astype(dtype) if isinstance(column, np.ndarray) else ops.cast(column, dtype)

    def call(self, data):
        return self(data)

    def _encode(self, data):
        read = {name: self.preprocessors[name](data[name]) for name in sorted(self.features)}
        crossed = {cross.name: self.crossers[cross.name]([read[name] for name in cross.feature_names])
                   for cross in sorted(self.crosses, key=lambda cross: cross.name)}  # fmt: skip
        encoded = {name: self._encoded_one(name, value, self.features[name].output_mode, self.preprocessors[name])
                   for name, value in read.items()}  # fmt: skip
        modes = {cross.name: cross.output_mode for cross in self.crosses}
        encoded.update((name, self._encoded_one(name, value, modes[name], self.crossers[name]))
                       for name, value in crossed.items())  # fmt: skip
        if self.output_mode == "dict":
            return encoded
        for name, value in encoded.items():
            dtype = value.dtype if isinstance(value, KerasTensor) else ops.dtype(value)
            if "int" in dtype or dtype == "string":
                raise bad_argument(
                    self._where(), f"the feature {name!r} cannot be concatenated: it is not encoded.", expected="floats",
                    given=f"dtype {dtype}", hint="output_mode='one_hot' for it, or output_mode='dict' for the space",
                )  # fmt: skip
        values = list(encoded.values())
        return values[0] if len(values) == 1 else ops.concatenate(values, axis=-1)

    def _encoded_one(self, name, value, mode, layer):
        if mode != "one_hot":
            return value
        encoder = self.one_hot_encoders.get(name)
        if encoder is None:
            dtype = value.dtype if isinstance(value, KerasTensor) else ops.dtype(value)
            if "int" not in dtype:
                raise bad_argument(self._where(), f"the feature {name!r} gives no integers, so it has no one-hot vectors.",
                                   given=f"dtype {dtype}", hint="output_mode='float'")  # fmt: skip
            with backends.backend_scope(self._backend):
                encoder = layers.CategoryEncoding(
                    num_tokens=_categories(layer, name), output_mode="multi_hot"
                )
            self.one_hot_encoders[name] = encoder
        return encoder(value)

    # --- files ------------------------------------------------------------------------------------------------------
    def get_config(self):
        return {
            "features": {name: serialize_keras_object(feature) for name, feature in self.features.items()},
            "output_mode": self.output_mode, "crosses": [serialize_keras_object(cross) for cross in self.crosses],
            "crossing_dim": self.crossing_dim, "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
        }  # fmt: skip

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def get_build_config(self):
        """What each feature's layer needs to be built again."""
        return {name: layer.get_build_config() for name, layer in self.preprocessors.items()}

    def build_from_config(self, config):
        """Build the features' layers; what they have learnt is read from the file afterwards."""
        for name, layer in self.preprocessors.items():
            if not layer.built and config.get(name):
                layer.build_from_config(config[name])
        self._is_adapted = True
        self.built = True

    def save(self, filepath):
        """Write the space to a `.keras` file; `tricorn.saving.load_model` reads it."""
        doors.open("save_model")(self, filepath)

    def save_own_variables(self, store):
        """The space has no variables of its own; its features' layers have."""

    def load_own_variables(self, store):
        """See `save_own_variables`."""


def _name(name, kind):
    return f"{name if name is not None else auto_name(kind)}_preprocessor"


def _learns(layer):
    """Whether a layer learns from data what it was not told."""
    if not hasattr(layer, "adapt"):
        return False
    told = getattr(layer, "input_mean", None) is not None or getattr(layer, "_frozen", False)
    inner = getattr(layer, "_lookup_layer", None)
    return not (told or getattr(layer, "_given", False) is True or (inner is not None and inner._frozen))


def _column(value):
    """(rows, 1) of a column or a single value."""
    rank = len(value.shape)
    if rank > 1:
        return value
    return value[..., None] if rank == 1 else value[None, None]


def _categories(layer, name):
    """How many integers a layer tells apart."""
    if hasattr(layer, "vocabulary_size"):
        return (
            layer._depth
            if layer.vocabulary_size() == len(getattr(layer, "_specials", ()))
            else layer.vocabulary_size()
        )
    if isinstance(layer, layers.Discretization):
        return layer._depth
    for attribute in ("num_bins", "num_tokens"):
        if getattr(layer, attribute, None) is not None:
            return getattr(layer, attribute)
    raise bad_argument("FeatureSpace", f"the number of categories of the feature {name!r} is not known.",
                       hint="output_mode='int' or 'float'")  # fmt: skip
