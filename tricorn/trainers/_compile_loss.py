"""The loss of a compiled model: losses, weights and outputs matched up once, at the first batch."""

from __future__ import annotations

import math

import numpy as np

from tricorn import losses as _losses, ops
from tricorn.core.errors import bad_argument
from tricorn.metrics import Mean


class CompileLoss:
    """Losses for one or several outputs, summed with weights.

    Args:
        loss: A loss (instance, name or function), or a structure of them like the model's outputs; None entries have no
            loss.
        loss_weights: Numbers, in the same structure; 1 by default.
        output_names: Names of the model's outputs, or None if it has no graph.
    """

    def __init__(self, loss, loss_weights=None, output_names=None):
        _check_no_strings_of_losses(loss)
        self._loss = loss
        self._weights = loss_weights
        self._names = output_names
        self.built = False
        self.trackers = []

    def build(self, y, y_pred):
        """Match losses with outputs, given targets and predictions (or specs of them)."""
        outputs = flatten_outputs(y_pred, self._names)
        self._entries = self._matched(outputs)
        self._check_targets(y, outputs)
        self._several = len(self._entries) > 1
        if self._several:
            self.trackers = [
                Mean(name=f"{name}_loss") if loss is not None else None for name, loss, _ in self._entries
            ]
        self.built = True

    def check(self, y_pred=None):
        """Find at once what is wrong with the losses, and with how they fit the outputs `y_pred` if these are known."""
        if y_pred is not None:
            self._matched(flatten_outputs(y_pred, self._names))
        else:
            for _, loss in _named(self._loss):
                get_loss(loss)

    def _matched(self, outputs):
        """`(name of the output, its loss or None, its weight)` for each output."""
        where = "compile(loss=...)"
        losses = match(self._loss, outputs, where)
        weights = match(self._weights, outputs, "compile(loss_weights=...)", default=1.0)
        entries = [(name, get_loss(loss), _factor(weight, name))
                   for (name, _), loss, weight in zip(outputs, losses, weights, strict=True)]  # fmt: skip
        if all(loss is None for _, loss, _ in entries):
            raise bad_argument(where, "no output has a loss.", given=repr(self._loss))
        return entries

    def _check_targets(self, y, outputs):
        targets = match_targets(y, outputs, "fit")
        for (name, prediction), (_, loss, _), target in zip(outputs, self._entries, targets, strict=True):
            if loss is not None and target is None:
                raise bad_argument(
                    "fit", f"the output {name!r} has a loss but no target.",
                    expected=f"targets for {[n for n, _ in outputs]}", given=f"y={describe_structure(y)}",
                    hint="pass y, or compile without a loss for it",
                )  # fmt: skip
            if loss is not None and prediction is None:
                raise bad_argument("fit", f"the output {name!r} is None, but has a loss.")

    def __call__(self, y, y_pred, sample_weight=None):
        """The total loss: a scalar tensor. Also updates the trackers of single outputs' losses."""
        if y is None:
            raise bad_argument("compile(loss=...)", "there is a loss but there are no targets.",
                               hint="pass y (or validation_data=(x, y)), or compile without a loss")  # fmt: skip
        if not self.built:
            self.build(y, y_pred)
        if not self._several:
            _, loss, weight = self._entries[0]
            y, y_pred, sample_weight = only(y), only(y_pred), only(sample_weight)
            value = loss(y, y_pred, sample_weight)
            return value if weight == 1.0 else value * weight
        outputs = flatten_outputs(y_pred, self._names)
        targets = match_targets(y, outputs, "fit")
        weights = match_targets(sample_weight, outputs, "fit", broadcast=True)
        total = None
        for (_, prediction), (_, loss, factor), target, weight, tracker in zip(
            outputs, self._entries, targets, weights, self.trackers, strict=True
        ):
            if loss is None:
                continue
            value = loss(target, prediction, weight)
            rows = first_size(prediction)
            tracker.update_state(ops.stop_gradient(value), sample_weight=rows)
            value = value if factor == 1.0 else value * factor
            total = value if total is None else total + value
        return total


def only(tree):
    """The one leaf of a structure of one."""
    while isinstance(tree, (list, tuple)) and len(tree) == 1:
        tree = tree[0]
    if isinstance(tree, dict) and len(tree) == 1:
        return only(next(iter(tree.values())))
    return tree


def first_size(tensor):
    """The batch size of a tensor: an int, or a scalar tensor in a graph of unknown sizes."""
    size = tensor.shape[0] if len(tensor.shape) else 1
    return ops.shape(tensor)[0] if size is None else size


def _factor(weight, name):
    if weight is None:
        return 1.0
    if (
        isinstance(weight, bool)
        or not isinstance(weight, (int, float, np.number))
        or not math.isfinite(weight)
    ):
        raise bad_argument("compile(loss_weights=...)", f"the weight of the output {name!r} is not a finite number.",
                           given=repr(weight))  # fmt: skip
    return float(weight)


def get_loss(loss):
    if loss is None:
        return None
    if isinstance(loss, type):
        raise bad_argument("compile(loss=...)", "a loss is a class where an instance is expected.",
                           given=loss.__name__, hint=f"{loss.__name__}()", error=TypeError)  # fmt: skip
    found = _losses.get(loss)
    if isinstance(found, _losses.Loss):
        return found
    return _losses.LossFunctionWrapper(found, name=getattr(found, "__name__", "loss"))


def _check_no_strings_of_losses(loss):
    if loss is not None and not (callable(loss) or isinstance(loss, (str, dict, list, tuple))):
        raise bad_argument("compile(loss=...)", "not a loss.", expected="a Loss, a name, a function, or a structure of them",
                           given=repr(loss), error=TypeError)  # fmt: skip


def flatten_outputs(y_pred, names=None):
    """Pairs (name, tensor) of the outputs."""
    if isinstance(y_pred, dict):
        return [(key if not inner else f"{key}_{inner}", tensor)
                for key in y_pred for inner, tensor in _named(y_pred[key])]  # fmt: skip
    leaves = [tensor for _, tensor in _named(y_pred)]
    if names is None or len(names) != len(leaves):
        names = ["output"] if len(leaves) == 1 else [f"output_{index}" for index in range(len(leaves))]
    if len(set(names)) != len(names):
        names = [
            f"{name}_{index}" if list(names).count(name) > 1 else name for index, name in enumerate(names)
        ]
    return list(zip(names, leaves, strict=True))


def _named(tree, prefix=""):
    if isinstance(tree, (list, tuple)):
        for index, item in enumerate(tree):
            yield from _named(item, f"{prefix}_{index}" if prefix else str(index))
    elif isinstance(tree, dict):
        for key, item in tree.items():
            yield from _named(item, f"{prefix}_{key}" if prefix else str(key))
    else:
        yield prefix, tree


def match(tree, outputs, where, default=None):
    """Entries of `tree` (one for all, a list, or a dict by output name), one per output.

    Raises:
        ValueError: The numbers or names do not fit.
    """
    if tree is None:
        return [default] * len(outputs)
    names = [name for name, _ in outputs]
    if isinstance(tree, dict):
        unknown = [key for key in tree if key not in names]
        if unknown:
            raise bad_argument(where, "a name is not that of an output.", expected=", ".join(names),
                               given=", ".join(map(repr, tree)))  # fmt: skip
        return [tree.get(name, default) for name in names]
    if isinstance(tree, (list, tuple)):
        leaves = list(tree)
        if len(leaves) != len(outputs):
            raise bad_argument(where, "the number of entries differs from the number of outputs.",
                               expected=f"{len(outputs)} ({', '.join(names)})", given=len(leaves))  # fmt: skip
        return leaves
    return [tree] * len(outputs)


def match_targets(tree, outputs, where, broadcast=False):
    """Targets (or sample weights) per output."""
    if tree is None:
        return [None] * len(outputs)
    if isinstance(tree, dict):
        named = {}
        for key, value in tree.items():
            for inner, leaf in _named(value):
                named[key if not inner else f"{key}_{inner}"] = leaf
        unknown = [key for key in named if key not in {name for name, _ in outputs}]
        if unknown:
            raise bad_argument(where, "the targets name an output that the model does not have.",
                               expected=", ".join(name for name, _ in outputs), given=", ".join(map(repr, tree)))  # fmt: skip
        return [named.get(name) for name, _ in outputs]
    leaves = [leaf for _, leaf in _named(tree)]
    if len(leaves) == 1 and broadcast:
        return leaves * len(outputs)
    if len(leaves) != len(outputs):
        raise bad_argument(where, "the number of targets differs from the number of outputs.",
                           expected=f"{len(outputs)} ({', '.join(name for name, _ in outputs)})",
                           given=f"{len(leaves)}")  # fmt: skip
    return leaves


def describe_structure(tree):
    if tree is None:
        return "None"
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key!r}: {describe_structure(item)}" for key, item in tree.items()) + "}"
    if isinstance(tree, (list, tuple)):
        return "[" + ", ".join(describe_structure(item) for item in tree) + "]"
    return f"{tuple(getattr(tree, 'shape', ()))}"
