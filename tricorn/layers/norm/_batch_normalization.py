"""`BatchNormalization`: features normalised over the batch."""

from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.core.dtypes import is_float
from tricorn.core.errors import bad_argument
from tricorn.layers._arguments import keep, known_size, make_weight, written
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._like_input import LikeInput
from tricorn.ops._norm import batch_norm_train, batch_normalization


class BatchNormalization(LikeInput):
    """`gamma * (x - mean) / sqrt(variance + epsilon) + beta`, for each feature.

    In training, mean and variance are those of the batch (over all axes but `axis`, and over what a mask leaves), and
    the moving ones are updated: `moving = momentum * moving + (1 - momentum) * batch`. Else they are the moving ones.
    A frozen layer (`trainable = False`) runs as outside of training, whatever `training` says.

    Args:
        axis: The axis of the features.
        momentum: Share of the old moving moments that an update keeps.
        epsilon: Added to the variance.
        center: Whether to add `beta`.
        scale: Whether to multiply by `gamma`.
        beta_initializer: Initializer of `beta`.
        gamma_initializer: Initializer of `gamma`.
        moving_mean_initializer: Initializer of the moving mean.
        moving_variance_initializer: Initializer of the moving variance.
        beta_regularizer: Penalty on `beta`.
        gamma_regularizer: Penalty on `gamma`.
        beta_constraint: Projection of `beta` after each update.
        gamma_constraint: Projection of `gamma` after each update.
        renorm: Batch renormalisation, which is not available yet.
        renorm_clipping: Of batch renormalisation.
        renorm_momentum: Of batch renormalisation.
        synchronized: Whether moments are taken over the replicas of a distribution, which is not available yet.
        **kwargs: Of `Layer`.

    Source: Ioffe & Szegedy, "Batch Normalization", 2015.
    """

    def __init__(self, axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, beta_initializer: Any = "zeros",
                 gamma_initializer: Any = "ones", moving_mean_initializer: Any = "zeros",
                 moving_variance_initializer: Any = "ones",
                 beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None,
                 renorm=False, renorm_clipping=None, renorm_momentum=0.99, synchronized=False, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        if isinstance(axis, (list, tuple)) and len(axis) == 1:
            axis = axis[0]
        if isinstance(axis, bool) or not isinstance(axis, int):
            raise bad_argument(
                self._where(), "`axis` must be an int.", given=f"axis={axis!r}", error=TypeError
            )
        for name, value, low, high in (("momentum", momentum, 0, 1), ("epsilon", epsilon, 0, None)):
            if not isinstance(value, (int, float)) or not value >= low or (high is not None and value > high):
                raise bad_argument(self._where(), f"`{name}` is out of range.",
                                   expected=f"a number >= {low}" if high is None else f"in [{low}, {high}]",
                                   given=f"{name}={value!r}")  # fmt: skip
        if renorm or renorm_clipping is not None:
            raise bad_argument(self._where(), "batch renormalisation is not available yet.", expected="renorm=False",
                               given=f"renorm={renorm}, renorm_clipping={renorm_clipping}",
                               error=NotImplementedError)  # fmt: skip
        if synchronized:
            raise bad_argument(self._where(), "moments over replicas need a distribution, which is not available yet.",
                               expected="synchronized=False", error=NotImplementedError)  # fmt: skip
        self.axis = axis
        self.momentum = float(momentum)
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        keep(self, beta_initializer=beta_initializer, gamma_initializer=gamma_initializer,
             moving_mean_initializer=moving_mean_initializer, moving_variance_initializer=moving_variance_initializer,
             beta_regularizer=beta_regularizer, gamma_regularizer=gamma_regularizer, beta_constraint=beta_constraint,
             gamma_constraint=gamma_constraint)  # fmt: skip
        self.renorm = False
        self.renorm_clipping = None
        self.renorm_momentum = renorm_momentum
        self.synchronized = False
        self.gamma = self.beta = None

    def build(self, input_shape):
        size = known_size(self, input_shape, self.axis)
        # Statistics, scale and offset stay in the variables' dtype: in halves, epsilon alone would be off by percents.
        if self.scale:
            self.gamma = make_weight(self, "gamma", (size,), autocast=False)
        if self.center:
            self.beta = make_weight(self, "beta", (size,), autocast=False)
        self.moving_mean = make_weight(self, "moving_mean", (size,), trainable=False, autocast=False)
        self.moving_variance = make_weight(self, "moving_variance", (size,), trainable=False, autocast=False)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: size})
        self._is_half = self.compute_dtype in ("float16", "bfloat16")
        # Batch moments come in float32 or float64.
        self._casts_moments = self.variable_dtype not in ("float32", "float64") or (
            self.variable_dtype == "float32" and self.compute_dtype == "float64"
        ) or (self.variable_dtype == "float64" and self.compute_dtype != "float64")  # fmt: skip

    def call(self, inputs, training=None, mask=None):
        if training and self._trainable:
            outputs, mean, variance = batch_norm_train(
                inputs, self.gamma, self.beta, self.axis, self.epsilon, mask
            )
            self._follow(self.moving_mean, mean)
            self._follow(self.moving_variance, variance)
            return outputs
        outputs = batch_normalization(inputs, self.moving_mean, self.moving_variance, self.axis, self.beta, self.gamma,
                                      self.epsilon)  # fmt: skip
        return ops.cast(outputs, self.compute_dtype) if self._is_half else outputs

    def _follow(self, moving, batch):
        if self._casts_moments:
            batch = ops.cast(batch, moving.dtype)
        # In the operators of the engine's own tensors: this is on the path of every training step.
        moving.assign_native(moving.value * self.momentum + batch * (1 - self.momentum))

    def compute_output_spec(self, inputs, *args, **kwargs):
        if not is_float(inputs.dtype):
            raise bad_argument(self._where(), "the input must be floating.", given=f"dtype {inputs.dtype}",
                               hint="ops.cast(x, 'float32')")  # fmt: skip
        return super().compute_output_spec(inputs)

    def get_config(self):
        return {
            **super().get_config(),
            "axis": self.axis,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            **written(self, "beta_initializer", "gamma_initializer", "moving_mean_initializer",
                      "moving_variance_initializer", "beta_regularizer", "gamma_regularizer", "beta_constraint",
                      "gamma_constraint"),
            "synchronized": self.synchronized,
            "renorm": self.renorm,
            "renorm_clipping": self.renorm_clipping,
            "renorm_momentum": self.renorm_momentum,
        }  # fmt: skip
