"""CTC on every engine, against sums over all alignments."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.conformance.gradients import gradients, numeric_gradients
from tests.conformance.harness import Case, check
from tricorn import ops
from tricorn.core.symbolic import KerasTensor

_random = np.random.default_rng(0)
LOGITS = _random.normal(size=(3, 5, 4)).astype(np.float32)
TARGET = np.array([[1, 2, 0], [3, 1, 1], [2, 0, 0]], np.int32)
LABELS, STEPS = np.array([2, 3, 1], np.int32), np.array([5, 5, 3], np.int32)


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


def compiled(backend, function, *values):
    """`function` run in the engine's compiled form, where it has one; TensorFlow knows no size."""
    tensors = [ops.convert_to_tensor(value) for value in values]
    if backend == "jax":
        import jax

        return jax.jit(function)(*tensors)
    if backend == "tensorflow":
        import tensorflow as tf

        signature = [tf.TensorSpec([None] * (x.ndim - 1) + [x.shape[-1]], x.dtype) for x in values]
        return tf.function(function, signature)(*tensors)
    return function(*tensors)


# --- formulas ------------------------------------------------------------------------------------
def distribution(logits, steps, blank):
    """P(sequence) of every label sequence, by going through all alignments."""
    logits = logits.astype(np.float64)
    p = np.exp(logits - logits.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    found = {}
    for alignment in itertools.product(range(p.shape[-1]), repeat=int(steps)):
        chance = np.prod([p[t, c] for t, c in enumerate(alignment)])
        sequence = tuple(c for c, _ in itertools.groupby(alignment) if c != blank)
        found[sequence] = found.get(sequence, 0) + chance
    return found


def loss(target, output, target_length, output_length, mask_index=0):
    with np.errstate(divide="ignore"):
        return np.array([
            -np.log(distribution(logits, steps, mask_index).get(tuple(int(c) for c in labels[:count]), 0.0))
            for labels, logits, count, steps in zip(target, output, target_length, output_length, strict=True)
        ])  # fmt: skip


CASES = [
    Case("ctc_loss", (TARGET, LOGITS, LABELS, STEPS), expected=loss),
    Case("ctc_loss", (TARGET, LOGITS, LABELS, np.array([5, 3, 0], np.int32)), expected=loss, note="impossible"),
    Case("ctc_loss", (TARGET, LOGITS, np.zeros(3, np.int32), np.array([5, 3, 0], np.int32)), expected=loss, note="empty"),
    Case("ctc_loss", (TARGET[:, :0], LOGITS, np.zeros(3, np.int32), STEPS), expected=loss, note="no labels"),
    Case("ctc_loss", ((TARGET + 3) % 4, LOGITS, LABELS, STEPS), {"mask_index": 3}, expected=loss),
    Case("ctc_loss", (np.where(TARGET, TARGET, -1), LOGITS, LABELS, STEPS), expected=lambda t, *rest: loss(
        np.maximum(t, 0), *rest), note="padded with -1"),
    Case("ctc_loss", (TARGET.astype(np.float32), LOGITS, LABELS.astype(np.int64), STEPS), expected=loss, note="floats"),
    Case("ctc_loss", (TARGET[:0], LOGITS[:0], LABELS[:0], STEPS[:0]), expected=lambda *_: np.zeros(0), note="empty batch"),
    Case("ctc_loss", (TARGET, LOGITS[:, :0], np.array([0, 1, 0], np.int32), np.zeros(3, np.int32)), expected=loss,
         note="no steps"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_loss(case, backend):
    check(case, backend)


@pytest.mark.parametrize("case", [CASES[0], CASES[1], CASES[4]], ids=str)
def test_gradient_of_loss(case, training_backend):
    target, output, labels, steps = case.args
    possible = np.isfinite(loss(*case.args, **case.kwargs))

    def of_engine(x):
        values = ops.ctc_loss(target, x, labels, steps, **case.kwargs)
        return ops.where(possible, values, 0)

    def unguarded(x):
        return ops.ctc_loss(target, x, labels, steps, **case.kwargs)

    def reference(x):
        return np.where(possible, loss(target, x, labels, steps, **case.kwargs), 0)

    weights = np.array([1.0, 0.5, 2.0], np.float32)
    (wanted,) = numeric_gradients(reference, [output], weights, 1e-5)
    for function in (of_engine, unguarded):  # an impossible target adds inf to the loss and 0 to the gradient
        (found,) = gradients(training_backend, function, [output], weights)
        np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)


def test_logits_of_minus_infinity(training_backend):
    """A class that cannot be: the loss is inf only where it is needed, and no gradient is NaN."""
    output = LOGITS.copy()
    output[:, :, 3] = -np.inf
    values = array(ops.ctc_loss(TARGET, ops.convert_to_tensor(output), LABELS, STEPS))
    np.testing.assert_allclose(values, loss(TARGET, output, LABELS, STEPS), rtol=1e-5)
    assert np.isinf(values[1])
    (found,) = gradients(
        training_backend, lambda x: ops.ctc_loss(TARGET, x, LABELS, STEPS), [output], np.float32(1)
    )
    assert np.isfinite(found).all() and np.abs(found[0]).max() > 0.01


def test_dtypes_of_loss(backend):
    for given, wanted in (
        ("float16", "float32"),
        ("bfloat16", "float32"),
        ("float32", "float32"),
        ("int32", "float32"),
    ):
        value = ops.ctc_loss(TARGET, ops.cast(LOGITS, given), LABELS, STEPS)
        assert ops.dtype(value) == wanted


@pytest.mark.parametrize(
    "target, labels, steps",
    [([[1, 4]], [2], [5]), ([[1, -1]], [2], [5]), ([[1, 0]], [2], [5]), ([[1, 2]], [3], [5]), ([[1, 2]], [2], [6]),
     ([[1, 2]], [-1], [5])],
    ids=["no such class", "negative", "blank", "too many labels", "too many steps", "negative length"],
)  # fmt: skip
def test_wrong_values_give_nan(target, labels, steps, backend):
    target = [*target, [1, 2]]
    values = array(ops.ctc_loss(np.array(target, np.int32), LOGITS[:2], np.array([*labels, 2], np.int32),
                                np.array([*steps, 5], np.int32)))  # fmt: skip
    assert np.isnan(values[0])
    np.testing.assert_allclose(
        values[1], loss(TARGET[:1], LOGITS[1:2], np.array([2]), np.array([5]))[0], rtol=1e-5
    )


# --- decoding ------------------------------------------------------------------------------------
def greedy(inputs, lengths, merge_repeated=True, mask_index=0):
    sequences, scores = np.full((1, *inputs.shape[:2]), -1), np.zeros((len(inputs), 1))
    for row, (logits, length) in enumerate(zip(inputs, lengths, strict=True)):
        best = logits[:length].argmax(-1)
        scores[row] = -logits[:length].max(-1).sum()
        kept = [c for c, _ in itertools.groupby(best)] if merge_repeated else best
        kept = [c for c in kept if c != mask_index]
        sequences[0, row, : len(kept)] = kept
    return sequences, scores


def beam(inputs, lengths, top_paths, mask_index=0):
    """With a beam as wide as there are sequences, the search is exhaustive."""
    sequences = np.full((top_paths, *inputs.shape[:2]), -1)
    scores = np.full((len(inputs), top_paths), -np.inf)
    for row, (logits, length) in enumerate(zip(inputs, lengths, strict=True)):
        ranked = sorted(distribution(logits, length, mask_index).items(), key=lambda item: -item[1])
        for path, (sequence, chance) in enumerate(ranked[:top_paths]):
            sequences[path, row, : len(sequence)] = sequence
            scores[row, path] = np.log(chance)
    return sequences, scores


DECODED = [
    ({"strategy": "greedy"}, greedy, {}),
    ({"strategy": "greedy", "merge_repeated": False}, greedy, {"merge_repeated": False}),
    ({"strategy": "greedy", "mask_index": 2, "top_paths": 3}, greedy, {"mask_index": 2}),
    ({"strategy": "greedy", "mask_index": None}, greedy, {"mask_index": 3}),
    ({"strategy": "beam_search", "beam_width": 700, "top_paths": 5}, beam, {"top_paths": 5}),
    ({"strategy": "beam_search", "beam_width": 700, "top_paths": 2, "mask_index": -1}, beam,
     {"top_paths": 2, "mask_index": 3}),
]  # fmt: skip


@pytest.mark.parametrize(
    "options, formula, given", DECODED, ids=lambda value: getattr(value, "__name__", str(value)[:60])
)
def test_decode(options, formula, given, backend):
    logits = np.round(LOGITS * 2, 3)
    logits[1, 1:3] = logits[1, 0]  # repeated classes
    lengths = np.array([5, 4, 0], np.int32)

    def call(x, n):
        return ops.ctc_decode(x, n, **options)

    wanted = formula(logits, lengths, **given)
    for sequences, scores in (
        call(ops.convert_to_tensor(logits), ops.convert_to_tensor(lengths)),
        compiled(backend, call, logits, lengths),
    ):
        assert (ops.dtype(sequences), ops.dtype(scores)) == ("int32", "float32")
        np.testing.assert_array_equal(array(sequences), wanted[0])
        np.testing.assert_allclose(array(scores), wanted[1], rtol=1e-4, atol=1e-5)
    specs = call(KerasTensor(logits.shape), KerasTensor(lengths.shape, "int32"))
    assert [spec.shape for spec in specs] == [wanted[0].shape, wanted[1].shape]
    assert call(KerasTensor((None, None, 4)), KerasTensor((None,), "int32"))[0].shape[1:] == (None, None)


def beam_formula(logits, width, blank):
    """A prefix beam search over Python dictionaries, of one row: {sequence: (ends with blank, ends with label)}."""
    p = np.exp(logits.astype(np.float64))
    p /= p.sum(-1, keepdims=True)
    beams = {(): (1.0, 0.0)}
    for row in p:
        following = {}

        def add(sequence, blank_part, label_part, following=following):
            before = following.get(sequence, (0.0, 0.0))
            following[sequence] = (before[0] + blank_part, before[1] + label_part)

        for sequence, (blank_part, label_part) in beams.items():
            both = blank_part + label_part
            add(sequence, both * row[blank], label_part * row[sequence[-1]] if sequence else 0.0)
            for c in range(len(row)):
                if c != blank:
                    same = sequence and sequence[-1] == c
                    add((*sequence, c), 0.0, (blank_part if same else both) * row[c])
        ranked = sorted(following.items(), key=lambda item: -sum(item[1]))
        beams = dict(ranked[:width])
    return {sequence: sum(parts) for sequence, parts in beams.items()}


@pytest.mark.parametrize("width", [1, 2, 3, 7])
def test_narrow_beams(width, backend):
    """What drops out of the beam is lost, and what comes back in is one sequence again."""
    logits = (np.random.default_rng(width).normal(size=(2, 12, 4)) * 1.5).astype(np.float32)
    sequences, scores = ops.ctc_decode(
        ops.convert_to_tensor(logits), np.array([12, 12]), "beam_search", width, width
    )
    sequences, scores = array(sequences), array(scores)
    for row in range(2):
        wanted = beam_formula(logits[row], width, 0)
        for path, (sequence, chance) in enumerate(wanted.items()):
            assert tuple(sequences[path, row][: len(sequence)]) == sequence
            assert (sequences[path, row][len(sequence) :] == -1).all()
            np.testing.assert_allclose(scores[row, path], np.log(chance), rtol=1e-4)


def test_fewer_sequences_than_paths(backend):
    sequences, scores = ops.ctc_decode(LOGITS[:, :1], np.array([1, 1, 0]), "beam_search", 10, 6)
    assert np.isfinite(array(scores)[:2, :4]).all() and np.isneginf(array(scores)[:2, 4:]).all()
    assert (array(sequences)[4:] == -1).all()
    np.testing.assert_allclose(array(scores)[2], [0] + [-np.inf] * 5)


BAD = [
    ("ctc_loss", ((3,), (3, 5, 4), (3,), (3,)), {}, "ranks do not fit"),
    ("ctc_loss", ((3, 3), (2, 5, 4), (3,), (3,)), {}, "batches differ"),
    ("ctc_loss", ((3, 3), (3, 5, 4), (3, 1), (3,)), {}, "ranks do not fit"),
    ("ctc_loss", ((3, 3), (3, 5, 4), (3,), (3,)), {"mask_index": 4}, "class of the blank"),
    ("ctc_loss", ((3, 3), (3, 5, 4), (3,), (3,)), {"mask_index": 0.5}, "class of the blank"),
    ("ctc_decode", ((5, 4), (3,)), {}, "shapes do not fit"),
    ("ctc_decode", ((3, 5, 4), (2,)), {}, "shapes do not fit"),
    ("ctc_decode", ((3, 5, 4), (3,)), {"strategy": "best"}, "unknown strategy"),
    ("ctc_decode", ((3, 5, 4), (3,)), {"beam_width": 0}, "`beam_width`"),
    ("ctc_decode", ((3, 5, 4), (3,)), {"top_paths": -1}, "`top_paths`"),
    ("ctc_decode", ((3, 5, 4), (3,)), {"strategy": "beam_search", "beam_width": 2, "top_paths": 3}, "no more paths"),
    ("ctc_decode", ((3, 5, 4), (3,)), {"mask_index": -5}, "class of the blank"),
]  # fmt: skip


@pytest.mark.parametrize("name, shapes, options, message", BAD)
def test_bad_arguments(name, shapes, options, message, backend):
    is_logits = [len(shape) == 3 or shape == (5, 4) for shape in shapes]
    dtypes = ["float32" if yes else "int32" for yes in is_logits]
    for arguments in (
        [ops.ones(shape, dtype) for shape, dtype in zip(shapes, dtypes, strict=True)],
        [KerasTensor(shape, dtype) for shape, dtype in zip(shapes, dtypes, strict=True)],
    ):
        with pytest.raises(ValueError, match=message):
            getattr(ops, name)(*arguments, **options)
