"""Making tensors on PyTorch, on the current device, or on that of the tensor they are to be like."""

from __future__ import annotations

import torch

from tricorn.backends.torch import current_device, native_dtype
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.op import accepts_numbers, accepts_scalars
from tricorn.core.shapes import range_dtype


def _dtype(dtype):
    return native_dtype(standardize_dtype(dtype))


def _shape(shape):
    return (shape,) if isinstance(shape, int) else tuple(shape)


_CPU = torch.device("cpu")


def _device():
    """The current device; torch reads an object quicker than a name."""
    name = current_device()
    return _CPU if name == "cpu" else name


def zeros(shape, dtype=None):
    shape = shape if type(shape) is tuple else _shape(shape)
    return torch.zeros(shape, dtype=_dtype(dtype), device=_device())


def ones(shape, dtype=None):
    shape = shape if type(shape) is tuple else _shape(shape)
    return torch.ones(shape, dtype=_dtype(dtype), device=_device())


def empty(shape, dtype=None):
    shape = shape if type(shape) is tuple else _shape(shape)
    return torch.empty(shape, dtype=_dtype(dtype), device=_device())


@accepts_numbers
def full(shape, fill_value, dtype=None):
    dtype = _dtype(dtype)
    if type(fill_value) is float and type(shape) is tuple and dtype.is_floating_point:
        return torch.full(shape, fill_value, dtype=dtype, device=_device())
    if not isinstance(fill_value, torch.Tensor):
        return torch.full(_shape(shape), _held(fill_value, dtype), dtype=dtype, device=current_device())
    return fill_value.to(dtype).expand(_shape(shape)).clone()


def _held(number, dtype):
    """A number that the dtype can hold: it is cast as that of a tensor is."""
    if dtype.is_floating_point or dtype.is_complex or type(number) is bool:
        return number
    return torch.tensor(number).to(dtype).item()


def zeros_like(x, dtype=None):
    return torch.zeros_like(x, dtype=x.dtype if dtype is None else _dtype(dtype))


def ones_like(x, dtype=None):
    return torch.ones_like(x, dtype=x.dtype if dtype is None else _dtype(dtype))


def empty_like(x, dtype=None):
    return torch.empty_like(x, dtype=x.dtype if dtype is None else _dtype(dtype))


@accepts_scalars
def full_like(x, fill_value, dtype=None):
    if not isinstance(fill_value, torch.Tensor):
        dtype = x.dtype if dtype is None else _dtype(dtype)
        return torch.full_like(x, _held(fill_value, dtype), dtype=dtype)
    return fill_value.to(x.dtype if dtype is None else _dtype(dtype)).expand(x.shape).clone()


def arange(start, stop=None, step=None, dtype=None):
    if dtype is None and type(start) is int and (stop is None or type(stop) is int) and step in (None, 1):
        low, high = (0, start) if stop is None else (start, stop)
        return torch.arange(low, max(low, high), dtype=torch.int32, device=_device())
    dtype = _dtype(dtype or range_dtype(start, stop, step))
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if type(step) is int and step == 0:
        raise ValueError("a step of 0")
    if (stop - start) * step <= 0:
        return torch.empty((0,), dtype=dtype, device=current_device())  # torch refuses an empty range
    return torch.arange(start, stop, step, dtype=dtype, device=current_device())


@accepts_numbers
def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    if not isinstance(start, torch.Tensor):
        native, device = _dtype(dtype), _device()
        if endpoint and not retstep and axis in (0, -1) and type(axis) is int and native.is_floating_point:
            return torch.linspace(start, stop, num, dtype=native, device=device)
        start, stop = (torch.tensor(one, dtype=_dtype(None), device=device) for one in (start, stop))
    if type(num) is int and num < 0:
        raise ValueError("a negative number of values")
    intervals = num - 1 if endpoint else num
    start, stop = torch.broadcast_tensors(start, stop)
    step = (stop - start) / intervals if intervals > 0 else torch.full_like(start, torch.nan)
    positions = torch.arange(num, dtype=start.dtype, device=start.device).reshape((num,) + (1,) * start.ndim)
    result = start + positions * step if intervals > 0 else start + torch.zeros_like(positions)
    if endpoint and num > 1:
        result = torch.cat([result[:-1], stop[None]])  # the last value exactly
    result = torch.movedim(result, 0, axis)
    if dtype is not None:
        native = _dtype(dtype)
        result = (result if native.is_floating_point else torch.floor(result)).to(native)
    return (result, step) if retstep else result


def eye(N, M=None, k=0, dtype=None):
    if k == 0:
        return torch.eye(N, N if M is None else M, dtype=_dtype(dtype), device=_device())
    return _diagonals(N, M, lambda rows, columns: columns - rows == k, dtype)


def tri(N, M=None, k=0, dtype=None):
    ones = torch.ones(N, N if M is None else M, dtype=_dtype(dtype), device=current_device())
    return ones.tril_(k)


def _diagonals(N, M, condition, dtype):
    rows = torch.arange(N, device=current_device())[:, None]
    columns = torch.arange(N if M is None else M, device=current_device())
    return condition(rows, columns).to(_dtype(dtype))


def tril(x, k=0):
    return torch.tril(x, k)


def triu(x, k=0):
    return torch.triu(x, k)
