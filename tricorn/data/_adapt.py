"""From what the user passes to `fit` to a `Source`."""

from __future__ import annotations

import numpy as np

from tricorn.core.errors import bad_argument, describe
from tricorn.data._arrays import ArraySource
from tricorn.data._convert import LazyRows, is_sparse
from tricorn.data._generator import IterableSource
from tricorn.data._pydataset import PyDataset, PyDatasetSource
from tricorn.data._structure import is_container, leaves_of
from tricorn.data._tensorflow import TFDatasetSource, is_tf_dataset
from tricorn.data._torch import DataLoaderSource, is_data_loader, is_torch_dataset


def adapt(
    x,
    y=None,
    sample_weight=None,
    *,
    batch_size=None,
    steps=None,
    shuffle=False,
    class_weight=None,
    seed=None,
    where="fit",
):
    """Put the data behind one interface.

    Args:
        x: NumPy arrays, tensors of any engine, data frames or sparse matrices, alone or in tuples, lists and
            dicts; or a `PyDataset`, `tf.data.Dataset`, `torch.utils.data.DataLoader`, generator or iterable
            of batches.
        y: The targets, where `x` doesn't bring them.
        sample_weight: Weights of the rows (or of each output's), where `x` doesn't bring them.
        batch_size: Rows in a batch of in-memory data; 32 if None.
        steps: Batches of an epoch; None for all there are.
        shuffle: True, False or "batch", for in-memory data; a `PyDataset` changes the order of its batches.
        class_weight: Dict from class id to weight; what isn't named weighs 1.
        seed: Fixes the order of shuffled rows. None draws one from `np.random`, which `set_random_seed`
            seeds.
        where: The caller, for errors.

    Returns:
        A `Source`.

    Raises:
        ValueError: No data, lengths that differ, arguments that the kind of data has no use for.
        TypeError: Something that is no data.
    """
    if seed is None:
        seed = int(np.random.randint(2**31)) if shuffle else 0
    if is_in_memory(x):
        return ArraySource(x, y, sample_weight, batch_size=batch_size, steps=steps, shuffle=shuffle,
                           class_weight=class_weight, seed=seed, where=where)  # fmt: skip
    options = {"steps": steps, "class_weight": class_weight, "where": where}
    if isinstance(x, PyDataset):
        _refuse(where, "a PyDataset", y, sample_weight, batch_size)
        return PyDatasetSource(x, shuffle=bool(shuffle), seed=seed, **options)
    if is_tf_dataset(x):
        _refuse(where, "a tf.data.Dataset", y, sample_weight, batch_size)
        return TFDatasetSource(x, **options)
    if is_data_loader(x):
        _refuse(where, "a DataLoader", y, sample_weight, batch_size)
        return DataLoaderSource(x, **options)
    if is_torch_dataset(x):
        raise bad_argument(
            where,
            "a torch Dataset yields single rows.",
            expected="batches",
            given=type(x).__name__,
            hint="torch.utils.data.DataLoader(dataset, batch_size=32)",
            error=TypeError,
        )
    if isinstance(x, (str, bytes)) or not hasattr(x, "__iter__"):
        raise bad_argument(
            where,
            "`x` is no data.",
            given=f"{type(x).__name__}: {describe(x)}",
            error=TypeError,
            expected="arrays, tensors, data frames, a PyDataset, tf.data.Dataset, DataLoader or generator",
        )
    _refuse(where, "a generator" if hasattr(x, "__next__") else "an iterable", y, sample_weight, batch_size)
    return IterableSource(x, **options)


def is_in_memory(x):
    """True for arrays, tensors, frames, and for containers, whose leaves are checked at conversion."""
    if isinstance(x, (np.ndarray, np.generic, LazyRows, int, float)) or is_sparse(x):
        return True
    if is_container(x):
        return not any(
            isinstance(leaf, PyDataset) or is_tf_dataset(leaf) or is_data_loader(leaf)
            for leaf in leaves_of(x)
        )
    return (hasattr(x, "shape") and hasattr(x, "dtype")) or hasattr(x, "iloc")


def _refuse(where, kind, y, sample_weight, batch_size):
    for name, value in (("y", y), ("sample_weight", sample_weight)):
        if value is not None:
            raise bad_argument(
                where,
                f"{kind} brings its own `{name}`.",
                expected=f"`{name}` in what it yields",
                given=f"{name}={describe(value)}",
                hint="yield (x, y) or (x, y, sample_weight)",
            )
    if batch_size is not None:
        raise bad_argument(
            where,
            f"{kind} decides on the size of its batches.",
            expected="batch_size=None",
            given=f"batch_size={batch_size!r}",
            hint="set the batch size where the data is made",
        )
