"""`InputSpec`: what a layer accepts, checked before it builds or runs."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import standardize_shape


class InputSpec:
    """Rank, sizes and dtype that a layer's input must have.

    Args:
        dtype: Expected dtype, or None.
        shape: Expected shape; None entries accept any size.
        ndim: Exact rank.
        max_ndim: Largest rank.
        min_ndim: Smallest rank.
        axes: Axis (may be negative) to required size.
        allow_last_axis_squeeze: Whether an input of shape `(..., 1)` may stand for `(...)` and the reverse.
        name: Name of the input, for dict inputs.
        optional: Whether None is accepted.
    """

    def __init__(self, dtype=None, shape=None, ndim=None, max_ndim=None, min_ndim=None, axes=None,
                 allow_last_axis_squeeze=False, name=None, optional=False):  # fmt: skip
        self.dtype = dtype
        self.shape = standardize_shape(shape, "InputSpec") if shape is not None else None
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.name = name
        self.optional = optional
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        try:
            self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        except (TypeError, ValueError, AttributeError):
            raise bad_argument(
                "InputSpec", "`axes` maps axes to sizes.", given=repr(axes), error=TypeError
            ) from None
        rank = self.ndim if self.ndim is not None else self.max_ndim
        if self.axes and rank is not None and max(self.axes) >= rank:
            raise bad_argument("InputSpec", "an axis lies beyond the rank.", expected=f"axes below {rank}",
                               given=axes)  # fmt: skip

    def get_config(self):
        return {"dtype": self.dtype, "shape": self.shape, "ndim": self.ndim, "max_ndim": self.max_ndim,
                "min_ndim": self.min_ndim, "axes": self.axes}  # fmt: skip

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def __repr__(self):
        fields = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        shown = ", ".join(f"{f}={getattr(self, f)}" for f in fields if getattr(self, f))
        return f"InputSpec({shown})"


def check_inputs(input_spec, inputs, where):
    """Raise unless the flat list `inputs` (things with `.shape`) fits `input_spec` (an InputSpec or a list/dict of them)."""
    if input_spec is None:
        return
    if isinstance(input_spec, dict):
        specs, names = list(input_spec.values()), list(input_spec)
    elif isinstance(input_spec, (list, tuple)):
        specs, names = list(input_spec), [None] * len(input_spec)
    else:
        specs, names = [input_spec], [None]
    if len(inputs) != len(specs):
        raise bad_argument(where, "the number of inputs does not fit.", expected=f"{len(specs)} input(s)",
                           given=f"{len(inputs)} of shapes {[_shape(x) for x in inputs]}")  # fmt: skip
    for spec, name, x in zip(specs, names, inputs, strict=True):
        if spec is None or (x is None and spec.optional):
            continue
        shape = _shape(x)
        label = f"{where}, input {spec.name or name!r}" if (spec.name or name) else where
        if shape is None:
            raise bad_argument(label, "inputs must be tensors.", given=repr(x)[:100], error=TypeError)
        _check_rank(spec, shape, label)
        _check_sizes(spec, shape, label)


def _check_rank(spec, shape, where):
    rank = len(shape)
    squeezable = (
        spec.allow_last_axis_squeeze
        and spec.ndim is not None
        and (
            (rank == spec.ndim + 1 and shape[-1] == 1)
            or (rank == spec.ndim - 1 and (spec.shape or (None,))[-1] in (1, None))
        )
    )
    if spec.ndim is not None and rank != spec.ndim and not squeezable:
        raise bad_argument(where, "the input has the wrong rank.", expected=f"rank {spec.ndim}"
                           + (f", shape {spec.shape}" if spec.shape else ""), given=f"rank {rank}, shape {shape}",
                           hint=_rank_hint(rank, spec.ndim))  # fmt: skip
    if spec.max_ndim is not None and rank > spec.max_ndim:
        raise bad_argument(where, "the input's rank is too large.", expected=f"at most {spec.max_ndim}",
                           given=f"rank {rank}, shape {shape}")  # fmt: skip
    if spec.min_ndim is not None and rank < spec.min_ndim:
        raise bad_argument(where, "the input's rank is too small.", expected=f"at least {spec.min_ndim}",
                           given=f"rank {rank}, shape {shape}",
                           hint=_rank_hint(rank, spec.min_ndim))  # fmt: skip


def _rank_hint(rank, wanted):
    if rank == wanted - 1:
        return "add the missing axis, e.g. x[None] for the batch or x[..., None] for channels"
    return None


def _check_sizes(spec, shape, where):
    for axis, size in spec.axes.items():
        if size is not None and -len(shape) <= axis < len(shape) and shape[axis] not in (size, None):
            raise bad_argument(where, f"axis {axis} of the input has the wrong size.", expected=f"{size}",
                               given=f"{shape[axis]}, shape {shape}")  # fmt: skip
    if spec.shape is not None and len(shape) == len(spec.shape):
        for given, wanted in zip(shape, spec.shape, strict=True):
            if given is not None and wanted is not None and given != wanted:
                raise bad_argument(where, "the input has the wrong shape.", expected=spec.shape, given=shape)


def _shape(x):
    shape = getattr(x, "shape", None)
    return tuple(shape) if shape is not None else None
