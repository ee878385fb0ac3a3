"""What tests do with the cases of `layer_cases`: make the layer, fill its weights, call it."""

from __future__ import annotations

import numpy as np

from tests.contracts.layer_case import fill
from tests.contracts.layer_cases import CASES
from tricorn import layers, ops, tree
from tricorn.core import backend as backends


def classes_of(case):
    """Names of the layer classes that a case makes, inner ones too."""
    return {part.partition("(")[0] for part in case.code.split("L.")[1:]}


def _first():
    seen = set()
    for case in CASES:
        if "mask" not in case.call and not classes_of(case) <= seen:
            seen |= classes_of(case)
            yield case


#: Cases in which each class occurs, for what does not depend on its arguments.
FIRST = list(_first())


def make(case):
    return eval(case.code, {"L": layers})


def engine():
    return backends.get_backend(backends.backend())


def tensors(case, dtype=None):
    if case.words and "strings" not in engine().capabilities:
        return case.inputs()
    return [engine().convert_to_tensor(x, dtype if x.dtype.kind == "f" else None) for x in case.inputs()]


def arguments(case, inputs):
    """What the layer is called with for `inputs`: positional arguments, and those by name."""
    kwargs = eval(f"dict({case.call})", {"m": case.mask() if "m" in case.call else None})
    kwargs = {
        key: engine().convert_to_tensor(x) if isinstance(x, np.ndarray) else x for key, x in kwargs.items()
    }
    return ([inputs] if case.listed else inputs), kwargs


def filled(case):
    """The layer of a case, built, with the weights that the reference got."""
    layer = make(case)
    args, kwargs = arguments(case, tensors(case))
    layer(*args, **kwargs)
    for index, variable in enumerate(weights_of(layer)):
        variable.assign(fill(variable.shape, variable.name, index))
    return layer, args, kwargs


def weights_of(layer):
    return [v for v in layer.variables if "seed_generator" not in v.path]


def arrays(structure):
    return [np.asarray(ops.convert_to_numpy(x), "float64") for x in tree.flatten(structure)]
