"""Cross-entropies between targets and predictions, element by element: what the losses of the same name average."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.config import floatx
from tricorn.core.op import Tensor, op
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


@op(rule=_categorical_rule)
def categorical_crossentropy(target: Tensor, output: Tensor, from_logits=False, axis=-1):
    """-sum(target * log(output)) over the classes.

    Args:
        target: Probabilities of the classes (one-hot as a rule), of the shape of `output`.
        output: Predicted probabilities, normalised and kept away from 0 and 1 by `config.epsilon()`; or logits.
        from_logits: Whether `output` holds logits.
        axis: The axis of the classes.

    Returns:
        The shape of `output` without `axis`.
    """


@op(rule=_sparse_rule)
def sparse_categorical_crossentropy(target: Tensor, output: Tensor, from_logits=False, axis=-1):
    """-log(output[target]): `categorical_crossentropy` of integer labels.

    Args:
        target: Integer labels of the shape of `output` without `axis`; a last axis of size 1 is dropped. A label that
            is no class gives an error, or NaN where a compiled program cannot raise one (JAX, and GPUs).
        output: As in `categorical_crossentropy`.
        from_logits: Whether `output` holds logits.
        axis: The axis of the classes.

    Raises:
        ValueError: The shapes do not fit.
    """


@op(rule=_binary_rule)
def binary_crossentropy(target: Tensor, output: Tensor, from_logits=False):
    """-(target * log(output) + (1 - target) * log(1 - output)).

    Args:
        target: Probabilities, of the shape of `output`.
        output: Predicted probabilities, kept away from 0 and 1 by `config.epsilon()`; or logits.
        from_logits: Whether `output` holds logits.
    """
