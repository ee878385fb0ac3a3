"""The settings whose home is the core, gathered under their public place."""

from tricorn.core.backend import backend as backend
from tricorn.core.backend import set_backend as set_backend
from tricorn.core.config import disable_flash_attention as disable_flash_attention
from tricorn.core.config import disable_interactive_logging as disable_interactive_logging
from tricorn.core.config import disable_traceback_filtering as disable_traceback_filtering
from tricorn.core.config import enable_flash_attention as enable_flash_attention
from tricorn.core.config import enable_interactive_logging as enable_interactive_logging
from tricorn.core.config import enable_traceback_filtering as enable_traceback_filtering
from tricorn.core.config import epsilon as epsilon
from tricorn.core.config import floatx as floatx
from tricorn.core.config import image_data_format as image_data_format
from tricorn.core.config import is_flash_attention_enabled as is_flash_attention_enabled
from tricorn.core.config import is_interactive_logging_enabled as is_interactive_logging_enabled
from tricorn.core.config import is_nnx_enabled as is_nnx_enabled
from tricorn.core.config import is_traceback_filtering_enabled as is_traceback_filtering_enabled
from tricorn.core.config import max_epochs as max_epochs
from tricorn.core.config import max_model_bytes as max_model_bytes
from tricorn.core.config import max_steps_per_epoch as max_steps_per_epoch
from tricorn.core.config import set_epsilon as set_epsilon
from tricorn.core.config import set_floatx as set_floatx
from tricorn.core.config import set_image_data_format as set_image_data_format
from tricorn.core.config import set_max_epochs as set_max_epochs
from tricorn.core.config import set_max_model_bytes as set_max_model_bytes
from tricorn.core.config import set_max_steps_per_epoch as set_max_steps_per_epoch
