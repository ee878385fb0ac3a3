"""Rows of the contract for attention without heads, and with heads that share their keys."""

from __future__ import annotations

from tests.contracts.layer_case import LayerCase


def _cases():
    def case(code, *shapes, **options):
        return LayerCase(code, shapes, **options)

    query, value, key = (2, 5, 4), (2, 3, 4), (2, 3, 4)
    for code in ("L.Attention()", "L.Attention(use_scale=True)", "L.Attention(score_mode='concat')",
                 "L.Attention(use_scale=True, score_mode='concat')", "L.AdditiveAttention()",
                 "L.AdditiveAttention(use_scale=False)"):  # fmt: skip
        yield case(code, query, value, listed=True)
        yield case(code, query, (2, 3, 6), key, listed=True)
        yield case(code, query, query, listed=True, call="use_causal_mask=True")
        yield case(code, query, value, listed=True, call="return_attention_scores=True")
        yield case(code, query, query, listed=True, call="mask=[m, m]")
        yield case(code, query, query, listed=True, call="mask=[None, m], use_causal_mask=True")
        yield case(code, query, value, listed=True, call="mask=[m, None], return_attention_scores=True")
    yield case("L.Attention(dropout=0.4, seed=3)", query, value, listed=True, draws=True)
    yield case("L.AdditiveAttention(dropout=0.4, seed=3)", query, value, listed=True, draws=True)

    code = "L.GroupQueryAttention(3, 4, 2)"
    yield case(code, query, value)
    yield case(code, query, value, (2, 3, 6))
    yield case(code, query, value, call="return_attention_scores=True")
    yield case(code, query, query, call="use_causal_mask=True")
    yield case(code, query, query, call="query_mask=m, value_mask=m, use_causal_mask=True")
    yield case(code, query, query, call="value_mask=m, return_attention_scores=True")
    yield case(code, query, query, call="attention_mask=m[:, None, :] & m[:, :, None]")
    yield case("L.GroupQueryAttention(3, 4, 1, use_bias=False)", query, value)
    yield case("L.GroupQueryAttention(3, 4, 4, use_gate=True)", query, value)
    yield case(
        "L.GroupQueryAttention(3, 4, 2, use_gate=True)", query, value, call="return_attention_scores=True"
    )
    yield case("L.GroupQueryAttention(3, 4, 2, sliding_window=2)", query, query)
    yield case("L.GroupQueryAttention(3, 4, 2, dropout=0.4)", query, value, draws=True)


CASES = list(_cases())
