"""`rearrange`: reshape, transpose and reshape again, said in one pattern of named axes.

"b (h p) (w q) c -> b h w (p q c)"
"""

from __future__ import annotations

import functools
import math
import re
from collections import namedtuple

import numpy as np

from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.core.symbolic import Dim
from tricorn.ops._cast import shape
from tricorn.ops._reshape import reshape, transpose

# A side of a pattern: one tuple of names for each axis. "..." stands for any number of axes, "(...)" for their product.
Pattern = namedtuple("Pattern", ["left", "right"])
_TOKEN = re.compile(r"\s*(\.\.\.|->|[()]|[^\s().>-]+|.)")
_WHERE = "ops.rearrange"


@functools.lru_cache(maxsize=256)
def parse(pattern):
    """The `Pattern` that a string describes.

    Raises:
        ValueError: It is not of the form, or the sides do not name the same axes. The message names the token.
        TypeError: It is no string.
    """
    if not isinstance(pattern, str):
        raise bad_argument(_WHERE, "the pattern must be a string.", given=repr(pattern), error=TypeError)
    if pattern.count("->") != 1:
        raise bad_argument(
            _WHERE, "the pattern must have two sides.", expected="one '->'", given=repr(pattern)
        )
    left, right = (_parse_side(side, pattern) for side in pattern.split("->"))
    for group in left:
        if "(...)" in group:
            raise _wrong("...", "cannot be a part of an axis on the left", pattern)
    names, others = ([_plain(name) for group in side for name in group] for side in (left, right))
    for side in (names, others):
        for name in side:
            if side.count(name) > 1:
                raise _wrong(name, "stands twice on one side", pattern)
    for name in names:
        if name not in others:
            raise _wrong(name, "stands on the left only; rearrange drops no axis", pattern)
    for name in others:
        if name not in names:
            raise _wrong(name, "stands on the right only", pattern)
    return Pattern(left, right)


def _plain(name):
    return "..." if name == "(...)" else name


def _wrong(token, problem, pattern):
    return bad_argument(_WHERE, f"{token!r} {problem}.", given=repr(pattern))


def _parse_side(side, pattern):
    """A tuple of tuples of names; an axis of size 1 is an empty tuple."""
    groups, inner = [], None
    for token in _TOKEN.findall(side.strip()):
        if token == "(":
            if inner is not None:
                raise _wrong(token, "stands inside parentheses", pattern)
            inner = []
        elif token == ")":
            if inner is None:
                raise _wrong(token, "closes nothing", pattern)
            groups.append(tuple(inner))
            inner = None
        elif token.isdecimal():
            if token != "1":
                raise bad_argument(_WHERE, f"{token!r} is no name of an axis; only 1 may stand for itself.",
                                   given=repr(pattern), hint=f"a name, with name={token}")  # fmt: skip
            if inner is None:
                groups.append(())
        elif token == "..." or token.isidentifier():
            if inner is None:
                groups.append((token,))
            else:
                inner.append("(...)" if token == "..." else token)
        else:
            raise _wrong(token, "is no name of an axis", pattern)
    if inner is not None:
        raise _wrong("(", "is not closed", pattern)
    return tuple(groups)


def _plan(sizes, pattern, lengths):
    """The elementary sizes, the order to bring them into, and the sizes of the result.

    Args:
        sizes: Of the input: ints, None, or scalar tensors.
        pattern: The string.
        lengths: Sizes of names.
    """
    left, right = parse(pattern)
    names = [name for group in left for name in group]
    for name in lengths:
        if name not in names or name == "...":
            raise _wrong(name, "is given a length but stands in no axis", pattern)
    spare = len(sizes) - len(left) + 1
    if ("...",) in left and spare >= 0:
        dots = [(f"...{index}",) for index in range(spare)]
        at = left.index(("...",))
        left = (*left[:at], *dots, *left[at + 1 :])
        right = tuple(_spread(right, [name for (name,) in dots]))
    if len(left) != len(sizes):
        raise bad_argument(_WHERE, "the left side does not name the axes of the input.",
                           expected=f"{len(sizes)} axes", given=f"{len(left)} in {pattern!r}")  # fmt: skip
    length_of = {}
    for axis, group in enumerate(left):
        length_of.update(_lengths(group, sizes[axis], axis, lengths, pattern))
    order = [name for group in left for name in group]
    moved = [name for group in right for name in group]
    result = [_product([length_of[name] for name in group]) for group in right]
    return [length_of[name] for name in order], [order.index(name) for name in moved], result


def _spread(groups, dots):
    for group in groups:
        if group == ("...",):
            yield from ((name,) for name in dots)
        else:
            yield tuple(one for name in group for one in (dots if name == "(...)" else (name,)))


def _product(sizes):
    return None if any(size is None for size in sizes) else math.prod(sizes)


def _lengths(group, size, axis, lengths, pattern):
    """The size of each name of an axis; one of them may follow from the others."""
    found = {name: lengths.get(name) for name in group}
    open_names = [name for name in group if name not in lengths]
    known = _product([found[name] for name in group if name in lengths])
    if len(open_names) > 1:
        raise bad_argument(_WHERE, f"the length of {open_names[1]!r} does not follow from the others.",
                           given=f"{pattern!r}", hint=f"{open_names[1]}=...")  # fmt: skip
    is_static = isinstance(size, int) and isinstance(known, int)
    if is_static and (size != known if not open_names else (size % known if known else True)):
        parts = " ".join(group) or "1"
        raise bad_argument(
            _WHERE, f"axis {axis} of the input does not divide into {parts!r}.", given=f"size {size} in {pattern!r}",
            expected=f"{'a multiple of ' if open_names else ''}{known}",
        )  # fmt: skip
    if open_names:
        found[open_names[0]] = size if len(group) == 1 else (
            None if size is None or known is None else size // known)  # fmt: skip
    return found


def _checked(axes_lengths):
    """Lengths with `Dim` as None, so that a rule can compute with them."""
    checked = {}
    for name, length in axes_lengths.items():
        if isinstance(length, (bool, float, str)) or (isinstance(length, (int, np.integer)) and length < 0):
            raise bad_argument(
                _WHERE, f"the length of {name!r} must be a non-negative integer.", given=repr(length)
            )
        checked[name] = None if isinstance(length, Dim) else length
    return checked


def _rearrange_rule(tensor, pattern, axes_lengths):
    _, _, result = _plan(tensor.shape, pattern, _checked(axes_lengths))
    return spec((size if isinstance(size, int) else None for size in result), tensor.dtype)


@op(rule=_rearrange_rule, keras_class="Rearrange")
def rearrange_of(tensor: Tensor, pattern, axes_lengths):
    """`rearrange`, with the lengths in a dictionary."""
    sizes = shape(tensor)
    if all(type(size) is int for size in (*sizes, *axes_lengths.values())):
        elementary, order, result = _known_steps(sizes, pattern, tuple(axes_lengths.items()))
    else:
        elementary, order, result = _steps(sizes, pattern, axes_lengths)
    tensor = tensor if elementary is None else reshape(tensor, elementary)
    tensor = tensor if order is None else transpose(tensor, order)
    return tensor if result is None else reshape(tensor, result)


def _steps(sizes, pattern, axes_lengths):
    """The shape to begin with, the order of axes and the shape of the result; None for a step that does nothing."""
    elementary, order, result = _plan(sizes, pattern, _checked(axes_lengths))
    left, right = parse(pattern)
    splits = len(elementary) != len(sizes) or () in left
    merges = len(result) != len(order) or any(len(group) != 1 or group == ("(...)",) for group in right)
    moves = order != list(range(len(order)))
    return (
        tuple(elementary) if splits else None,
        tuple(order) if moves else None,
        tuple(result) if merges else None,
    )


@functools.lru_cache(maxsize=1024)
def _known_steps(sizes, pattern, lengths):
    return _steps(sizes, pattern, dict(lengths))


def rearrange(tensor, pattern, **axes_lengths):
    """Split, reorder and merge axes as a pattern of names says.

    Each side of `->` lists axes. A name is an axis; parentheses hold the parts of one axis, the last of them varying
    fastest; `...` stands for any number of axes, which stay together (in parentheses on the right they become one);
    `1` or `()` is an axis of size 1. Both sides name the same parts.

    Args:
        tensor: Tensor of as many axes as the left side has.
        pattern: Such as `"b (h p) c -> b h (p c)"`.
        axes_lengths: Sizes of names: in each axis all parts but one must be given.

    Returns:
        A tensor of the dtype of the input.

    Raises:
        ValueError: The pattern is malformed, does not fit the shape, or leaves a size open. The message names the token.

    Source: Rogozhnikov, Einops, 2022.

    Example:
        >>> ops.rearrange(np.arange(6, dtype="int32"), "(row column) -> column row", row=2)
        array([[0, 3],
               [1, 4],
               [2, 5]], dtype=int32)
    """
    return rearrange_of(tensor, pattern, axes_lengths)
