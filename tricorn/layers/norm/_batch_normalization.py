"""`BatchNormalization`: features normalised over the batch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tricorn import ops
from tricorn.core.dtypes import is_float
from tricorn.core.errors import bad_argument
from tricorn.initializers import Initializer
from tricorn.layers._arguments import keep, known_size, make_weight, written
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._like_input import LikeInput
from tricorn.ops._norm import batch_norm_train, batch_norm_update, batch_normalization


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
        renorm: Whether a batch is, in training, brought near to what the moving moments would make of it: after the
            normalisation by its own moments it is multiplied by `r = std / renorm_stddev`, and
            `d = (mean - renorm_mean) / renorm_stddev` is added, both taken as constants by the gradient. For small
            batches, or ones that are not alike. The moving variance is then the square of a moving deviation.
        renorm_clipping: Bounds, a dict of any of "rmin", "rmax" (of r) and "dmax" (of |d|); None for no bounds.
        renorm_momentum: As `momentum`, for the moments that renormalisation compares with.
        synchronized: Whether moments are taken over all replicas of a distribution. Within one program they are always
            those of the whole batch.
        **kwargs: Of `Layer`.

    Source: Ioffe & Szegedy, "Batch Normalization", 2015; Ioffe, "Batch Renormalization", 2017.
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
        for name, value, low, high in (("momentum", momentum, 0, 1), ("epsilon", epsilon, 0, None),
                                       ("renorm_momentum", renorm_momentum, 0, 1)):  # fmt: skip
            if not isinstance(value, (int, float)) or not value >= low or (high is not None and value > high):
                raise bad_argument(self._where(), f"`{name}` is out of range.",
                                   expected=f"a number >= {low}" if high is None else f"in [{low}, {high}]",
                                   given=f"{name}={value!r}")  # fmt: skip
        self.axis = axis
        self.momentum = float(momentum)
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        keep(self, beta_initializer=beta_initializer, gamma_initializer=gamma_initializer,
             moving_mean_initializer=moving_mean_initializer, moving_variance_initializer=moving_variance_initializer,
             beta_regularizer=beta_regularizer, gamma_regularizer=gamma_regularizer, beta_constraint=beta_constraint,
             gamma_constraint=gamma_constraint)  # fmt: skip
        self.renorm = bool(renorm)
        self.renorm_clipping = self._checked_clipping(renorm_clipping)
        self.renorm_momentum = renorm_momentum
        self.synchronized = bool(synchronized)
        self.gamma = self.beta = None

    def _checked_clipping(self, clipping):
        if clipping is None:
            return {} if self.renorm else None
        bounds = dict(clipping)
        low, high, shift = bounds.get("rmin"), bounds.get("rmax"), bounds.get("dmax")
        wrong = set(bounds) - {"rmin", "rmax", "dmax"} or (shift is not None and shift < 0)
        if wrong or (low is not None and high is not None and low > high):
            raise bad_argument(self._where(), "`renorm_clipping` is wrong.",
                               expected='a dict of any of "rmin" <= "rmax", and "dmax" >= 0', given=repr(clipping),
                               )  # fmt: skip
        return bounds

    def build(self, input_shape):
        size = known_size(self, input_shape, self.axis)
        # Statistics, scale and offset stay in the variables' dtype: in halves, epsilon alone would be off by percents.
        if self.scale:
            self.gamma = make_weight(self, "gamma", (size,), autocast=False)
        if self.center:
            self.beta = make_weight(self, "beta", (size,), autocast=False)
        self.moving_mean = make_weight(self, "moving_mean", (size,), trainable=False, autocast=False)
        self.moving_variance = make_weight(self, "moving_variance", (size,), trainable=False, autocast=False)
        if self.renorm:
            deviation = _SquareRoot(self.moving_variance_initializer)
            for name, start in (("moving_stddev", deviation), ("renorm_mean", self.moving_mean_initializer),
                                ("renorm_stddev", deviation)):  # fmt: skip
                weight = self.add_weight(
                    shape=(size,), name=name, initializer=start, trainable=False, autocast=False
                )
                setattr(self, name, weight)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: size})
        self._is_half = self.compute_dtype in ("float16", "bfloat16")

    def call(self, inputs, training=None, mask=None):
        if training and self._trainable:
            if self.renorm:
                return self._renormalized(inputs, mask)
            outputs, mean, variance = batch_norm_update(
                inputs, self.gamma, self.beta, self.moving_mean, self.moving_variance, self.axis, self.momentum,
                self.epsilon, mask,
            )  # fmt: skip
            self.moving_mean.assign_native(mean)
            self.moving_variance.assign_native(variance)
            return outputs
        outputs = batch_normalization(inputs, self.moving_mean, self.moving_variance, self.axis, self.beta, self.gamma,
                                      self.epsilon)  # fmt: skip
        return ops.cast(outputs, self.compute_dtype) if self._is_half else outputs

    def _renormalized(self, inputs, mask):
        outputs, mean, variance = batch_norm_train(inputs, None, None, self.axis, self.epsilon, mask)
        deviation = ops.sqrt(variance + self.epsilon)
        bounds = self.renorm_clipping
        past = ops.maximum(ops.cast(self.renorm_stddev, ops.dtype(mean)), math.sqrt(self.epsilon))
        scale, offset = deviation / past, (mean - ops.cast(self.renorm_mean, ops.dtype(mean))) / past
        if "rmin" in bounds:
            scale = ops.maximum(scale, bounds["rmin"])
        if "rmax" in bounds:
            scale = ops.minimum(scale, bounds["rmax"])
        if "dmax" in bounds:
            offset = ops.clip(offset, -bounds["dmax"], bounds["dmax"])
        # Moments carry no gradient, and the past ones do not train: both count as constants.
        scale, offset = ops.stop_gradient(scale), ops.stop_gradient(offset)
        if self.gamma is not None:
            scale, offset = scale * self.gamma, offset * self.gamma
        if self.beta is not None:
            offset = offset + self.beta
        shape = [1] * len(inputs.shape)
        shape[self.axis] = -1
        wide = ops.cast(outputs, ops.dtype(scale))
        outputs = ops.cast(wide * ops.reshape(scale, shape) + ops.reshape(offset, shape), self.compute_dtype)
        self._follow(self.renorm_mean, mean, self.renorm_momentum)
        self._follow(self.renorm_stddev, deviation, self.renorm_momentum)
        self._follow(self.moving_mean, mean)
        self._follow(self.moving_stddev, deviation)
        self.moving_variance.assign(ops.square(self.moving_stddev) - self.epsilon)
        return outputs

    def _follow(self, moving, batch, momentum=None):
        batch = ops.cast(batch, moving.dtype)
        momentum = self.momentum if momentum is None else momentum
        moving.assign_native(moving.value * momentum + batch * (1 - momentum))

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


class _SquareRoot(Initializer):
    """The square roots of another initializer's values."""

    sliceable = False

    def __init__(self, squares):
        self.squares = squares

    def values(self, place, shape, index, dtype):
        fill = getattr(self.squares, "fill", None)
        name = np.dtype(dtype).name
        if fill is None:
            return np.sqrt(ops.convert_to_numpy(self.squares(shape, dtype=name)))
        return np.sqrt(fill(place, shape, name))
