"""Cross-entropies between targets and predictions, element by element: what the losses of the same name average."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.config import floatx
from tricorn.core.op import Index, Tensor, op
from tricorn.core.symbolic import KerasTensor
from tricorn.core.targets import check_axis, check_same_shape, squeezes_labels


def _categorical_rule(target, output, from_logits=False, axis=-1):
    check_same_shape("ops.categorical_crossentropy", target.shape, output.shape)
    check_axis("ops.categorical_crossentropy", output.shape, axis)
    return KerasTensor(rules.reduce_shape(output.shape, axis), _float(output.dtype), record_history=False)


def _sparse_rule(target, output, from_logits=False, axis=-1):
    squeezes_labels("ops.sparse_categorical_crossentropy", target.shape, output.shape, axis)
    return KerasTensor(rules.reduce_shape(output.shape, axis), _float(output.dtype), record_history=False)


def _binary_rule(target, output, from_logits=False):
    check_same_shape("ops.binary_crossentropy", target.shape, output.shape)
    return KerasTensor(output.shape, _float(output.dtype), record_history=False)


def _float(dtype):
    return dtype if "float" in dtype else floatx()


@op(rule=_categorical_rule, dtype=rules.FLOAT)
def categorical_crossentropy(target: Index, output: Tensor, from_logits=False, axis=-1):
    """-sum(target * log(output)) over the classes.

    From logits it is exact, however large they are; prefer that.

    Args:
        target: Probabilities of the classes (one-hot as a rule), of the shape of `output`.
        output: Any shape of rank 1 or more: predicted probabilities, divided by their sum over the classes and kept away
            from 0 and 1 by `config.epsilon()`; or logits.
        from_logits: Whether `output` holds logits.
        axis: The axis of the classes.

    Returns:
        The shape of `output` without `axis`; dtype of `output`, floating.

    Raises:
        ValueError: The shapes differ, or there is no such axis.

    Example:
        >>> target, logits = np.array([[0.0, 1.0]]), np.array([[1.0, 1.0]])
        >>> ops.categorical_crossentropy(target, logits, from_logits=True).round(4)
        array([0.6931])
    """


@op(rule=_sparse_rule, dtype=rules.FLOAT)
def sparse_categorical_crossentropy(target: Index, output: Tensor, from_logits=False, axis=-1):
    """-log(output[target]): `categorical_crossentropy` of integer labels.

    Args:
        target: Integer labels of the shape of `output` without `axis`; a last axis of size 1 is dropped. A label that
            is no class gives an error, or NaN where a compiled program cannot raise one (JAX, and GPUs).
        output: As in `categorical_crossentropy`.
        from_logits: Whether `output` holds logits.
        axis: The axis of the classes.

    Returns:
        The shape of `output` without `axis`; dtype of `output`, floating.

    Raises:
        ValueError: The shapes do not fit. Another error of the engine: a label is no class.

    Example:
        >>> ops.sparse_categorical_crossentropy(np.array([1, 0]), np.array([[0.5, 0.5], [0.25, 0.75]])).round(4)
        array([0.6931, 1.3863])
    """


@op(rule=_binary_rule, dtype=rules.FLOAT)
def binary_crossentropy(target: Index, output: Tensor, from_logits=False):
    """-(target * log(output) + (1 - target) * log(1 - output)).

    Args:
        target: Probabilities, of the shape of `output`.
        output: Any shape: predicted probabilities, kept away from 0 and 1 by `config.epsilon()`; or logits, from which
            it is exact however large they are.
        from_logits: Whether `output` holds logits.

    Returns:
        The shape of `output`; its dtype, floating.

    Raises:
        ValueError: The shapes differ.

    Example:
        >>> ops.binary_crossentropy(np.array([1.0, 0.0]), np.array([0.5, 0.25])).round(4)
        array([0.6931, 0.2877])
    """
