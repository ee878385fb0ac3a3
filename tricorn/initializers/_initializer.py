"""`Initializer`: initial values, made on the host, whole or any slice of them.

A random initializer's values follow from a seed and from the *place* of the variable, never from the engine or from
what was made before. So a model built by the same code under the same seed starts equal on every engine, and a shard of
a variable is made without the rest.
"""

from __future__ import annotations

import numpy as np

from tricorn.core.arrays import numpy_dtype
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import standardize_shape


class Initializer:
    """Base of all initializers.

    A subclass for one's own use defines `__call__(self, shape, dtype=None)`. One that defines `values(place, shape,
    index)` instead is independent of the engine and can make slices.

    Examples:
        class Ramp(Initializer):
            def __call__(self, shape, dtype=None, **kwargs):
                return ops.reshape(ops.arange(math.prod(shape), dtype=dtype), shape)
    """

    #: Whether a slice can be made without making the whole.
    sliceable = True

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "__call__" in cls.__dict__ and "fill" not in cls.__dict__:
            cls.fill = None  # the user's own function counts, also where it is derived from one of ours

    def __call__(self, shape, dtype=None, **kwargs):
        """The values as a tensor of the active engine.

        Args:
            shape: Sizes, all known.
            dtype: Dtype; floatx if None.
            kwargs: `layout` and other hints of the reference, not used.
        """
        from tricorn.core.backend import active_backend

        return active_backend().convert_to_tensor(
            self.fill(self.anonymous_place(), shape, dtype), standardize_dtype(dtype)
        )

    def fill(self, place, shape, dtype=None, index=None):
        """The values as a NumPy array.

        Args:
            place: What identifies the variable among all of a model, e.g. `"encoder/dense/kernel"`.
            shape: The whole shape, all sizes known.
            dtype: Dtype; floatx if None.
            index: Tuple of slices of step 1, one an axis: only that part of the whole is made, equal to it bit for bit.
        """
        shape = standardize_shape(shape, type(self).__name__)
        if None in shape:
            raise bad_argument(type(self).__name__, "all sizes must be known.", given=f"shape={shape}")
        name = standardize_dtype(dtype)
        if name == "string":
            raise bad_argument(type(self).__name__, "strings have no initial values.", given="dtype='string'")
        kind = numpy_dtype(name)
        if index is not None:
            index = _standardize_index(index, shape, type(self).__name__)
        if index is None or self.sliceable:
            return np.asarray(self.values(place, shape, index, kind), dtype=kind)
        whole = np.asarray(self.values(place, shape, None, kind), dtype=kind)
        return whole[index].copy()  # a view would keep the whole

    def values(self, place, shape, index, dtype):
        """The part `index` (None: all) of the values, in NumPy; cast to the NumPy dtype `dtype` afterwards."""
        raise NotImplementedError(f"{type(self).__name__} must define `__call__(self, shape, dtype=None)`.")

    def anonymous_place(self):
        """The place of values that belong to no variable."""
        return ""

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def clone(self):
        """A new initializer of the same configuration."""
        return type(self).from_config(self.get_config())

    def __repr__(self):
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.get_config().items())
        return f"{type(self).__name__}({arguments})"


def sliced_shape(shape, index):
    """The shape of the part `index` of an array of shape `shape`."""
    return shape if index is None else tuple(part.stop - part.start for part in index)


def _standardize_index(index, shape, where):
    """One slice with bounds an axis; None if it is the whole."""
    index = index if isinstance(index, tuple) else (index,)
    if len(index) > len(shape) or not all(isinstance(part, slice) for part in index):
        raise bad_argument(where, "`index` must be a tuple of slices, one an axis.", expected=f"{len(shape)} slices",
                           given=repr(index))  # fmt: skip
    bounds = [part.indices(size) for part, size in zip(index, shape)]
    bounds += [(0, size, 1) for size in shape[len(index) :]]
    if any(step != 1 for _, _, step in bounds):
        raise bad_argument(where, "slices must have step 1.", given=repr(index))
    if all(start == 0 and stop == size for (start, stop, _), size in zip(bounds, shape)):
        return None
    return tuple(slice(start, max(start, stop)) for start, stop, _ in bounds)
