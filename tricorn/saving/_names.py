"""The names of `saving` whose home is the core."""

from tricorn.core.serial import CustomObjectScope as CustomObjectScope
from tricorn.core.serial import custom_object_scope as custom_object_scope
from tricorn.core.serial import deserialize_keras_object as deserialize_keras_object
from tricorn.core.serial import get_custom_objects as get_custom_objects
from tricorn.core.serial import get_registered_name as get_registered_name
from tricorn.core.serial import get_registered_object as get_registered_object
from tricorn.core.serial import register_keras_serializable as register_keras_serializable
from tricorn.core.serial import serialize_keras_object as serialize_keras_object
