"""tf.data, for every engine: batches come out as NumPy arrays."""

from __future__ import annotations

import sys

from tricorn.core.errors import bad_argument
from tricorn.data._stream import StreamSource


def is_tf_dataset(value):
    tensorflow = sys.modules.get("tensorflow")
    data = getattr(tensorflow, "data", None)
    return data is not None and isinstance(value, data.Dataset)


class TFDatasetSource(StreamSource):
    """A batched `tf.data.Dataset`.

    Args:
        dataset: Yields `(x,)`, `(x, y)` or `(x, y, sample_weight)`, or `x` itself, with an axis of rows.

    Raises:
        ValueError: The data set isn't batched, or is infinite while `steps` is not given.
    """

    def __init__(self, dataset, *, steps=None, class_weight=None, where="fit"):
        super().__init__(steps, class_weight, where)
        tf = sys.modules["tensorflow"]  # loaded, since a Dataset exists
        self.origin = dataset
        shapes = [getattr(spec, "shape", None) for spec in tf.nest.flatten(dataset.element_spec)]
        if any(shape is not None and shape.rank == 0 for shape in shapes):
            raise bad_argument(
                where,
                "the tf.data.Dataset is not batched.",
                expected="elements with an axis of rows",
                given=f"element_spec {dataset.element_spec}",
                hint="dataset.batch(32)",
            )
        sizes = {shape[0] for shape in shapes if shape is not None and shape.rank}
        self.batch_size = sizes.pop() if len(sizes) == 1 else None
        count = int(dataset.cardinality())
        if count == tf.data.INFINITE_CARDINALITY and self.steps is None:
            raise bad_argument(
                where,
                "the tf.data.Dataset never ends.",
                expected="a number of steps, or a finite data set",
                given="an infinite data set (`.repeat()`)",
                hint="steps_per_epoch=... (fit), steps=... (evaluate, predict), or .take(n)",
            )
        if count == 0:
            raise self._no_data()
        self.num_batches = self.steps or (count if count > 0 else None)

    def _open(self, pass_index):
        return iter(self.origin.as_numpy_iterator())
