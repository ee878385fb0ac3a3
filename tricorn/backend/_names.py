"""The names of `tricorn.backend`, each something from its home."""

from __future__ import annotations

import gc

from tricorn.core.backend import backend as backend
from tricorn.core.config import (
    epsilon as epsilon,
    floatx as floatx,
    image_data_format as image_data_format,
    set_epsilon as set_epsilon,
    set_floatx as set_floatx,
    set_image_data_format as set_image_data_format,
)
from tricorn.core.dtypes import (
    is_float,
    is_int,
    result_type as result_type,
    standardize_dtype as standardize_dtype,
)
from tricorn.core.naming import get_uid as get_uid, reset_names
from tricorn.core.symbolic import KerasTensor


def is_float_dtype(dtype):
    """Whether a dtype is floating."""
    return is_float(standardize_dtype(dtype))


def is_int_dtype(dtype):
    """Whether a dtype is an integer type."""
    return is_int(standardize_dtype(dtype))


def is_keras_tensor(x):
    """Whether `x` is a symbolic tensor."""
    return isinstance(x, KerasTensor)


def clear_session(free_memory=True):
    """Count automatic names from zero again.

    Args:
        free_memory: Whether to collect garbage now. Models are freed when nobody refers to them: no registry holds any.
    """
    reset_names()
    if free_memory:
        gc.collect()
