"""The metrics of a compiled model, matched with its outputs once, at the first batch."""

from __future__ import annotations

from tricorn import metrics as _metrics
from tricorn.core.errors import bad_argument
from tricorn.trainers._compile_loss import flatten_outputs, match_targets


class CompileMetrics:
    """Metrics for one or several outputs.

    Args:
        metrics: Metrics (instances, names, functions) in a list, or in a structure of lists like the outputs.
        weighted_metrics: The same, for metrics that take the sample weights.
        output_names: Names of the model's outputs, or None.
    """

    def __init__(self, metrics, weighted_metrics, output_names=None):
        for label, given in (("metrics", metrics), ("weighted_metrics", weighted_metrics)):
            if given is not None and not isinstance(given, (list, tuple, dict)):
                raise bad_argument(f"compile({label}=...)", "must be a list or a dict.", given=repr(given),
                                   hint=f"{label}=[{given!r}]")  # fmt: skip
        self._given = (metrics, weighted_metrics)
        self._names = output_names
        self.built = False
        self.entries = []  # (name in the logs, metric, index of the output, takes sample weights)

    @property
    def metrics(self):
        return [metric for _, metric, _, _ in self.entries]

    def build(self, y, y_pred):
        """Match metrics with outputs and choose the variants of "accuracy" and "crossentropy" by the shapes."""
        outputs = flatten_outputs(y_pred, self._names)
        targets = match_targets(y, outputs, "fit")
        several = len(outputs) > 1
        self.entries = []
        for given, weighted in zip(self._given, (False, True), strict=True):
            for index, metrics in enumerate(_per_output(given, outputs)):
                name, prediction = outputs[index]
                for metric in metrics:
                    if metric is None:
                        continue
                    if targets[index] is None:
                        raise bad_argument(
                            "compile(metrics=...)", f"the output {name!r} has metrics but no target."
                        )
                    made = get_metric(metric, targets[index], prediction)
                    label = f"{name}_{made.name}" if several else made.name
                    self.entries.append((label, made, index, weighted))
        self._number_equal_names()
        self._several = several
        self.built = True

    def check(self, y_pred=None):
        """Find at once what is wrong with the metrics, and with how they fit the outputs `y_pred` if these are known."""
        outputs = flatten_outputs(y_pred, self._names) if y_pred is not None else None
        for given in self._given:
            per_output = _per_output(given, outputs) if outputs is not None else [_leaves(given)]
            for metric in (metric for metrics in per_output for metric in metrics):
                _check_metric(metric)

    def _number_equal_names(self):
        seen = {}
        for position, (label, metric, index, weighted) in enumerate(self.entries):
            count = seen.get(label, 0)
            seen[label] = count + 1
            if count:
                self.entries[position] = (f"{label}_{count}", metric, index, weighted)

    def update(self, y, y_pred, sample_weight=None):
        if not self.entries:
            return
        if not self._several:
            from tricorn.trainers._compile_loss import only

            y, y_pred, sample_weight = only(y), only(y_pred), only(sample_weight)
            for _, metric, _, weighted in self.entries:
                if weighted and sample_weight is not None:
                    metric.update_state(y, y_pred, sample_weight)
                else:
                    metric.update_state(y, y_pred)
            return
        outputs = flatten_outputs(y_pred, self._names)
        targets = match_targets(y, outputs, "fit")
        weights = match_targets(sample_weight, outputs, "fit", broadcast=True)
        for _, metric, index, weighted in self.entries:
            if weighted and weights[index] is not None:
                metric.update_state(targets[index], outputs[index][1], weights[index])
            else:
                metric.update_state(targets[index], outputs[index][1])

    def results(self):
        """Logs: names to tensors; a metric whose result is a dict gives its own names."""
        logs = {}
        for label, metric, _, _ in self.entries:
            result = metric.result()
            if isinstance(result, dict):
                logs.update(result)
            else:
                logs[label] = result
        return logs


def _per_output(given, outputs):
    """A list of metrics per output."""
    if not given:
        return [[] for _ in outputs]
    names = [name for name, _ in outputs]
    if isinstance(given, dict):
        unknown = [key for key in given if key not in names]
        if unknown:
            raise bad_argument("compile(metrics=...)", "a name is not that of an output.", expected=", ".join(names),
                               given=", ".join(map(repr, given)))  # fmt: skip
        return [_as_list(given.get(name)) for name in names]
    if len(outputs) == 1:
        flat = []
        for item in given:
            flat.extend(_as_list(item))
        return [flat]
    if len(given) == len(outputs) and any(isinstance(item, (list, tuple)) or item is None for item in given):
        return [_as_list(item) for item in given]
    if len(given) == len(outputs):
        return [_as_list(item) for item in given]
    raise bad_argument("compile(metrics=...)", "for several outputs, metrics are given per output.",
                       expected=f"a list of {len(outputs)} lists, or a dict with keys among {names}",
                       given=repr(given)[:200])  # fmt: skip


def _as_list(item):
    if item is None:
        return []
    return list(item) if isinstance(item, (list, tuple)) else [item]


def _leaves(tree):
    if isinstance(tree, (list, tuple, dict)):
        items = tree.values() if isinstance(tree, dict) else tree
        return [leaf for item in items for leaf in _leaves(item)]
    return [tree]


def _check_metric(metric):
    if isinstance(metric, type):
        raise bad_argument("compile(metrics=...)", "a metric is a class where an instance is expected.",
                           given=metric.__name__, hint=f"{metric.__name__}()", error=TypeError)  # fmt: skip
    if not isinstance(metric, _metrics.Metric) and metric is not None and not _is_by_shape(metric):
        _metrics.get(metric)


def _is_by_shape(metric):
    """Whether it is a name that means one of several metrics, after the shapes of target and prediction."""
    return isinstance(metric, str) and metric.lower() in ("accuracy", "acc", "crossentropy", "ce")


def get_metric(metric, y, y_pred):
    """A Metric; "accuracy" and "crossentropy" become the variant that fits the shapes of target and prediction."""
    if isinstance(metric, _metrics.Metric):
        return metric
    if isinstance(metric, str) and metric.lower() in ("accuracy", "acc"):
        binary, sparse = _kind(y, y_pred)
        cls = (_metrics.BinaryAccuracy if binary else
               _metrics.SparseCategoricalAccuracy if sparse else _metrics.CategoricalAccuracy)  # fmt: skip
        return cls(name=metric)
    if isinstance(metric, str) and metric.lower() in ("crossentropy", "ce"):
        binary, sparse = _kind(y, y_pred)
        cls = (_metrics.BinaryCrossentropy if binary else
               _metrics.SparseCategoricalCrossentropy if sparse else _metrics.CategoricalCrossentropy)  # fmt: skip
        return cls(name=metric)
    found = _metrics.get(metric)
    if isinstance(found, _metrics.Metric):
        if isinstance(metric, str):
            found.name = metric
        return found
    name = metric if isinstance(metric, str) else getattr(found, "__name__", "metric")
    return _metrics.MeanMetricWrapper(found, name=name)


def _kind(y, y_pred):
    """(is binary, has integer class labels)."""
    predicted, target = tuple(y_pred.shape), tuple(getattr(y, "shape", ()))
    binary = len(predicted) == 0 or predicted[-1] == 1 or len(predicted) == 1
    sparse = len(target) < len(predicted) or (len(target) and target[-1] == 1 and predicted[-1] != 1)
    return binary, sparse
