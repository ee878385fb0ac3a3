from . import bounding_boxes as bounding_boxes
from ._arrays import normalize as normalize, to_categorical as to_categorical
from ._feature_space import FeatureSpace as FeatureSpace
from ._names import (
    CustomObjectScope as CustomObjectScope,
    PyDataset as PyDataset,
    Sequence as Sequence,
    clear_session as clear_session,
    custom_object_scope as custom_object_scope,
    deserialize_keras_object as deserialize_keras_object,
    disable_interactive_logging as disable_interactive_logging,
    enable_interactive_logging as enable_interactive_logging,
    get_custom_objects as get_custom_objects,
    get_registered_name as get_registered_name,
    get_registered_object as get_registered_object,
    is_interactive_logging_enabled as is_interactive_logging_enabled,
    is_keras_tensor as is_keras_tensor,
    pack_x_y_sample_weight as pack_x_y_sample_weight,
    register_keras_serializable as register_keras_serializable,
    serialize_keras_object as serialize_keras_object,
    standardize_dtype as standardize_dtype,
    unpack_x_y_sample_weight as unpack_x_y_sample_weight,
)
from ._plot_model import model_to_dot as model_to_dot, plot_model as plot_model
from ._progbar import Progbar as Progbar
from ._seed import set_random_seed as set_random_seed

__all__ = [
    "CustomObjectScope", "FeatureSpace", "Progbar", "PyDataset", "Sequence", "bounding_boxes", "clear_session", "custom_object_scope",
    "deserialize_keras_object", "disable_interactive_logging", "enable_interactive_logging", "get_custom_objects",
    "get_registered_name", "get_registered_object", "is_interactive_logging_enabled", "is_keras_tensor", "model_to_dot",
    "normalize", "pack_x_y_sample_weight", "plot_model", "register_keras_serializable", "serialize_keras_object",
    "set_random_seed", "standardize_dtype", "to_categorical", "unpack_x_y_sample_weight",
]  # fmt: skip
