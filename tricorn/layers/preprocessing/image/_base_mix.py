"""What layers share that mix each image of a batch with another one."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.dtypes import is_float, standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor
from tricorn.layers.preprocessing.image._base_image import BaseRandomImage
from tricorn.random._draw import shuffle


class BaseMix(BaseRandomImage):
    """A layer that mixes each image with that of another place in the batch, and their labels in the same proportion."""

    def _partners(self, count, source):
        """For each image the place of the other one, (count,)."""
        return shuffle(ops.arange(count, dtype="int32"), seed=source)

    def transform_labels(self, labels, transformation, training=True):
        """`w * label + (1 - w) * label of the other image`; integers, one-hot, become floats."""
        labels = ops.convert_to_tensor(labels)
        if not training or transformation is None:
            return self._as_float(labels)
        if not is_float(standardize_dtype(labels.dtype)) and (len(labels.shape) < 2 or labels.shape[-1] == 1):
            raise bad_argument(
                self._where(), "classes given as integers cannot be mixed.", expected="one-hot labels, or floats",
                given=f"labels of shape {tuple(labels.shape)}, dtype {standardize_dtype(labels.dtype)}",
                hint="ops.one_hot(labels, number of classes)",
            )  # fmt: skip
        labels = self._as_float(labels)
        weight = _leading(transformation["mix_weight"], labels)
        return self._mixed(labels, transformation["permutation_order"], weight)

    def _as_float(self, labels):
        """Labels that can be mixed as floats; classes as integers stay."""
        dtype = standardize_dtype(labels.dtype)
        if is_float(dtype) or len(labels.shape) < 2 or labels.shape[-1] == 1:
            return labels
        return ops.cast(labels, self._float_dtype())

    def _float_dtype(self):
        return self.compute_dtype if is_float(self.compute_dtype) else "float32"

    def _labels_spec(self, labels):
        dtype = labels.dtype
        if not is_float(dtype) and len(labels.shape) > 1 and labels.shape[-1] != 1:
            dtype = self._float_dtype()
        return KerasTensor(labels.shape, dtype, record_history=False)

    @staticmethod
    def _mixed(x, partners, weight):
        other = ops.take(x, partners, 0)
        return other + (x - other) * weight


def _leading(weight, x):
    """One number for each image, in the rank and dtype of `x`."""
    return ops.cast(ops.reshape(weight, (-1, *(1,) * (len(x.shape) - 1))), x.dtype)
