from ._input_spec import InputSpec as InputSpec
from ._layer import Layer as Layer
from .core._dense import Dense as Dense
from .core._input_layer import Input as Input
from .core._input_layer import InputLayer as InputLayer

__all__ = ["Dense", "Input", "InputLayer", "InputSpec", "Layer"]
