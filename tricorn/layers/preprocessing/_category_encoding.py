"""`CategoryEncoding`: ids as vectors."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import any_symbolic
from tricorn.layers._arguments import positive_integer
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing, as_tensor
from tricorn.layers.preprocessing._encoding import check_ids, check_mode, encode, encoded_shape, encoded_spec


class CategoryEncoding(BasePreprocessing):
    """Vectors of `num_tokens` numbers from the ids 0 ... num_tokens - 1.

    Args:
        num_tokens: Number of categories.
        output_mode: "multi_hot": 1 for each id of a row that occurs; "one_hot": a vector for each id; "count": how often
            each id occurs in a row.
        sparse: Whether to give sparse tensors, on the engines that have them (JAX, TensorFlow).
        **kwargs: Of `Layer`.

    Call arguments:
        inputs: Integers (batch, n), or (n,) for one row.
        count_weights: In the mode "count": numbers of the same shape, summed up instead of 1.

    Output shape:
        (batch, num_tokens), in the compute dtype; "one_hot": (batch, n, num_tokens), without the axis of n if n is 1.

    Raises:
        ValueError: No `num_tokens`, an unknown mode, weights in another mode; an id out of range (seen outside of
            compiled functions; inside, it counts nowhere).

    Example:
        >>> CategoryEncoding(4)(np.array([[0, 2, 2], [3, 3, 3]]))  # [[1, 0, 1, 0], [0, 0, 0, 1]]
    """

    def __init__(self, num_tokens=None, output_mode="multi_hot", sparse=False, **kwargs):
        super().__init__(**kwargs)
        self.output_mode = check_mode(self, output_mode, ("one_hot", "multi_hot", "count"))
        if num_tokens is None:
            raise bad_argument(
                self._where(), "`num_tokens` is needed.", hint="IntegerLookup learns how many there are"
            )
        self.num_tokens = positive_integer(self, "num_tokens", num_tokens)
        self.sparse = bool(sparse)

    def call(self, inputs, count_weights=None):
        self._check_weights(count_weights)
        check_ids(self, inputs, self.num_tokens)
        if count_weights is not None:
            count_weights = as_tensor(count_weights, self._where())
        return encode(ops.cast(inputs, "int32"), self.output_mode, self.num_tokens, self.compute_dtype, count_weights,
                      self.sparse)  # fmt: skip

    def __call__(self, inputs, count_weights=None, **kwargs):
        if count_weights is not None:
            if any_symbolic(count_weights) and not any_symbolic(inputs):
                raise bad_argument(self._where(), "`count_weights` is symbolic, but the input is not.")
            kwargs["count_weights"] = count_weights
        return super().__call__(inputs, **kwargs)

    def _check_weights(self, count_weights):
        if count_weights is not None and self.output_mode != "count":
            raise bad_argument(self._where(), "`count_weights` belongs to the mode 'count'.",
                               given=f"output_mode={self.output_mode!r}")  # fmt: skip

    def compute_output_shape(self, input_shape):
        return encoded_shape(input_shape, self.output_mode, self.num_tokens)

    def compute_output_spec(self, inputs, count_weights=None):
        self._check_weights(count_weights)
        return encoded_spec(inputs.shape, self.output_mode, self.num_tokens, self.compute_dtype, self.sparse)

    def get_config(self):
        written = {"sparse": True} if self.sparse else {}  # the reference never writes it, but reads it
        return {
            **super().get_config(),
            "num_tokens": self.num_tokens,
            "output_mode": self.output_mode,
            **written,
        }
