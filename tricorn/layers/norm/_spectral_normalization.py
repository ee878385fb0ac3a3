"""`SpectralNormalization`: a layer whose kernel is kept at spectral norm 1."""

from __future__ import annotations

from tricorn import initializers, ops
from tricorn.core.errors import bad_argument
from tricorn.core.scopes import AutoCastScope
from tricorn.core.variable import Variable
from tricorn.layers._arguments import positive_integer
from tricorn.layers.core._wrapper import Wrapper


class SpectralNormalization(Wrapper):
    """A layer whose kernel is divided by its largest singular value in every training step.

    The kernel W is seen as a matrix with one column for each output. Each call in training improves an estimate u of
    its right singular vector by power iteration, `v = normalize(W u); u = normalize(v W)`, then stores `W / (v W u)` as
    the kernel. Gradients are those with respect to the stored kernel. Without training nothing changes.

    Args:
        layer: A layer with a weight `kernel` or `embeddings`.
        power_iterations: Number of iterations in a training step.
        **kwargs: Of `Layer`.

    Call arguments:
        inputs: Of the layer.
        training: Whether to normalise.

    Raises:
        ValueError: `power_iterations` is not a positive integer, or the layer has no such weight.

    Source: Miyato et al., 2018.

    Examples:
        >>> SpectralNormalization(Conv2D(8, 3))(Input((28, 28, 1))).shape
        (None, 26, 26, 8)
    """

    kernel = vector_u = None
    # It stores the kernel, which a recomputation would begin with; the layer inside is recomputed by itself.
    _may_recompute = False

    def __init__(self, layer, power_iterations=1, **kwargs):
        super().__init__(layer, **kwargs)
        self.power_iterations = positive_integer(self, "power_iterations", power_iterations)

    def build(self, input_shape):
        super().build(input_shape)
        kernel = getattr(self.layer, "kernel", None)
        if kernel is None:
            kernel = getattr(self.layer, "embeddings", None)
        if not isinstance(kernel, Variable):
            raise bad_argument(self._where(), "the layer has no weight to normalise.",
                               expected="a layer with a weight `kernel` or `embeddings`", given=repr(self.layer),
                               )  # fmt: skip
        self.kernel = kernel
        self.vector_u = self.add_weight(
            shape=(1, kernel.shape[-1]), initializer=initializers.TruncatedNormal(stddev=0.02), name="vector_u",
            trainable=False, dtype=kernel.dtype, autocast=False,
        )  # fmt: skip

    def call(self, inputs, training=False):
        if training:
            u, kernel = self.normalized_weights()
            self.vector_u.assign(u)
            self.kernel.assign(kernel)
        return self.layer(inputs)

    def normalized_weights(self):
        """The next estimate u, `(1, outputs)`, and the kernel divided by its largest singular value."""
        with AutoCastScope(None):  # whatever the compute dtype, in the kernel's own
            kernel = self.kernel.value
        fixed = ops.stop_gradient(kernel)
        matrix = ops.reshape(fixed, (-1, self.kernel.shape[-1]))
        u = ops.convert_to_tensor(self.vector_u)
        for _ in range(self.power_iterations):
            v = _unit(ops.matmul(u, ops.transpose(matrix)))
            u = _unit(ops.matmul(v, matrix))
        norm = ops.matmul(ops.matmul(v, matrix), ops.transpose(u))
        # The gradient is the stored kernel's where storing is a new value (JAX) as where it is a change in place.
        return u, kernel + (fixed / ops.reshape(norm, ()) - fixed)

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

    def compute_output_spec(self, inputs, training=False):
        return self.layer.compute_output_spec(inputs)

    def get_config(self):
        return {**super().get_config(), "power_iterations": self.power_iterations}


def _unit(vector):
    """A row of length 1; 0 stays 0."""
    return vector * ops.rsqrt(ops.maximum(ops.sum(vector * vector), 1e-12))
