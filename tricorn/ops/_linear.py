"""The product behind dense layers, and the lookup behind embeddings: internal ops with fused kernels."""

from __future__ import annotations

from tricorn.core.config import floatx
from tricorn.core.dtypes import result_type
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.symbolic import KerasTensor
from tricorn.ops._activation import relu
from tricorn.ops._arith import add
from tricorn.ops._matmul import matmul


def _linear_rule(x, kernel, bias=None):
    if len(kernel.shape) != 2 or not x.shape:
        raise bad_argument("linear", "the kernel must be a matrix.", expected="(inputs, outputs)",
                           given=f"x {x.shape}, kernel {kernel.shape}")  # fmt: skip
    if None not in (x.shape[-1], kernel.shape[0]) and x.shape[-1] != kernel.shape[0]:
        raise bad_argument("linear", "the last axis of the inputs does not fit the kernel.",
                           expected=f"{kernel.shape[0]} features", given=f"x {x.shape}, kernel {kernel.shape}",
                           )  # fmt: skip
    if bias is not None and tuple(bias.shape) != (kernel.shape[1],):
        raise bad_argument("linear", "the bias does not fit the kernel.", expected=f"({kernel.shape[1]},)",
                           given=bias.shape)  # fmt: skip
    return KerasTensor(
        (*x.shape[:-1], kernel.shape[1]), result_type(x.dtype, kernel.dtype), record_history=False
    )


@op(rule=_linear_rule)
def linear(x: Tensor, kernel: Tensor, bias: Tensor | None = None):
    """x @ kernel + bias.

    Args:
        x: (..., inputs).
        kernel: (inputs, outputs).
        bias: (outputs,) or None.

    Returns:
        (..., outputs); the common dtype.

    Raises:
        ValueError: The shapes do not fit.
    """
    product = matmul(x, kernel)
    return product if bias is None else add(product, bias)


@op(rule=_linear_rule)
def linear_relu(x: Tensor, kernel: Tensor, bias: Tensor | None = None):
    """relu(x @ kernel + bias). An engine may clip in place: nobody else holds the product."""
    return relu(linear(x, kernel, bias))


def _embedding_rule(table, indices):
    if "int" not in indices.dtype and "float" not in indices.dtype:
        raise bad_argument("embedding_lookup", "indices must be integers.", given=indices.dtype)
    return KerasTensor((*indices.shape, *table.shape[1:]), table.dtype or floatx(), record_history=False)


@op(rule=_embedding_rule)
def embedding_lookup(table: Tensor, indices: Tensor):
    """The rows of `table` named by `indices`.

    An index outside [0, rows) raises on NumPy, torch and TensorFlow on CPU; on JAX its row is NaN; on a GPU torch stops
    with an assertion and TensorFlow gives zeros. A negative index does not count from the end.

    Args:
        table: (rows, ...).
        indices: Integers of any shape.

    Returns:
        (shape of `indices`, ...); dtype of `table`.
    """
