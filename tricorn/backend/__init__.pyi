from ._names import backend as backend
from ._names import clear_session as clear_session
from ._names import epsilon as epsilon
from ._names import floatx as floatx
from ._names import get_uid as get_uid
from ._names import image_data_format as image_data_format
from ._names import is_float_dtype as is_float_dtype
from ._names import is_int_dtype as is_int_dtype
from ._names import is_keras_tensor as is_keras_tensor
from ._names import result_type as result_type
from ._names import set_epsilon as set_epsilon
from ._names import set_floatx as set_floatx
from ._names import set_image_data_format as set_image_data_format
from ._names import standardize_dtype as standardize_dtype

__all__ = [
    "backend", "clear_session", "epsilon", "floatx", "get_uid", "image_data_format", "is_float_dtype", "is_int_dtype",
    "is_keras_tensor", "result_type", "set_epsilon", "set_floatx", "set_image_data_format", "standardize_dtype",
]  # fmt: skip
