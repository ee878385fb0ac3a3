"""Scaled dot-product attention."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Index, Tensor, op
from tricorn.core.symbolic import KerasTensor


def _differ(first, second):
    return first is not None and second is not None and first != second


def _attention_rule(query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None,
                    attn_logits_soft_cap=None):  # fmt: skip
    q, k, v = query.shape, key.shape, value.shape
    where = "ops.dot_product_attention"
    for name, shape in (("query", q), ("key", k), ("value", v)):
        if len(shape) != 4:
            raise bad_argument(where, f"`{name}` must be of rank 4.", expected="(batch, length, heads, width)",
                               given=f"{name} {shape}")  # fmt: skip
    if (
        _differ(q[3], k[3])
        or _differ(q[0], k[0])
        or _differ(k[1], v[1])
        or _differ(k[2], v[2])
        or _differ(k[0], v[0])
    ):
        raise bad_argument(where, "query, key and value do not fit.",
                           expected="one batch; one width of query and key; one length and head count of key and value",
                           given=f"query {q}, key {k}, value {v}")  # fmt: skip
    if None not in (q[2], k[2]) and (k[2] == 0 or q[2] % k[2]):
        raise bad_argument(where, "the heads of the key must divide those of the query.",
                           expected=f"a divisor of {q[2]}",
                           given=f"query {q}, key {k}")  # fmt: skip
    wanted = (q[0], q[2], q[1], k[1])
    for name, tensor in (("bias", bias), ("mask", mask)):
        if tensor is None:
            continue
        shape = tensor.shape
        if len(shape) > 4 or any(
            _differ(a, b) and a != 1 for a, b in zip(reversed(shape), reversed(wanted), strict=False)
        ):
            raise bad_argument(where, f"`{name}` must broadcast to the logits.", expected=f"to {wanted}",
                               given=f"{name} {shape}")  # fmt: skip
    return KerasTensor((*q[:3], v[3]), query.dtype, record_history=False)


@op(rule=_attention_rule, dtype=rules.COMMON_FLOAT)
def dot_product_attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None,
                          mask: Index | None = None, scale=None, is_causal=False, flash_attention=None,
                          attn_logits_soft_cap=None):  # fmt: skip
    """softmax(query key^T * scale + bias, masked) value.

    Args:
        query: (batch, T, heads, width), floating.
        key: (batch, S, key heads, width); the key heads divide the heads: each serves a group of query heads.
        value: (batch, S, key heads, value width).
        bias: Added to the logits; broadcasts to (batch, heads, T, S).
        mask: Boolean, true where the query may look; broadcasts to (batch, heads, T, S). A row that may look nowhere
            gets the mean of all values.
        scale: Factor of the logits; None: 1 / sqrt(width).
        is_causal: Whether position t of the query looks at positions up to t of the key only.
        flash_attention: True asks for the engine's flash kernel: torch has one, and JAX on a GPU (cuDNN). False forbids it;
            None leaves it to the engine.
        attn_logits_soft_cap: If given, logits become cap * tanh(logits / cap) before bias and mask.

    Returns:
        (batch, T, heads, value width); dtype of `query`. Half precision has its softmax in float32.

    Raises:
        ValueError: The shapes do not fit.
        NotSupportedError: `flash_attention=True` where the engine has no such kernel, or not for these arguments.

    Example:
        >>> query, key, value = np.zeros((1, 1, 1, 2)), np.zeros((1, 2, 1, 2)), np.array([1.0, 3.0]).reshape(1, 2, 1, 1)
        >>> ops.dot_product_attention(query, key, value)
        array([[[[2.]]]])

    Source: Vaswani et al., 2017; groups: Ainslie et al., 2023.
    """
