"""What `fit`, `evaluate` and `predict` are fed with: every kind of input behind one interface, `Source`.

Floor 4: it sees the core alone. No engine is imported here; tensors and data sets of an engine are recognised
through `sys.modules`, since a value of an engine that isn't loaded can't exist.
"""

from tricorn.data._adapt import adapt as adapt
from tricorn.data._packing import (
    pack_x_y_sample_weight as pack_x_y_sample_weight,
    unpack_x_y_sample_weight as unpack_x_y_sample_weight,
)
from tricorn.data._pydataset import PyDataset as PyDataset
from tricorn.data._source import Source as Source
from tricorn.data._split import split_validation as split_validation
