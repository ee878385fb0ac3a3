"""The names of `utils` whose homes are elsewhere."""

from tricorn.backend import clear_session as clear_session, is_keras_tensor as is_keras_tensor
from tricorn.core.config import (
    disable_interactive_logging as disable_interactive_logging,
    enable_interactive_logging as enable_interactive_logging,
    is_interactive_logging_enabled as is_interactive_logging_enabled,
)
from tricorn.core.dtypes import standardize_dtype as standardize_dtype
from tricorn.core.serial import (
    CustomObjectScope as CustomObjectScope,
    custom_object_scope as custom_object_scope,
    deserialize_keras_object as deserialize_keras_object,
    get_custom_objects as get_custom_objects,
    get_registered_name as get_registered_name,
    get_registered_object as get_registered_object,
    register_keras_serializable as register_keras_serializable,
    serialize_keras_object as serialize_keras_object,
)
from tricorn.data import (
    PyDataset as PyDataset,
    pack_x_y_sample_weight as pack_x_y_sample_weight,
    unpack_x_y_sample_weight as unpack_x_y_sample_weight,
)

Sequence = PyDataset
