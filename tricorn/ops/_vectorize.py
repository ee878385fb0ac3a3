"""`vectorize`: a function of elements becomes one of tensors."""

from __future__ import annotations

import functools
import math
import re

from tricorn import tree
from tricorn.core.errors import bad_argument
from tricorn.core.rules import broadcast_shapes
from tricorn.core.shapes import rank_of
from tricorn.ops._cast import convert_to_tensor, shape
from tricorn.ops._control import vectorized_map
from tricorn.ops._reshape import broadcast_to, reshape

_WHERE = "ops.vectorize"
_CORE = r"\((?:[^\W\d]\w*(?:,[^\W\d]\w*)*)?\)"
_SIGNATURE = re.compile(rf"{_CORE}(?:,{_CORE})*->{_CORE}(?:,{_CORE})*")


def vectorize(pyfunc, *, excluded=None, signature=None):
    """A function of tensors that applies `pyfunc` to their elements; the shapes broadcast against each other.

    All elements are computed at once, as in `vectorized_map`.

    Args:
        pyfunc: Function of scalar tensors; with a `signature`, of tensors of the ranks named there.
        excluded: Positions (ints) and names (strings) of arguments that are passed on as they are.
        signature: The axes of an element in each argument and result, as NumPy writes them: `"(n,m),(m)->(n)"`. Axes
            of one name must have the same size. Only the axes before them broadcast.

    Returns:
        A function of as many tensors. Keyword arguments are passed on as they are.

    Raises:
        TypeError: `pyfunc` is no function.
        ValueError: A malformed signature; in a call, shapes that do not fit it or each other.

    Example:
        >>> norm = ops.vectorize(lambda row: ops.sqrt(ops.sum(row * row)), signature="(n)->()")
        >>> norm(np.array([[3.0, 4.0], [0.0, 2.0]], "float32"))
        array([5., 2.], dtype=float32)
    """
    if not callable(pyfunc):
        raise bad_argument(_WHERE, "`pyfunc` must be a function.", given=repr(pyfunc)[:80], error=TypeError)
    excluded = frozenset(() if excluded is None else excluded)
    for one in excluded:
        if not isinstance(one, (int, str)):
            raise bad_argument(
                _WHERE, "`excluded` holds positions and names.", given=repr(one)[:80], error=TypeError
            )
    cores = None if signature is None else _parse(signature)

    @functools.wraps(pyfunc)
    def vectorized(*args, **kwargs):
        places = [place for place in range(len(args)) if place not in excluded]
        if cores is not None and len(places) != len(cores):
            raise bad_argument(_WHERE, "not as many arguments as the signature has.",
                               expected=f"{len(cores)} for {signature!r}", given=len(places))  # fmt: skip
        tensors = [convert_to_tensor(args[place]) for place in places]

        def function(elements):
            filled = list(args)
            for place, element in zip(places, elements, strict=True):
                filled[place] = element
            return pyfunc(*filled, **kwargs)

        if not tensors:
            return pyfunc(*args, **kwargs)
        return _apply(function, tensors, cores or [()] * len(tensors), signature)

    return vectorized


def _parse(signature):
    """The names of the axes of each argument."""
    text = re.sub(r"\s+", "", signature) if isinstance(signature, str) else ""
    if not _SIGNATURE.fullmatch(text):
        raise bad_argument(_WHERE, "`signature` is malformed.", expected="such as '(n,m),(m)->(n)'",
                           given=repr(signature))  # fmt: skip
    inputs = text.partition("->")[0]
    return [tuple(core.split(",")) if core else () for core in re.findall(r"\(([^)]*)\)", inputs)]


def _apply(function, tensors, cores, signature):
    known = {}
    for tensor, core in zip(tensors, cores, strict=True):
        rank = rank_of(tensor)
        if rank < len(core):
            raise bad_argument(_WHERE, "an argument has too few axes.", given=f"shape {tuple(tensor.shape)}",
                               expected=f"at least {len(core)}, for {signature!r}")  # fmt: skip
        for name, size in zip(core, tuple(tensor.shape)[rank - len(core) :], strict=True):
            if known.setdefault(name, size) != size and None not in (known[name], size):
                raise bad_argument(_WHERE, f"{name!r} has two sizes.", given=f"{known[name]} and {size}",
                                   expected=f"one, for {signature!r}")  # fmt: skip
    leading = [
        shape(tensor)[: rank_of(tensor) - len(core)] for tensor, core in zip(tensors, cores, strict=True)
    ]
    common = broadcast_shapes(*leading)
    if not common:
        return function(tensors)
    count = math.prod(common)
    rows = []
    for tensor, core in zip(tensors, cores, strict=True):
        sizes = shape(tensor)[rank_of(tensor) - len(core) :]
        rows.append(reshape(broadcast_to(tensor, (*common, *sizes)), (count, *sizes)))
    results = vectorized_map(lambda elements: function(list(elements)), tuple(rows))
    return tree.map_structure(lambda result: reshape(result, (*common, *shape(result)[1:])), results)
