"""Complex numbers and their parts; the bits of a dtype seen as another.

complex64 has float32 parts, complex128 float64 ones (narrowed by JAX unless 64 bits are enabled). Real tensors are taken
for complex ones with imaginary part 0. Gradients with respect to complex tensors follow each engine's convention (JAX
gives the conjugate of what torch and TensorFlow give); those with respect to real tensors agree.
"""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.dtypes import dtype_size, standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._arith import MAGNITUDE, part_dtype, real_only

_WHOLE = {"float32": "complex64", "float64": "complex128"}


def _at_least_32_bits(dtype):
    return "float32" if dtype in ("float16", "bfloat16") else dtype


def _float_dtype(dtypes):
    # The lattice would narrow it to complex64.
    return "complex128" if dtypes[0] == "complex128" else rules.FLOAT.compute(dtypes)


#: Floats; the result is real.
ANGLE = rules.DTypeRule("ANGLE", _float_dtype, part_dtype)
#: Real floats of at least 32 bits; the result is the complex dtype with such parts.
COMPOSED = real_only(
    rules.DTypeRule(
        "COMPOSED", lambda dtypes: _at_least_32_bits(rules.COMMON_FLOAT.compute(dtypes)), _WHOLE.get
    )
)
#: Complex numbers, or floats of at least 32 bits; the result is real.
DECOMPOSED = rules.DTypeRule("DECOMPOSED", lambda dtypes: _at_least_32_bits(_float_dtype(dtypes)), part_dtype)


@op(rule=rules.like_input(MAGNITUDE))
def real(x: Tensor):
    """The real part; real tensors stay as they are.

    Args:
        x: Tensor of any shape and dtype.

    Returns:
        A tensor of the same shape: float32 for complex64, float64 for complex128, else of the dtype of `x`.

    Example:
        >>> ops.real(np.array([1 + 2j, 3 - 1j], "complex64"))
        array([1., 3.], dtype=float32)
    """


@op(rule=rules.like_input(MAGNITUDE))
def imag(x: Tensor):
    """The imaginary part; zeros for a real tensor.

    Args:
        x: Tensor of any shape and dtype.

    Returns:
        A tensor of the same shape: float32 for complex64, float64 for complex128, else of the dtype of `x`.

    Example:
        >>> ops.imag(np.array([1 + 2j, 3 - 1j], "complex64"))
        array([ 2., -1.], dtype=float32)
    """


@op(rule=rules.like_input(rules.SAME))
def conj(x: Tensor):
    """The complex conjugate, the imaginary part with its sign turned; real tensors stay as they are. Also `conjugate`.

    Args:
        x: Tensor of any shape and dtype.

    Returns:
        A tensor of the same shape and dtype.

    Example:
        >>> ops.conj(np.array([1 + 2j, 3 - 1j], "complex64"))
        array([1.-2.j, 3.+1.j], dtype=complex64)
    """


conjugate = conj


@op(rule=rules.like_input(ANGLE))
def angle(x: Tensor):
    """The angle of a complex number in the plane, arctan2(imag, real), in radians in [-pi, pi].

    Of real numbers 0, or pi where the sign is negative (-0.0 included), with gradient 0; NaN stays.

    Args:
        x: Tensor of any shape and dtype; integers are cast to floatx.

    Returns:
        A real tensor of the same shape: float32 for complex64, float64 for complex128, else of the dtype of `x`.

    Example:
        >>> ops.angle(np.array([1j, 1.0, 1 - 1j], "complex64"))
        array([ 1.5707964,  0.       , -0.7853982], dtype=float32)
    """


def _view_as_complex_rule(x):
    if not x.shape or x.shape[-1] not in (2, None):
        raise bad_argument("ops.view_as_complex", "the last axis holds the real and the imaginary part.",
                           expected="size 2", given=f"shape {tuple(x.shape)}")  # fmt: skip
    return spec(x.shape[:-1], _WHOLE[x.dtype])


@op(rule=_view_as_complex_rule, dtype=COMPOSED)
def view_as_complex(x: Tensor):
    """Complex numbers from pairs of their real and imaginary part: the inverse of `view_as_real`.

    Args:
        x: Real tensor (..., 2); integers are cast to floatx, half precision to float32.

    Returns:
        A complex64 tensor (...), complex128 for float64.

    Raises:
        TypeError: `x` is complex already.
        ValueError: The last axis has not size 2.

    Example:
        >>> ops.view_as_complex([[1.0, 2.0], [3.0, -1.0]])
        array([1.+2.j, 3.-1.j], dtype=complex64)
    """


@op(rule=lambda x: spec((*x.shape, 2), part_dtype(x.dtype)), dtype=DECOMPOSED)
def view_as_real(x: Tensor):
    """The real and the imaginary part side by side in a new last axis: the inverse of `view_as_complex`.

    Args:
        x: Complex tensor of any shape. A real one has imaginary part 0.

    Returns:
        A tensor (..., 2), float32 for complex64 and float64 for complex128.

    Example:
        >>> ops.view_as_real(np.array([1 + 2j, 3 - 1j], "complex64"))
        array([[ 1.,  2.],
               [ 3., -1.]], dtype=float32)
    """


def _polar_rule(abs_, angle):
    return spec(rules.broadcast_shapes(abs_.shape, angle.shape), _WHOLE[abs_.dtype])


@op(rule=_polar_rule, dtype=COMPOSED)
def polar(abs_: Tensor, angle: Tensor):
    """Complex numbers from their magnitude and angle: abs_ * (cos(angle) + i sin(angle)).

    Args:
        abs_: Real tensor of magnitudes; integers are cast to floatx, half precision to float32.
        angle: Real tensor of angles in radians, which broadcasts against it.

    Returns:
        A complex64 tensor, complex128 for float64.

    Raises:
        TypeError: An argument is complex.

    Example:
        >>> ops.polar([2.0, 1.0], [0.0, 0.0])
        array([2.+0.j, 1.+0.j], dtype=complex64)
    """


def _view_rule(x, dtype=None):
    target = x.dtype if dtype is None else standardize_dtype(dtype)
    size, new_size = dtype_size(x.dtype), dtype_size(target)
    if size == new_size:
        return spec(x.shape, target)
    if not x.shape:
        raise bad_argument("ops.view", "a number can only be seen as one of the same width.",
                           expected=f"a dtype of {size} bytes", given=target)  # fmt: skip
    last = x.shape[-1]
    if last is not None and last * size % new_size:
        raise bad_argument("ops.view", "the last axis cannot be divided into the wider dtype.",
                           expected=f"a size divisible by {new_size // size}",
                           given=f"shape {tuple(x.shape)}, {x.dtype} as {target}")  # fmt: skip
    return spec((*x.shape[:-1], None if last is None else last * size // new_size), target)


@op(rule=_view_rule)
def view(x: Tensor, dtype=None):
    """The same bits, read as another dtype; in the byte order of the machine, lowest byte first.

    The last axis grows or shrinks with the widths: four int8 are one int32. True is the byte 1, and bytes other than 0
    read as True. Do not rely on a gradient.

    Args:
        x: Tensor of any shape.
        dtype: What to read; None is the dtype of `x`.

    Returns:
        A tensor of the dtype, of the shape of `x` but for the last axis.

    Raises:
        ValueError: The last axis does not divide, there is none to scale, or an unknown dtype.

    Example:
        >>> ops.view(np.array([1.0, -2.0], "float32"), "int32")
        array([ 1065353216, -1073741824], dtype=int32)
        >>> ops.view(np.array([[1, 2, 3, 4]], "uint8"), "uint16")
        array([[ 513, 1027]], dtype=uint16)
    """
