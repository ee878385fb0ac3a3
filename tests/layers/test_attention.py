"""Attention layers: wrong arguments and inputs, and the setting that asks for flash kernels."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import Input, config, layers

Q, V = np.ones((2, 5, 4), "float32"), np.ones((2, 3, 4), "float32")


@pytest.mark.parametrize("code", [
    "L.Attention(score_mode='x')", "L.Attention(dropout=2)", "L.AdditiveAttention(dropout=-1)", "L.Attention()(Q)",
    "L.Attention()([Q])", "L.Attention()([Q, V, V, V])", "L.Attention()([Q, V[:, :, :3]])", "L.Attention()([Q, V[0]])",
    "L.Attention()([Q, V], mask=Q[:, :, 0])", "L.Attention()([Q, V], mask=[Q[:, :, 0]])",
    "L.Attention()([Q, V], mask=[None, Q[:, :, 0]])", "L.AdditiveAttention()([Q, V[:, :2], V])",
    "L.AdditiveAttention()([Input((5, None)), Input((3, None))])",
    "L.GroupQueryAttention(0, 4, 2)", "L.GroupQueryAttention(3, 4, 3)", "L.GroupQueryAttention(3, 4, 2, dropout=2)",
    "L.GroupQueryAttention(3, 4, 2, flash_attention=True, dropout=0.1)", "L.GroupQueryAttention(3, 4, 2)(Q[0], V[0])",
    "L.GroupQueryAttention(3, 4, 2)(Q, V, V[:, :2])", "L.GroupQueryAttention(3, 4, 2, sliding_window=0)",
    "L.GroupQueryAttention(3, 4, 2, flash_attention=True)(Q, V, return_attention_scores=True)",
])  # fmt: skip
@pytest.mark.engines("numpy")
def test_what_is_wrong_is_named(code, backend):
    with pytest.raises(ValueError, match=r'^(Attention|AdditiveAttention|GroupedQueryAttention) "'):
        eval(code, {"L": layers, "Q": Q, "V": V, "Input": Input})


@pytest.mark.parametrize("code", ["L.MultiHeadAttention(2, 3)", "L.GroupQueryAttention(3, 4, 2)"])
def test_the_setting_asks_for_flash_where_it_can_be_had(code, backend):
    before = config.is_flash_attention_enabled()
    layer = eval(code, {"L": layers})
    expected = layer(Q, V)
    try:
        config.enable_flash_attention()
        found = layer(Q, V)
    finally:
        from tricorn.core.config import settings

        settings.flash_attention = before
    np.testing.assert_allclose(np.asarray(found.detach() if backend == "torch" else found),
                               np.asarray(expected.detach() if backend == "torch" else expected), rtol=1e-5)  # fmt: skip
