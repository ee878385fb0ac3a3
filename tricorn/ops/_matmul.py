"""Products of matrices and of tensors over chosen axes. Operands are cast to their common dtype."""

from __future__ import annotations

import math

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, Tensors, op
from tricorn.core.shapes import spec


def _product_dtype(dtypes):
    dtype = rules.COMMON.compute(dtypes)
    return "int32" if dtype == "int8" and len(dtypes) > 1 else dtype


#: The common dtype; products of int8 are accumulated in int32.
PRODUCT = rules.DTypeRule("PRODUCT", _product_dtype)


def _contract(where, x1, x2, size1, size2):
    if size1 is not None and size2 is not None and size1 != size2:
        raise bad_argument(where, "the sizes to be multiplied differ.", expected="equal sizes",
                           given=f"{size1} and {size2}, from shapes {x1.shape} and {x2.shape}")  # fmt: skip


def _matmul_rule(x1, x2):
    if not x1.shape or not x2.shape:
        raise bad_argument(
            "ops.matmul", "a number is no matrix.", given=f"{x1.shape} and {x2.shape}", hint="ops.multiply"
        )
    left = x1.shape if len(x1.shape) > 1 else (1, *x1.shape)
    right = x2.shape if len(x2.shape) > 1 else (*x2.shape, 1)
    _contract("ops.matmul", x1, x2, left[-1], right[-2])
    shape = list(rules.broadcast_shapes(left[:-2], right[:-2]))
    shape += [left[-2]] if len(x1.shape) > 1 else []
    shape += [right[-1]] if len(x2.shape) > 1 else []
    return spec(shape, x1.dtype)


@op(rule=_matmul_rule, dtype=PRODUCT)
def matmul(x1: Tensor, x2: Tensor):
    """The matrix product over the last two axes; leading axes broadcast.

    Args:
        x1: (..., n, k), or a vector (k,).
        x2: (..., k, m), or a vector (k,).

    Returns:
        (..., n, m), without the axis that a vector lacks. Products of int8 are int32.
    """


def _dot_rule(x1, x2):
    if not x1.shape or not x2.shape:
        return spec(x1.shape or x2.shape, x1.dtype)
    axis = -2 if len(x2.shape) > 1 else -1
    _contract("ops.dot", x1, x2, x1.shape[-1], x2.shape[axis])
    return spec(
        (*x1.shape[:-1], *x2.shape[: len(x2.shape) + axis], *x2.shape[len(x2.shape) + axis + 1 :]), x1.dtype
    )


@op(rule=_dot_rule, dtype=rules.COMMON)
def dot(x1: Tensor, x2: Tensor):
    """The sum over the last axis of `x1` and the last but one (of a vector: the only one) of `x2`; numbers multiply."""


def _tensordot_rule(x1, x2, axes=2):
    if isinstance(axes, int):
        first, second = tuple(range(len(x1.shape) - axes, len(x1.shape))), tuple(range(axes))
    else:
        first = rules.canonical_axes(axes[0], len(x1.shape), "ops.tensordot")
        second = rules.canonical_axes(axes[1], len(x2.shape), "ops.tensordot")
    if len(first) != len(second) or (first and first[0] < 0) or len(second) > len(x2.shape):
        raise bad_argument(
            "ops.tensordot", "`axes` do not fit the inputs.", given=f"{axes} for {x1.shape}, {x2.shape}"
        )
    for one, two in zip(first, second, strict=True):
        _contract("ops.tensordot", x1, x2, x1.shape[one], x2.shape[two])
    rest = [size for axis, size in enumerate(x1.shape) if axis not in first]
    return spec([*rest, *(size for axis, size in enumerate(x2.shape) if axis not in second)], x1.dtype)


@op(rule=_tensordot_rule, dtype=rules.COMMON)
def tensordot(x1: Tensor, x2: Tensor, axes=2):
    """The sum of products over pairs of axes.

    Args:
        x1: Tensor.
        x2: Tensor.
        axes: n: the last n axes of `x1` with the first n of `x2`; or two axes, or two lists of axes, one for each.

    Returns:
        A tensor with the other axes of `x1`, then those of `x2`.
    """


def _flat_size(shape):
    return None if None in shape else math.prod(shape)


@op(rule=lambda x1, x2: spec((_flat_size(x1.shape), _flat_size(x2.shape)), x1.dtype), dtype=rules.COMMON)
def outer(x1: Tensor, x2: Tensor):
    """The products of each element of `x1` with each of `x2`, both flattened: a matrix."""


def _vdot_rule(x1, x2):
    _contract("ops.vdot", x1, x2, _flat_size(x1.shape), _flat_size(x2.shape))
    return spec((), x1.dtype)


@op(rule=_vdot_rule, dtype=rules.COMMON)
def vdot(x1: Tensor, x2: Tensor):
    """The sum of products of all elements, both flattened; complex `x1` is conjugated."""


def _inner_rule(x1, x2):
    if not x1.shape or not x2.shape:
        return spec(x1.shape or x2.shape, x1.dtype)
    _contract("ops.inner", x1, x2, x1.shape[-1], x2.shape[-1])
    return spec(x1.shape[:-1] + x2.shape[:-1], x1.dtype)


@op(rule=_inner_rule, dtype=rules.COMMON)
def inner(x1: Tensor, x2: Tensor):
    """The sum of products over the last axis of both; numbers multiply."""


def _einsum_rule(subscripts, operands):
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(operands):
        raise bad_argument("ops.einsum", "give one operand for each term.", expected=f"{len(terms)} for {subscripts!r}",
                           given=len(operands))  # fmt: skip
    sizes, leading = {}, ()
    for term, operand in zip(terms, operands, strict=True):
        leading = rules.broadcast_shapes(leading, _read_term(term, operand.shape, sizes, subscripts))
    if not arrow:
        letters = inputs.replace(",", "").replace("...", "")
        output = ("..." if "..." in inputs else "") + "".join(
            sorted({c for c in letters if letters.count(c) == 1})
        )
    before, dots, after = output.partition("...")
    unknown = (set(before) | set(after)) - set(sizes)
    if unknown:
        raise bad_argument(
            "ops.einsum", "an output axis is in no input.", given=f"{sorted(unknown)} in {subscripts!r}"
        )
    shape = [sizes[c] for c in before] + list(leading if dots else ()) + [sizes[c] for c in after]
    return spec(shape, operands[0].dtype)


def _read_term(term, shape, sizes, subscripts):
    """Note the size of each letter; return the sizes under the ellipsis."""
    before, dots, after = term.partition("...")
    named = len(before) + len(after)
    if named > len(shape) or (not dots and named != len(shape)):
        raise bad_argument(
            "ops.einsum",
            "a term has not as many letters as its operand has axes.",
            expected=f"{len(shape)} axes in {term!r} of {subscripts!r}",
            given=f"shape {shape}",
        )
    end = len(shape) - len(after)
    for letter, size in (*zip(before, shape, strict=False), *zip(after, shape[end:], strict=True)):
        known = sizes.get(letter)
        if known is None or known == 1:
            sizes[letter] = size if size is not None or known is None else known
        elif size not in (None, 1, known):
            raise bad_argument(
                "ops.einsum", "an axis has two sizes.", given=f"{known} and {size} for {letter!r}"
            )
    return shape[len(before) : end]


@op(rule=_einsum_rule, dtype=PRODUCT, keras_class="Einsum")
def einsum_of(subscripts, operands: Tensors):
    """`einsum`, with the operands in one list."""


def einsum(subscripts, *operands, **kwargs):
    """Einstein's summation: letters name axes; those missing in the output are summed over.

    Args:
        subscripts: Such as `"bij,bjk->bik"`; `...` stands for further axes, which broadcast. Without `->` the output
            has the letters that occur once, in alphabetical order.
        operands: One tensor for each term.
        kwargs: `optimize` is accepted and not needed.

    Examples:
        >>> einsum("ij,j->i", matrix, vector)
    """
    kwargs.pop("optimize", None)
    if kwargs:
        raise bad_argument("ops.einsum", "unknown arguments.", given=", ".join(kwargs), error=TypeError)
    return einsum_of(subscripts, operands)
