"""Which ops take sparse tensors, and what they give.

JAX (`jax.experimental.sparse.BCOO`) and TensorFlow (`tf.SparseTensor`) have sparse tensors. An op on them gives, in this
order: a sparse tensor, where only what is stored can differ from zero; a dense one, where an op over one or two tensors
has a meaning but fills the zeros; an error that names the way out, else.
"""

from __future__ import annotations

from tricorn.core.errors import NotSupportedError

#: Functions of each element that map 0 to 0: they need to see only what is stored.
ZERO_TO_ZERO = frozenset((
    "absolute", "arcsin", "arcsinh", "arctan", "arctanh", "cast", "cbrt", "ceil", "conj", "conjugate", "copy",
    "deg2rad", "elu", "erf", "erfinv", "expm1", "fabs", "floor", "gelu", "hard_shrink", "hard_tanh", "imag",
    "isinf", "isnan", "leaky_relu", "log1p", "negative", "rad2deg", "real", "relu", "relu6", "round", "sign",
    "signbit", "silu", "sin", "sinh", "soft_shrink", "softsign", "sqrt", "square", "tan", "tanh", "tanh_shrink",
    "trunc",
))  # fmt: skip
#: Functions of each element, or of rows, that do not: they see all zeros.
DENSE = frozenset((
    "arccos", "arccosh", "cos", "cosh", "empty_like", "exp", "exp2", "full_like", "isfinite", "isreal", "log",
    "log10", "log2", "log_softmax", "logical_not", "max", "min", "ones_like", "reciprocal", "sigmoid", "softmax",
    "softplus", "to_dense", "zeros_like",
))  # fmt: skip
#: Functions of two tensors that are zero where both are.
UNIONS = frozenset(("add", "subtract", "maximum", "minimum"))
PRODUCTS = frozenset(("matmul", "dot"))
#: Functions that move elements, or add them up along an axis.
STRUCTURAL = frozenset((
    "concatenate", "expand_dims", "mean", "reshape", "squeeze", "sum", "transpose",
))  # fmt: skip

#: All of them.
NAMED = ZERO_TO_ZERO | DENSE | UNIONS | PRODUCTS | STRUCTURAL | {"multiply", "divide"}


def gives_sparse(name, flags):
    """Whether an op's result is sparse, from which of its tensors are (at least one is).

    Raises:
        NotSupportedError: The op does not take sparse tensors.
    """
    if name in ZERO_TO_ZERO or name == "multiply":
        return True
    if name in UNIONS or name in PRODUCTS or name in STRUCTURAL:
        return all(flags)
    if name == "divide":
        return flags == [True, False]
    if name in DENSE:
        return False
    raise NotSupportedError(
        f"ops.{name} takes no sparse tensor: make it dense with ops.convert_to_tensor(x, sparse=False)."
    )
