"""Products of matrices and of tensors over chosen axes. Operands are cast to their common dtype."""

from __future__ import annotations

import math

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, Tensors, op
from tricorn.core.shapes import spec
from tricorn.ops._arith import multiply, negative, square, subtract
from tricorn.ops._cast import cast, dtype as dtype_of, shape
from tricorn.ops._compare import equal
from tricorn.ops._explog import sqrt
from tricorn.ops._index import diagonal, where
from tricorn.ops._join import stack, unstack
from tricorn.ops._reduce import ACCUMULATE, sum as reduce_sum
from tricorn.ops._reshape import expand_dims, reshape


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
        x2: (..., k, m), or a vector (k,). Both are cast to their common dtype.

    Returns:
        (..., n, m), without the axis that a vector lacks. Products of int8 are int32.

    Raises:
        ValueError: The sizes to be multiplied differ, leading axes do not broadcast, or an input is a number.

    Example:
        >>> ops.matmul(np.array([[1, 2], [3, 4]], "int32"), np.array([1, 1], "int32"))
        array([3, 7], dtype=int32)
    """


def _dot_rule(x1, x2):
    if not x1.shape or not x2.shape:
        return spec(x1.shape or x2.shape, x1.dtype)
    axis = -2 if len(x2.shape) > 1 else -1
    _contract("ops.dot", x1, x2, x1.shape[-1], x2.shape[axis])
    return spec(
        (*x1.shape[:-1], *x2.shape[: len(x2.shape) + axis], *x2.shape[len(x2.shape) + axis + 1 :]), x1.dtype
    )


@op(rule=_dot_rule, dtype=rules.COMMON, checked=True)
def dot(x1: Tensor, x2: Tensor):
    """The sum of products over the last axis of `x1` and the last but one of `x2`; numbers multiply.

    Args:
        x1: (..., k), or a number.
        x2: (..., k, m), a vector (k,), or a number. Both are cast to their common dtype.

    Returns:
        The other axes of `x1`, then those of `x2`. Axes never broadcast: see `matmul`.

    Raises:
        ValueError: The sizes to be multiplied differ.

    Example:
        >>> ops.dot(np.array([1, 2], "int32"), np.array([3, 4], "int32"))
        np.int32(11)
    """


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


@op(rule=_tensordot_rule, dtype=rules.COMMON, checked=True)
def tensordot(x1: Tensor, x2: Tensor, axes=2):
    """The sum of products over pairs of axes.

    Args:
        x1: Tensor.
        x2: Tensor. Both are cast to their common dtype.
        axes: n: the last n axes of `x1` with the first n of `x2`; or two axes, or two lists of axes, one for each.

    Returns:
        A tensor with the other axes of `x1`, then those of `x2`.

    Raises:
        ValueError: The axes do not fit, or their sizes differ.

    Example:
        >>> ops.tensordot(np.array([[1, 2], [3, 4]], "int32"), np.array([1, 1], "int32"), axes=[0, 0])
        array([4, 6], dtype=int32)
    """


def _flat_size(shape):
    return None if None in shape else math.prod(shape)


@op(rule=lambda x1, x2: spec((_flat_size(x1.shape), _flat_size(x2.shape)), x1.dtype), dtype=rules.COMMON)
def outer(x1: Tensor, x2: Tensor):
    """The products of each element of `x1` with each of `x2`, both flattened.

    Args:
        x1: Tensor of n elements.
        x2: Tensor of m elements. Both are cast to their common dtype.

    Returns:
        (n, m).

    Example:
        >>> ops.outer(np.array([1, 2], "int32"), np.array([3, 4], "int32"))
        array([[3, 4],
               [6, 8]], dtype=int32)
    """


def _vdot_rule(x1, x2):
    _contract("ops.vdot", x1, x2, _flat_size(x1.shape), _flat_size(x2.shape))
    return spec((), x1.dtype)


@op(rule=_vdot_rule, dtype=rules.COMMON)
def vdot(x1: Tensor, x2: Tensor):
    """The sum of products of all elements, both flattened; complex `x1` is conjugated.

    Args:
        x1: Tensor of n elements.
        x2: Tensor of n elements. Both are cast to their common dtype.

    Returns:
        A number.

    Raises:
        ValueError: The numbers of elements differ.

    Example:
        >>> ops.vdot(np.array([1, 2], "int32"), np.array([3, 4], "int32"))
        np.int32(11)
    """


def _inner_rule(x1, x2):
    if not x1.shape or not x2.shape:
        return spec(x1.shape or x2.shape, x1.dtype)
    _contract("ops.inner", x1, x2, x1.shape[-1], x2.shape[-1])
    return spec(x1.shape[:-1] + x2.shape[:-1], x1.dtype)


@op(rule=_inner_rule, dtype=rules.COMMON)
def inner(x1: Tensor, x2: Tensor):
    """The sum of products over the last axis of both; numbers multiply.

    Args:
        x1: (..., k), or a number.
        x2: (..., k), or a number. Both are cast to their common dtype.

    Returns:
        The other axes of `x1`, then those of `x2`.

    Raises:
        ValueError: The sizes to be multiplied differ.

    Example:
        >>> ops.inner(np.array([[1, 2], [3, 4]], "int32"), np.array([1, 1], "int32"))
        array([3, 7], dtype=int32)
    """


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
        operands: One tensor for each term. They are cast to their common dtype.
        kwargs: `optimize` is accepted and not needed.

    Returns:
        A tensor of the axes named in the output. Products of int8 are int32.

    Raises:
        ValueError: The terms do not fit the operands, or a letter has two sizes.

    Example:
        >>> ops.einsum("ij,j->i", np.array([[1, 2], [3, 4]], "int32"), np.array([1, 1], "int32"))
        array([3, 7], dtype=int32)
    """
    if kwargs and set(kwargs) != {"optimize"}:
        raise bad_argument("ops.einsum", "unknown arguments.", given=", ".join(kwargs), error=TypeError)
    return einsum_of(subscripts, operands)


def _trace_rule(x, offset=0, axis1=0, axis2=1):
    axes = rules.canonical_axes((axis1, axis2), len(x.shape), "ops.trace")
    return spec((size for axis, size in enumerate(x.shape) if axis not in axes), x.dtype)


@op(rule=_trace_rule, dtype=ACCUMULATE)
def trace(x: Tensor, offset=0, axis1=0, axis2=1):
    """The sum of the diagonals of the matrices over two axes.

    Args:
        x: Tensor of at least two axes.
        offset: Which diagonal, counted upwards from the main one.
        axis1, axis2: The axes of the matrices: rows and columns.

    Returns:
        The shape of `x` without the two axes. Booleans are counted; small integers are added up in 32 bits.

    Raises:
        ValueError: An axis is out of range, or both are the same.

    Example:
        >>> ops.trace(np.array([[1, 2], [3, 4]], "int32"))
        np.int32(5)
    """
    return reduce_sum(diagonal(x, offset, axis1, axis2), -1)


def _kron_rule(x1, x2):
    left, right = _same_rank(x1.shape, x2.shape)
    return spec(
        (None if None in pair else math.prod(pair) for pair in zip(left, right, strict=True)), x1.dtype
    )


def _same_rank(left, right):
    rank = max(len(left), len(right))
    return (1,) * (rank - len(left)) + tuple(left), (1,) * (rank - len(right)) + tuple(right)


@op(rule=_kron_rule, dtype=rules.COMMON)
def kron(x1: Tensor, x2: Tensor):
    """Kronecker's product: `x1` with each element replaced by its multiple of `x2`.

    Args:
        x1: Tensor of any shape.
        x2: Tensor of any shape; the one of lower rank gets leading axes. Both are cast to their common dtype.

    Returns:
        A tensor whose sizes are the products of theirs.

    Example:
        >>> ops.kron(np.array([1, 10], "int32"), np.array([1, 2, 3], "int32"))
        array([ 1,  2,  3, 10, 20, 30], dtype=int32)
    """
    left, right = _same_rank(shape(x1), shape(x2))
    coarse = reshape(x1, tuple(size for one in left for size in (one, 1)))
    fine = reshape(x2, tuple(size for one in right for size in (1, one)))
    return reshape(multiply(coarse, fine), tuple(one * other for one, other in zip(left, right, strict=True)))


def _cross_axes(x1, x2, axisa, axisb, axisc, axis):
    if axis is not None:
        axisa = axisb = axisc = axis
    first = rules.canonical_axis(axisa, len(x1.shape), "ops.cross")
    second = rules.canonical_axis(axisb, len(x2.shape), "ops.cross")
    sizes = x1.shape[first], x2.shape[second]
    if any(size not in (2, 3) for size in sizes):
        raise bad_argument("ops.cross", "the vectors must have 2 or 3 components.", expected="a known size of 2 or 3",
                           given=f"{sizes[0]} and {sizes[1]}, from shapes {(*x1.shape,)}, {(*x2.shape,)}")  # fmt: skip
    return first, second, axisc, sizes


def _cross_rule(x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None):
    first, second, axisc, sizes = _cross_axes(x1, x2, axisa, axisb, axisc, axis)
    if x1.dtype == "bool":
        raise bad_argument("ops.cross", "booleans have no difference.", given="boolean tensors", error=TypeError,
                           hint="ops.cast(x, 'int32')")  # fmt: skip
    rest = [x.shape[:one] + x.shape[one + 1 :] for x, one in ((x1, first), (x2, second))]
    shape = list(rules.broadcast_shapes(*rest))
    if sizes != (2, 2):
        shape.insert(rules.canonical_axis(axisc, len(shape) + 1, "ops.cross"), 3)
    return spec(shape, x1.dtype)


@op(rule=_cross_rule, dtype=rules.COMMON)
def cross(x1: Tensor, x2: Tensor, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """The cross product of vectors in space: perpendicular to both, as long as the area they span.

    A vector of 2 components has 0 as its third; of two such vectors only the third component of the product is given.

    Args:
        x1: Vectors of 2 or 3 components along `axisa`.
        x2: Vectors of 2 or 3 components along `axisb`; the other axes broadcast. Both are cast to their common dtype.
        axisa, axisb: The axes of the components.
        axisc: Where the components stand in the result.
        axis: All three at once.

    Returns:
        The broadcast shape with 3 components on `axisc`, or without that axis for vectors of 2 components.

    Raises:
        ValueError: There are not 2 or 3 components, or shapes that do not broadcast.
        TypeError: Both are boolean.

    Example:
        >>> ops.cross(np.array([1, 0, 0], "int32"), np.array([0, 1, 0], "int32"))
        array([0, 0, 1], dtype=int32)
    """
    first, second, axisc, sizes = _cross_axes(x1, x2, axisa, axisb, axisc, axis)
    a, b = unstack(x1, sizes[0], first), unstack(x2, sizes[1], second)
    last = subtract(multiply(a[0], b[1]), multiply(a[1], b[0]))
    if sizes == (2, 2):
        return last
    if sizes == (3, 3):
        parts = [subtract(multiply(a[1], b[2]), multiply(a[2], b[1])),
                 subtract(multiply(a[2], b[0]), multiply(a[0], b[2])), last]  # fmt: skip
    elif sizes == (2, 3):
        parts = [multiply(a[1], b[2]), negative(multiply(a[0], b[2])), last]
    else:
        parts = [negative(multiply(a[2], b[1])), multiply(a[2], b[0]), last]
    return stack(parts, axisc)


def _cdist_rule(x, y):
    if len(x.shape) < 2 or len(y.shape) < 2:
        raise bad_argument("ops.cdist", "the inputs must be matrices, or batches of them.", expected="(..., n, d)",
                           given=f"{x.shape} and {y.shape}")  # fmt: skip
    _contract("ops.cdist", x, y, x.shape[-1], y.shape[-1])
    return spec((*rules.broadcast_shapes(x.shape[:-2], y.shape[:-2]), x.shape[-2], y.shape[-2]), x.dtype)


@op(rule=_cdist_rule, dtype=rules.COMMON_FLOAT, keras_class="CDist")
def cdist(x: Tensor, y: Tensor):
    """The Euclidean distances between points: sqrt(sum over d of (x[i, d] - y[j, d])^2).

    The gradient of points that coincide is 0. Half precision is computed in float32.

    Args:
        x: Points (..., n, d).
        y: Points (..., m, d); leading axes broadcast. Both are cast to their common float dtype.

    Returns:
        Floats (..., n, m).

    Raises:
        ValueError: The points have different dimensions, or an input has less than two axes.

    Example:
        >>> ops.cdist(np.array([[0.0, 0.0]], "float32"), np.array([[3.0, 4.0], [0.0, 0.0]], "float32"))
        array([[5., 0.]], dtype=float32)
    """
    kept = dtype_of(x)
    if kept in ("float16", "bfloat16"):
        x, y = cast(x, "float32"), cast(y, "float32")
    squares = reduce_sum(square(subtract(expand_dims(x, -2), expand_dims(y, -3))), -1)
    same = equal(squares, 0)
    distances = where(same, squares, sqrt(where(same, 1.0, squares)))
    return cast(distances, kept) if dtype_of(distances) != kept else distances
