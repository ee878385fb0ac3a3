"""`Attention`: of each position of one sequence to those of another, without projections."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor
from tricorn.layers._arguments import checked_rate
from tricorn.layers._layer import Layer
from tricorn.layers.attention._attention_mask import joined_mask
from tricorn.ops._attention import dot_product_attention
from tricorn.random._draw import dropout
from tricorn.random._seed import SeedGenerator


class Attention(Layer):
    """Attention of a query to a value through a key, in the manner of Luong: `softmax(scores) @ value`.

    The scores are `scale * query @ key^T` (`score_mode="dot"`), or
    `weight * sum(tanh(scale * (query + key)))` ("concat"), with a learnt scalar `weight`. Positions of the query that are
    masked give zeros; a query that may look nowhere gets the mean of all values.

    With "dot", without dropout and `return_attention_scores`, it runs as one op.

    Args:
        use_scale: Whether there is a learnt scalar `scale`; it is 1 otherwise.
        score_mode: `"dot"` or `"concat"`.
        dropout: Share of attention weights to drop in training.
        seed: Seed of the dropout, an int.
        **kwargs: Of `Layer`.

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
        >>> Attention()([Input((10, 4)), Input((6, 3)), Input((6, 4))]).shape
        (None, 10, 3)

    Source: Luong et al., "Effective Approaches to Attention-based Neural Machine Translation", 2015.
    """

    def __init__(self, use_scale=False, score_mode="dot", dropout=0.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        if score_mode not in ("dot", "concat"):
            raise bad_argument(self._where(), "`score_mode` is unknown.", expected="'dot' or 'concat'",
                               given=f"score_mode={score_mode!r}")  # fmt: skip
        self.supports_masking = True
        self.use_scale = bool(use_scale)
        self.score_mode = score_mode
        self.dropout = checked_rate(self, "dropout", dropout)
        self.seed = seed
        self.scale = None
        self.concat_score_weight = None
        if self.dropout:
            self.seed_generator = SeedGenerator(seed)

    def build(self, input_shape):
        self._check_shapes(input_shape)
        if self.use_scale:
            self.scale = self.add_weight(shape=(), initializer="ones", name="scale")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight(
                shape=(), initializer="ones", name="concat_score_weight"
            )

    def _check_shapes(self, shapes):
        """The shapes of query, value and key.

        Raises:
            ValueError: They are not those of two or three sequences that fit.
        """
        listed = isinstance(shapes, (list, tuple)) and shapes and isinstance(shapes[0], (list, tuple))
        if not listed or len(shapes) not in (2, 3):
            raise bad_argument(self._where(), "takes a list of two or three tensors.",
                               expected="[query, value] or [query, value, key]",
                               given=f"input shape {shapes}")  # fmt: skip
        query, value, key = (tuple(shape) for shape in (*shapes, *shapes[1:2])[:3])
        fits = len(query) == len(value) == len(key) == 3 and not any(
            None not in pair and pair[0] != pair[1]
            for pair in ((query[0], value[0]), (query[0], key[0]), (value[1], key[1]), (query[2], key[2]))
        )
        if not fits:
            raise bad_argument(self._where(), "query, value and key do not fit.",
                               expected="(batch, T, features), (batch, S, value features), (batch, S, features)",
                               given=f"query {query}, value {value}, key {key}")  # fmt: skip
        return query, value, key

    def _check_masks(self, inputs, mask):
        if not isinstance(mask, (list, tuple)) or len(mask) not in (2, len(inputs)):
            raise bad_argument(self._where(), "`mask` must be a list of masks.", expected="[query_mask, value_mask]",
                               given="one tensor" if hasattr(mask, "shape") else repr(mask)[:200])  # fmt: skip
        for name, one, x in zip(("query", "value"), mask, inputs, strict=False):
            if one is None:
                continue
            shape, wanted = tuple(one.shape), tuple(x.shape[:2])
            if len(shape) != 2 or any(
                None not in p and p[0] != p[1] and 1 not in p for p in zip(shape, wanted, strict=True)
            ):
                raise bad_argument(self._where(), f"the mask of the {name} has another shape.", expected=wanted,
                                   given=shape)  # fmt: skip

    # --- running ----------------------------------------------------------------------------------------------
    def call(self, inputs, mask=None, training=False, return_attention_scores=False, use_causal_mask=False):
        query, value = inputs[:2]
        key = inputs[2] if len(inputs) > 2 else value
        query_mask = value_mask = None
        if mask is not None:
            self._check_masks(inputs, mask)
            query_mask, value_mask = mask[:2]
        drops = training and self.dropout
        weights = None
        if self._is_one_op() and not drops and not return_attention_scores:
            result = self._attend_fused(query, value, key, value_mask, use_causal_mask)
        else:
            scores = self._calculate_scores(query, key)
            allowed = joined_mask(query, value, value_mask, causal=use_causal_mask)
            if allowed is not None:
                # Finite, so that a row without any position keeps weights; as large as the reference's.
                lowest = 65504.0 if self.compute_dtype == "float16" else 1.0e9
                scores = scores - lowest * ops.cast(ops.logical_not(allowed), scores.dtype)
            weights = ops.softmax(scores, axis=-1)
            if drops:
                weights = dropout(weights, self.dropout, None, self.seed_generator)
            result = ops.matmul(weights, value)
        if query_mask is not None:
            result = result * ops.cast(ops.expand_dims(query_mask, -1), result.dtype)
        return (result, weights) if return_attention_scores else result

    def _is_one_op(self):
        """Whether query and key meet in a plain product: no class below has scores of its own."""
        return self.score_mode == "dot" and type(self)._calculate_scores is Attention._calculate_scores

    def _attend_fused(self, query, value, key, value_mask, is_causal):
        if self.scale is not None:
            query = query * self.scale
        allowed = joined_mask(query, value, value_mask, causal=is_causal and value_mask is not None)
        if allowed is not None:
            allowed, is_causal = ops.expand_dims(allowed, 1), False
        query, key, value = (ops.expand_dims(x, 2) for x in (query, key, value))  # an axis of one head
        result = dot_product_attention(query, key, value, None, allowed, 1.0, is_causal)
        return ops.squeeze(result, 2)

    def _calculate_scores(self, query, key):
        """(batch, T, S): how much each position of the query looks at each of the key, before the softmax."""
        if self.score_mode == "dot":
            scores = ops.matmul(query, ops.transpose(key, (0, 2, 1)))
            return scores if self.scale is None else scores * self.scale
        summed = self._summed(query, key)
        if self.scale is not None:
            summed = summed * self.scale
        return self.concat_score_weight * ops.sum(ops.tanh(summed), axis=-1)

    def _summed(self, query, key):
        """(batch, T, S, features): each position of the query plus each of the key."""
        return ops.expand_dims(query, 2) + ops.expand_dims(key, 1)

    # --- shapes -----------------------------------------------------------------------------------------------
    def compute_mask(self, inputs, mask=None):
        """The query's mask."""
        if mask is None:
            return None
        self._check_masks(inputs, mask)
        return mask[0]

    def compute_output_shape(self, input_shape):
        query, value, _ = self._check_shapes(input_shape)
        return (*query[:-1], value[-1])

    def compute_output_spec(self, inputs, mask=None, return_attention_scores=False, training=None,
                            use_causal_mask=False):  # fmt: skip
        listed = isinstance(inputs, (list, tuple))
        shapes = [tuple(x.shape) for x in inputs] if listed else tuple(inputs.shape)
        output = KerasTensor(self.compute_output_shape(shapes), self.compute_dtype, record_history=False)
        if not return_attention_scores:
            return output
        scores = (shapes[0][0], shapes[0][1], shapes[1][1])
        return output, KerasTensor(scores, self.compute_dtype, record_history=False)

    def get_config(self):
        return {
            **super().get_config(),
            "use_scale": self.use_scale,
            "score_mode": self.score_mode,
            "dropout": self.dropout,
            "seed": self.seed,
        }
