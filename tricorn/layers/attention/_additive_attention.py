"""`AdditiveAttention`: attention whose scores come from sums instead of products."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers._arguments import known_size
from tricorn.layers.attention._attention import Attention


class AdditiveAttention(Attention):
    """Attention of a query to a value through a key, in the manner of Bahdanau: `softmax(scores) @ value`.

    The scores are `sum(scale * tanh(query + key))` over the features. All pairs of positions are summed: memory grows as
    `batch * T * S * features`.

    Args:
        use_scale: Whether there is a learnt `scale` for each feature; it is 1 otherwise.
        dropout: Share of attention weights to drop in training.
        **kwargs: Of `Layer`, and `seed` of the dropout, an int.

    Call arguments:
        inputs: `[query, value]` or `[query, value, key]`, of shapes (batch, T, features), (batch, S, value features) and
            (batch, S, features), floating. The key is the value by default.
        mask: `[query_mask, value_mask]`, of shapes (batch, T) and (batch, S), each or both None; the masks that travel with
            the inputs by default.
        training: Whether dropout acts.
        return_attention_scores: Whether the result is `(output, weights)`, weights of shape (batch, T, S).
        use_causal_mask: Whether position t sees positions up to t only.

    Output shape:
        (batch, T, value features).

    Raises:
        ValueError: An argument is out of its range, or there is no such list of inputs or masks.

    Example:
        >>> AdditiveAttention()([Input((10, 4)), Input((6, 4))]).shape
        (None, 10, 4)

    Source: Bahdanau et al., "Neural Machine Translation by Jointly Learning to Align and Translate", 2015.
    """

    def __init__(self, use_scale=True, dropout=0.0, **kwargs):
        super().__init__(use_scale=use_scale, dropout=dropout, **kwargs)

    def build(self, input_shape):
        query, _, _ = self._check_shapes(input_shape)
        if self.use_scale:
            size = known_size(self, query, -1)
            self.scale = self.add_weight(shape=(size,), initializer="glorot_uniform", name="scale")

    def _calculate_scores(self, query, key):
        scores = ops.tanh(self._summed(query, key))
        return ops.sum(scores if self.scale is None else scores * self.scale, axis=-1)

    def get_config(self):
        config = super().get_config()
        del config["score_mode"]
        return config
