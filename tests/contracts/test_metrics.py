"""Every metric: values over uneven batches, weights, masks, stateless forms, state, configuration, errors."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from tests.contracts.metric_cases import CASES, LABELS, SCORES, SIGNED, SIGNED_TOO, WEIGHTS
from tests.support.oracle import OracleError, oracle
from tricorn import losses, metrics, ops
from tricorn.core.backend import backend_of, backend_scope, get_backend
from tricorn.core.masks import set_mask


def tensor(backend, x):
    return get_backend(backend).convert_to_tensor(x)


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


def metric_of(case, **arguments):
    return getattr(metrics, case.name)(**case.arguments, **arguments)


def fill(metric, case, backend, weights=None):
    for inputs, part in case.batches(weights):
        metric.update_state(*[tensor(backend, x) for x in inputs], sample_weight=part)
    return metric


@pytest.fixture(scope="module")
def reference():
    """The reference's values, plain and weighted, and its state."""
    code = """
result = []
for weights in ((None, w) if weighted else (None,)):
    m = getattr(keras.metrics, name)(**arguments)
    for inputs, part in batches:
        m.update_state(*inputs, sample_weight=None if weights is None else part)
    result.append((np.asarray(m.result()), {v.name: tuple(v.shape) for v in m.variables}, m.name))
"""
    pieces = [
        (code, {"name": case.name, "arguments": case.arguments, "batches": list(case.batches(WEIGHTS)), "w": WEIGHTS,
                "weighted": case.weighted})
        for case in CASES
    ]  # fmt: skip
    return dict(zip(map(str, CASES), oracle("numpy").run_many(pieces)))


# --- values --------------------------------------------------------------------------------------
@pytest.mark.parametrize("case", CASES, ids=str)
def test_values(case, backend, reference):
    answer = reference[str(case)]
    assert not isinstance(answer, OracleError), answer
    with backend_scope(backend):
        metric = fill(metric_of(case), case, backend)
        value = array(metric.result())
        assert value.dtype == "float32"
        np.testing.assert_allclose(value, case.expected(), rtol=1e-4, atol=1e-5)
        if case.reference:
            np.testing.assert_allclose(value, answer[0][0], rtol=1e-4, atol=1e-5)
        assert {variable.name: variable.shape for variable in metric.variables} == case.state == answer[0][1]
        assert metric.name == answer[0][2] or metric.name.rstrip("_0123456789") == answer[0][2].rstrip(
            "_0123456789"
        )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_weights(case, backend, reference):
    with backend_scope(backend):
        value = array(fill(metric_of(case), case, backend, WEIGHTS).result())
        np.testing.assert_allclose(value, case.expected(WEIGHTS), rtol=1e-4, atol=1e-5)
        if case.weighted:
            np.testing.assert_allclose(value, reference[str(case)][1][0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_reset_and_stateless_forms(case, backend):
    with backend_scope(backend):
        metric = fill(metric_of(case), case, backend, WEIGHTS)
        before = [array(variable) for variable in metric.variables]
        expected = array(metric.result())
        state = metric.stateless_reset_state()
        for inputs, part in case.batches(WEIGHTS):
            state = metric.stateless_update_state(
                state, *[tensor(backend, x) for x in inputs], sample_weight=part
            )
        np.testing.assert_allclose(array(metric.stateless_result(state)), expected, rtol=1e-5, atol=1e-6)
        for variable, value in zip(metric.variables, before, strict=True):
            np.testing.assert_array_equal(array(variable), value)
        metric.reset_state()
        assert all(not array(variable).any() for variable in metric.variables)
        inputs, part = next(case.batches(WEIGHTS))
        called = metric(*inputs, sample_weight=part)
        again = metric_of(case)
        again.update_state(*inputs, part)
        np.testing.assert_array_equal(array(called), array(again.result()))


@pytest.mark.parametrize("case", [case for case in CASES if hasattr(metrics, case.name)
                                  and hasattr(getattr(metrics, case.name), "batch_sums")], ids=str)  # fmt: skip
def test_batch_sums_are_what_an_update_adds(case, backend):
    with backend_scope(backend):
        metric = metric_of(case)
        inputs, part = next(case.batches(WEIGHTS))
        inputs = [tensor(backend, x) for x in inputs]
        for weights in (None, part):
            total, count = metric.batch_sums(*inputs, sample_weight=weights)
            assert not any(array(variable).any() for variable in metric.variables)
            metric.update_state(*inputs, sample_weight=weights)
            state = [float(array(variable)) for variable in metric.variables]
            assert state == pytest.approx([float(total), float(count)][: len(state)], rel=1e-6)
            assert weights is not None or case.arguments.get("ignore_class") or isinstance(count, int)
            metric.reset_state()


def test_compiled_update():
    """The stateless forms run inside jax.jit, and the stateful ones inside tf.function, with unknown sizes."""
    jax, tf = pytest.importorskip("jax"), pytest.importorskip("tensorflow")
    for case in CASES:
        inputs = [np.asarray(x) for x in case.inputs]
        with backend_scope("jax"):
            metric = fill(metric_of(case), case, "jax")
            expected = array(metric.result())
            state = metric.stateless_reset_state()
            state = jax.jit(metric.stateless_update_state)(state, *inputs)
            np.testing.assert_allclose(
                jax.jit(metric.stateless_result)(state), expected, rtol=1e-4, err_msg=str(case)
            )
        with backend_scope("tensorflow"):
            metric = fill(metric_of(case), case, "tensorflow")
            metric.reset_state()
            signature = [tf.TensorSpec((None, *x.shape[1:]), x.dtype) for x in inputs]
            tf.function(metric.update_state, input_signature=signature)(*inputs)
            np.testing.assert_allclose(array(metric.result()), expected, rtol=1e-4, err_msg=str(case))


@pytest.mark.parametrize(
    "mask", [np.array([True, False, True, True]), np.zeros(4, bool)], ids=["some", "none"]
)
@pytest.mark.parametrize("weighted", [False, True])
def test_masks(mask, weighted, backend):
    weights = np.array([1.0, 2, 3, 4], "float32") if weighted else None
    values = ((SIGNED - SIGNED_TOO) ** 2).mean(-1)[:4]
    kept = mask * (weights if weighted else 1.0)
    with backend_scope(backend):
        y_pred = tensor(backend, SIGNED_TOO[:4].copy())
        set_mask(y_pred, tensor(backend, mask))
        metric = metrics.MeanSquaredError()
        metric.update_state(SIGNED[:4], y_pred, sample_weight=weights)
        expected = (values * kept).sum() / kept.sum() if kept.any() else 0.0
        assert float(array(metric.result())) == pytest.approx(float(expected), rel=1e-5)


MEANS = [
    ((3,), None), ((3,), (3,)), ((3,), ()), ((3, 2), (3,)), ((3, 2), (3, 1)), ((3, 2), (3, 2)), ((3, 2, 4), (3, 2)),
    ((), None), ((), ()), ((3, 1), (3,)), ((3,), (3, 1)),
]  # fmt: skip


@pytest.mark.parametrize("name", ["Mean", "Sum"])
@pytest.mark.parametrize("shapes", MEANS, ids=str)
def test_shapes_of_values_and_weights(name, shapes, backend):
    rng = np.random.default_rng(0)
    values = rng.random(shapes[0], "float32")
    weights = None if shapes[1] is None else rng.random(shapes[1], "float32")
    answer = oracle("numpy").run("m = getattr(keras.metrics, name)(); m.update_state(x, w)\n"
                               "result = [m.result(), m.variables]", name=name, x=values, w=weights)  # fmt: skip
    with backend_scope(backend):
        metric = getattr(metrics, name)()
        metric.update_state(tensor(backend, values), weights)
        np.testing.assert_allclose(array(metric.result()), answer[0], rtol=1e-5)
        for variable, expected in zip(metric.variables, answer[1], strict=True):
            np.testing.assert_allclose(array(variable), expected, rtol=1e-5)


def test_nothing_yet_is_zero(backend):
    with backend_scope(backend):
        assert float(array(metrics.Mean().result())) == 0
        assert float(array(metrics.Precision().result())) == 0


def test_a_vector_counts_its_samples(backend):
    with backend_scope(backend):
        metric = metrics.MeanAbsoluteError()
        metric.update_state(np.zeros(3), np.array([1.0, 2, 3]))
        metric.update_state(np.zeros(1), np.array([10.0]), sample_weight=np.array([2.0]))
        assert float(array(metric.result())) == pytest.approx(26 / 5)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_mixed_dtypes(dtype, backend):
    with backend_scope(backend):
        y_pred = get_backend(backend).convert_to_tensor(SCORES, dtype)
        for name in ("MeanSquaredError", "BinaryAccuracy", "AUC", "CosineSimilarity"):
            metric, exact = getattr(metrics, name)(), getattr(metrics, name)()
            bits = (SIGNED > 0).astype("int32")
            metric.update_state(bits, y_pred)
            exact.update_state(bits, SCORES)
            assert ops.dtype(metric.result()) == "float32"
            assert float(array(metric.result())) == pytest.approx(float(array(exact.result())), rel=2e-2)
        for labels in (LABELS.astype("uint8"), LABELS.astype("int64"), LABELS.astype("float32")):
            metric = metrics.SparseCategoricalAccuracy()
            metric.update_state(tensor(backend, labels), y_pred)
            assert float(array(metric.result())) == pytest.approx((SCORES.argmax(-1) == LABELS).mean())


def test_top_k_out_of_range_and_not_finite(backend):
    labels, scores = (
        np.array([-1, 5, 0, 1]),
        np.array([[1.0, 2, 3], [1, 2, 3], [np.nan, 1, 2], [1, 1, 1]], "float32"),
    )
    with backend_scope(backend):
        hits = metrics.sparse_top_k_categorical_accuracy(
            tensor(backend, labels), tensor(backend, scores), k=2
        )
        np.testing.assert_array_equal(array(hits), [0, 0, 0, 1])


def test_sorted_ids(backend):
    with backend_scope(backend):
        metric = metrics.SparseTopKCategoricalAccuracy(k=2, from_sorted_ids=True)
        metric.update_state(np.array([2, 1]), tensor(backend, np.array([[1, 0, 2], [1, 0, 2]])))
        assert float(array(metric.result())) == 0.5


FUNCTIONS = [
    ("binary_accuracy", (SIGNED > 0) * 1.0, SCORES, {"threshold": 0.4}),
    ("categorical_accuracy", np.eye(3)[LABELS], SCORES, {}), ("sparse_categorical_accuracy", LABELS, SCORES, {}),
    ("top_k_categorical_accuracy", np.eye(3)[LABELS], SCORES, {"k": 2}),
    ("pearson_correlation", SIGNED, SIGNED_TOO, {}),
    ("sparse_top_k_categorical_accuracy", LABELS, SCORES, {"k": 2}),
    ("concordance_correlation", SIGNED, SIGNED_TOO, {"axis": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "y_true", "y_pred", "arguments"), FUNCTIONS, ids=[f[0] for f in FUNCTIONS])
def test_functions(name, y_true, y_pred, arguments, backend):
    expected = oracle("numpy").call(f"metrics.{name}", y_true, y_pred, **arguments)
    with backend_scope(backend):
        value = getattr(metrics, name)(tensor(backend, y_true), tensor(backend, y_pred), **arguments)
        np.testing.assert_allclose(array(value), expected, rtol=1e-4, atol=1e-5)


# --- engines -------------------------------------------------------------------------------------
def test_a_metric_stays_on_its_engine(backend):
    other = "torch" if backend != "torch" else "jax"
    with backend_scope(backend):
        metric = metrics.AUC()
        custom = Largest()
    with backend_scope(other):
        metric.update_state(tensor(other, (SIGNED > 0) * 1.0), tensor(other, SCORES))
        custom.update_state(None, tensor(other, SCORES))
        for result in (metric.result(), custom.result()):
            assert backend_of(result) is (get_backend(backend) if backend != "numpy" else None)
        assert float(array(custom.result())) == SCORES.max()
        moved = metric.move_to(other)
        assert moved is metric and backend_of(metric.result()).name == other
        metric.update_state((SIGNED > 0) * 1.0, SCORES)


class Largest(metrics.Metric):
    """As a user would write it, with ops that have no tensor among their arguments."""

    def __init__(self, name="largest", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.value = self.add_weight(name="value")
        self.parts = [metrics.Mean(name="inner")]

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.value.assign(ops.max(ops.add(self.value, ops.zeros(())) * 0 + ops.max(y_pred)))
        self.parts[0].update_state(y_pred)

    def result(self):
        return ops.multiply(self.value, ops.ones(()))


def test_a_users_metric(backend):
    with backend_scope(backend):
        metric = Largest()
        assert [variable.path for variable in metric.variables] == [
            "largest/value",
            "inner/total",
            "inner/count",
        ]
        assert float(array(metric(None, SCORES))) == SCORES.max()
        state = metric.stateless_update_state(metric.stateless_reset_state(), None, SCORES * 2)
        assert float(array(metric.stateless_result(state))) == pytest.approx(2 * SCORES.max())
        metric.reset_state()
        assert float(array(metric.result())) == 0 and float(array(metric.parts[0].result())) == 0


def test_results_do_not_change_later(backend):
    with backend_scope(backend):
        for name in ("Sum", "Mean"):
            metric = getattr(metrics, name)()
            metric.update_state([1.0])
            result = metric.result()
            metric.update_state([5.0])
            assert float(array(result)) == 1


# --- configuration -------------------------------------------------------------------------------
@pytest.mark.parametrize("case", CASES, ids=str)
def test_configuration(case):
    with backend_scope("numpy"):
        metric = metric_of(case, name="mine")
        config = json.loads(json.dumps(metrics.serialize(metric)))
        assert config["module"] == "keras.metrics" and config["class_name"] == case.name
        expected = array(fill(metric, case, "numpy").result())
        for again in (
            metrics.deserialize(config),
            type(metric).from_config(metric.get_config()),
            metrics.get(config),
        ):
            assert type(again) is type(metric) and again.get_config() == metric.get_config()
            np.testing.assert_array_equal(array(fill(again, case, "numpy").result()), expected)


def test_the_reference_reads_our_configurations():
    pieces, values = [], []
    code = "m = keras.metrics.deserialize(config); m.update_state(*inputs); result = m.result()"
    with backend_scope("numpy"):
        for case in CASES:
            metric = metric_of(case)
            pieces.append((code, {"config": metrics.serialize(metric), "inputs": case.inputs}))
            values.append(metric(*case.inputs))
    for case, answer, value in zip(CASES, oracle("numpy").run_many(pieces), values):
        assert not isinstance(answer, OracleError), f"{case}: {answer}"
        if case.reference:
            np.testing.assert_allclose(answer, value, rtol=1e-4, atol=1e-5, err_msg=str(case))


def test_names():
    classes = {name for name in metrics.__all__ if name[0].isupper()}
    assert classes - {"Metric", "MeanMetricWrapper"} == {case.name for case in CASES}
    code = (
        "import keras.src.metrics as m; cls = m.ALL_OBJECTS_DICT; "
        "result = {name: value.__name__ for name, value in cls.items() if isinstance(value, type)}"
    )
    with backend_scope("numpy"):
        for name, class_name in oracle("numpy").run(code).items():
            if class_name in classes - {"Metric", "MeanMetricWrapper"}:
                assert metrics.deserialize(name) is getattr(metrics, class_name), name
        assert isinstance(metrics.get("mse"), metrics.MeanSquaredError)
        assert metrics.get(None) is None
        assert metrics.get("huber") is losses.huber
        wrapped = metrics.MeanMetricWrapper(losses.mean_squared_error, name="q")
        again = metrics.deserialize(metrics.serialize(wrapped))
        assert again.get_config() == wrapped.get_config()
        assert float(again(SIGNED, SIGNED_TOO)) == pytest.approx(
            ((SIGNED - SIGNED_TOO) ** 2).mean(), rel=1e-5
        )


@pytest.mark.parametrize("identifier", ["nonsense", "get", 3, "__class__"])
def test_unknown_names(identifier):
    with pytest.raises(ValueError, match="no such metric"):
        metrics.get(identifier)


BAD = [
    ("Mean", {"dtype": "float33"}, "dtype"), ("BinaryAccuracy", {"threshold": 2}, "threshold"),
    ("TopKCategoricalAccuracy", {"k": 0}, "`k`"), ("Precision", {"thresholds": [2]}, "thresholds"),
    ("Precision", {"top_k": -1}, "top_k"), ("AUC", {"curve": "ROCK"}, "curve"),
    ("AUC", {"num_thresholds": 1}, "least 2"),
    ("AUC", {"summation_method": "x"}, "summation_method"), ("AUC", {"num_labels": 3}, "multi_label"),
    ("FBetaScore", {"beta": 0}, "beta"), ("F1Score", {"average": "median"}, "average"),
    ("F1Score", {"threshold": 3}, "threshold"), ("R2Score", {"num_regressors": -1}, "num_regressors"),
    ("R2Score", {"class_aggregation": "x"}, "class_aggregation"), ("MeanIoU", {"num_classes": 1}, "num_classes"),
    ("IoU", {"num_classes": 3, "target_class_ids": [3]}, "target"), ("PrecisionAtRecall", {"recall": 2}, "recall"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "message"), BAD)
def test_bad_arguments(name, arguments, message):
    with backend_scope("numpy"), pytest.raises(ValueError, match=message):
        getattr(metrics, name)(**arguments)


@pytest.mark.parametrize("case", [case for case in CASES if len(case.inputs) == 2], ids=str)
def test_shapes_that_do_not_match(case):
    with backend_scope("numpy"), pytest.raises(ValueError):
        metric_of(case).update_state(case.inputs[0][:5], case.inputs[1])


def test_class_numbers_out_of_range():
    with backend_scope("numpy"), pytest.raises(ValueError, match="out of range"):
        metrics.MeanIoU(num_classes=3).update_state([0, 3], [0, 1])


def test_other_errors():
    with backend_scope("numpy"):
        with pytest.raises(ValueError, match="no such class"):
            metrics.Precision(class_id=3).update_state(np.zeros((2, 3)), np.zeros((2, 3)))
        with pytest.raises(ValueError, match="top_k"):
            metrics.Recall(top_k=4).update_state(np.zeros((2, 3)), np.zeros((2, 3)))
        with pytest.raises(ValueError, match="sample_weight"):
            metrics.Mean().update_state(np.zeros((4, 3)), np.ones(3))
        with pytest.raises(ValueError, match="one value for each"):
            metrics.Mean().stateless_update_state([0.0], 1.0)
        with pytest.raises(RuntimeError, match="super"):
            type("Lazy", (metrics.Metric,), {"__init__": lambda self: None})().add_weight()


def test_pickle(backend):
    with backend_scope(backend):
        metric = metrics.SparseCategoricalAccuracy()
        metric.update_state(LABELS, SCORES)
        again = pickle.loads(pickle.dumps(metric))
        assert float(array(again.result())) == float(array(metric.result()))
