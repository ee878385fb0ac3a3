"""Connectionist temporal classification: the loss of label sequences without an alignment, and decoding."""

from __future__ import annotations

import functools

from tricorn.core import rules
from tricorn.core.dtypes import result_type
from tricorn.core.errors import bad_argument
from tricorn.core.op import Index, Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._activation import log_softmax
from tricorn.ops._arith import logaddexp, maximum
from tricorn.ops._cast import cast, dtype, shape, stop_gradient
from tricorn.ops._compare import equal, logical_and, logical_not, logical_or, not_equal
from tricorn.ops._control import scan
from tricorn.ops._create import arange, full, full_like, zeros
from tricorn.ops._explog import exp, log
from tricorn.ops._index import argsort, take, take_along_axis, top_k, where
from tricorn.ops._join import concatenate, stack
from tricorn.ops._matmul import matmul
from tricorn.ops._reduce import all, argmax, max, sum
from tricorn.ops._reshape import broadcast_to, expand_dims, pad, reshape, squeeze, transpose

#: Probabilities are summed over many steps: half precision is computed and returned as float32.
_AT_LEAST_FLOAT32 = rules.DTypeRule("AT_LEAST_FLOAT32", lambda dtypes: result_type(*dtypes, "float32"))

#: The logarithm that stands for a probability of zero: finite, so that no gradient is NaN.
_NEVER = -1e30
#: What lies below was impossible somewhere on the way.
_IMPOSSIBLE = -1e29


def blank_class(mask_index, classes, where_):
    """The class of the blank: `mask_index`, counted from the end if negative; None is the last class.

    Raises:
        ValueError: There is no such class.
    """
    if mask_index is None:
        mask_index = -1
    if isinstance(mask_index, bool) or not isinstance(mask_index, int) or (
        classes is not None and not -classes <= mask_index < classes
    ):  # fmt: skip
        raise bad_argument(where_, "`mask_index` is the class of the blank.",
                           expected="an integer" + ("" if classes is None else f" in [0, {classes})"),
                           given=repr(mask_index))  # fmt: skip
    if mask_index >= 0:
        return mask_index
    if classes is None:
        raise bad_argument(where_, "`mask_index` counts from the end, but the number of classes is not known.",
                           given=mask_index, hint="its positive number")  # fmt: skip
    return mask_index + classes


def _check_loss(target, output, target_length, output_length, mask_index):
    ranks = [len(x) for x in (target, output, target_length, output_length)]
    if ranks != [2, 3, 1, 1]:
        raise bad_argument("ops.ctc_loss", "the ranks do not fit.",
                           expected="target (batch, labels), output (batch, time, classes), lengths (batch,)",
                           given=f"target {tuple(target)}, output {tuple(output)}, target_length "
                                 f"{tuple(target_length)}, output_length {tuple(output_length)}")  # fmt: skip
    sizes = {x[0] for x in (target, output, target_length, output_length)} - {None}
    if len(sizes) > 1:
        raise bad_argument("ops.ctc_loss", "the batches differ.", expected="one size of the first axis",
                           given=f"target {tuple(target)}, output {tuple(output)}, target_length "
                                 f"{tuple(target_length)}, output_length {tuple(output_length)}")  # fmt: skip
    return blank_class(mask_index, output[2], "ops.ctc_loss")


def _loss_rule(target, output, target_length, output_length, mask_index=0):
    _check_loss(target.shape, output.shape, target_length.shape, output_length.shape, mask_index)
    return spec((output.shape[0],), output.dtype)


@op(rule=_loss_rule, dtype=_AT_LEAST_FLOAT32, keras_class="CTCLoss")
def ctc_loss(target: Index, output: Tensor, target_length: Index, output_length: Index, mask_index=0):
    """-log P(target | output): the probability of a label sequence, summed over all its alignments with the steps.

    An alignment gives each step a class; repeated classes and then blanks are dropped from it. A target that fits into
    no alignment (more labels, with a blank between equal neighbours, than steps) has the loss inf and the gradient 0.
    A label outside [0, classes), a blank among the labels, or a length longer than its axis gives NaN.

    Args:
        target: Classes, (batch, labels), integers; what lies beyond `target_length` counts for nothing.
        output: Logits, (batch, time, classes).
        target_length: (batch,) integers: how many labels.
        output_length: (batch,) integers: how many steps.
        mask_index: The class of the blank; counted from the end if negative.

    Returns:
        (batch,) losses, of the dtype of `output`, at least float32.

    Raises:
        ValueError: Ranks or batch sizes do not fit, or `mask_index` is no class.

    Source: Graves et al., 2006.

    Example:
        >>> output = np.log(np.array([[[0.25, 0.5, 0.25], [0.5, 0.25, 0.25]]], "float32"))
        >>> np.exp(-ops.ctc_loss(np.array([[1]]), output, np.array([1]), np.array([2]))).round(4)
        array([0.4375], dtype=float32)
    """
    blank = _check_loss(target.shape, output.shape, target_length.shape, output_length.shape, mask_index)
    steps, classes = shape(output)[1:]
    width = shape(target)[1]
    labels, length = cast(target, "int32"), cast(target_length, "int32")
    output_length = cast(output_length, "int32")

    counts = arange(width, dtype="int32") < expand_dims(length, 1)
    is_label = logical_and(logical_and(labels >= 0, labels < classes), not_equal(labels, blank))
    valid = logical_and(
        all(logical_or(is_label, logical_not(counts)), 1),
        logical_and(logical_and(length >= 0, length <= width),
                    logical_and(output_length >= 0, output_length <= steps)),
    )  # fmt: skip
    labels = where(is_label, labels, blank)

    # Blank, first label, blank, second label, ..., blank.
    states = stack([full_like(labels, blank), labels], 2)
    states = pad(reshape(states, (shape(labels)[0], 2 * width)), ((0, 0), (0, 1)), constant_values=blank)
    # A blank may be left out between two labels that differ.
    skips = logical_and(not_equal(states, blank),
                        not_equal(states, pad(states, ((0, 0), (2, 0)), constant_values=-1)[:, :-2]))  # fmt: skip
    emitted = maximum(take_along_axis(log_softmax(output), expand_dims(states, 1), 2), _NEVER)
    running = expand_dims(arange(steps, dtype="int32"), 1) < output_length

    zero = zeros(shape(states), dtype(emitted))
    start = where(arange(2 * width + 1, dtype="int32") > 0, _NEVER, zero)
    carry = start, where(skips, zero, _NEVER)
    (alpha, _), _ = scan(_advance, carry, (transpose(emitted, (1, 0, 2)), running))

    last = expand_dims(where(valid, 2 * length, 0), 1)
    at_label = where(last > 0, take_along_axis(alpha, maximum(last - 1, 0), 1), _NEVER)
    total = squeeze(_log_sum(take_along_axis(alpha, last, 1), at_label), 1)
    return where(valid, where(total < _IMPOSSIBLE, float("inf"), -total), float("nan"))


def _log_sum(*terms):
    """log(sum(exp(terms))); its gradient is finite."""
    top = stop_gradient(functools.reduce(maximum, terms))
    return top + log(functools.reduce(lambda x, y: x + y, [exp(term - top) for term in terms]))


def _advance(carry, x):
    """One step of the forward variables: at each state, from itself, the one before, and the one before that."""
    alpha, skips = carry
    emitted, running = x
    before = pad(alpha, ((0, 0), (2, 0)), constant_values=_NEVER)
    following = _log_sum(alpha, before[:, 1:-1], before[:, :-2] + skips) + emitted
    return (where(expand_dims(running, 1), following, alpha), skips), None


_advance.lasts = True  # one function for all calls, which an engine may keep in compiled form


def _check_decode(inputs, sequence_lengths, strategy, beam_width, top_paths, mask_index):
    if len(inputs) != 3 or len(sequence_lengths) != 1 or len({inputs[0], sequence_lengths[0]} - {None}) > 1:
        raise bad_argument("ops.ctc_decode", "the shapes do not fit.",
                           expected="inputs (batch, time, classes), sequence_lengths (batch,)",
                           given=f"inputs {tuple(inputs)}, sequence_lengths {tuple(sequence_lengths)}")  # fmt: skip
    if strategy not in ("greedy", "beam_search"):
        raise bad_argument("ops.ctc_decode", "unknown strategy.", expected='"greedy" or "beam_search"',
                           given=repr(strategy))  # fmt: skip
    for name, value in (("beam_width", beam_width), ("top_paths", top_paths)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise bad_argument("ops.ctc_decode", f"`{name}` must be a positive integer.", given=repr(value))
    if strategy == "beam_search" and top_paths > beam_width:
        raise bad_argument("ops.ctc_decode", "no more paths are found than the beam is wide.",
                           expected=f"top_paths <= beam_width = {beam_width}", given=f"top_paths={top_paths}")  # fmt: skip
    return blank_class(mask_index, inputs[2], "ops.ctc_decode")


def _decode_rule(inputs, sequence_lengths, strategy="greedy", beam_width=100, top_paths=1, merge_repeated=True,
                 mask_index=0):  # fmt: skip
    _check_decode(inputs.shape, sequence_lengths.shape, strategy, beam_width, top_paths, mask_index)
    paths = 1 if strategy == "greedy" else top_paths
    batch, steps = inputs.shape[:2]
    return spec((paths, batch, steps), "int32"), spec((batch, paths), inputs.dtype)


@op(rule=_decode_rule, dtype=_AT_LEAST_FLOAT32, keras_class="CTCDecode")
def ctc_decode(inputs: Tensor, sequence_lengths: Index, strategy="greedy", beam_width=100, top_paths=1,
               merge_repeated=True, mask_index=0):  # fmt: skip
    """The likeliest label sequences of what a network trained with `ctc_loss` puts out.

    `"greedy"` takes the best class of each step, merges repeated ones and drops blanks. `"beam_search"` keeps, after
    each step, the `beam_width` likeliest label sequences, each with the probability of all its alignments.

    Args:
        inputs: Logits, (batch, time, classes).
        sequence_lengths: (batch,) integers: how many steps.
        strategy: `"greedy"` or `"beam_search"`.
        beam_width: Sequences kept; beam search only.
        top_paths: Sequences returned, at most `beam_width`; beam search only (greedy returns one).
        merge_repeated: Whether `"greedy"` counts a class repeated in neighbouring steps once. A beam search always does.
        mask_index: The class of the blank; counted from the end if negative, None for the last.

    Returns:
        `(sequences, scores)`. `sequences`: (paths, batch, time) int32, the likeliest first, filled up with -1.
        `scores`: (batch, paths): of a beam search log P(sequence), -inf where there are no more sequences; of greedy the
        negated sum of the logits taken.

    Raises:
        ValueError: Shapes do not fit, an option is unknown, or `top_paths` exceeds `beam_width`.

    Source: Graves et al., 2006; Hannun et al., 2014 (prefix beam search).

    Example:
        >>> inputs = np.log(np.array([[[0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.8, 0.1, 0.1], [0.1, 0.8, 0.1]]], "float32"))
        >>> sequences, scores = ops.ctc_decode(inputs, np.array([4]))
        >>> sequences
        array([[[ 1,  1, -1, -1]]], dtype=int32)
        >>> sequences, scores = ops.ctc_decode(inputs, np.array([4]), strategy="beam_search", top_paths=2)
        >>> sequences[:, 0], np.exp(scores).round(4)
        (array([[ 1,  1, -1, -1],
               [ 1, -1, -1, -1]], dtype=int32), array([[0.5192, 0.1361]], dtype=float32))
    """
    blank = _check_decode(inputs.shape, sequence_lengths.shape, strategy, beam_width, top_paths, mask_index)
    if strategy == "greedy":
        return _greedy(inputs, cast(sequence_lengths, "int32"), merge_repeated, blank)
    return _beam_search(inputs, cast(sequence_lengths, "int32"), beam_width, top_paths, blank)


def _greedy(inputs, lengths, merge_repeated, blank):
    steps = shape(inputs)[1]
    places = arange(steps, dtype="int32")
    running = places < expand_dims(lengths, 1)
    best = argmax(inputs, -1)
    scores = -sum(where(running, max(inputs, -1), 0), 1, keepdims=True)
    kept = logical_and(running, not_equal(best, blank))
    if merge_repeated:
        kept = logical_and(kept, not_equal(best, pad(best, ((0, 0), (1, 0)), constant_values=-1)[:, :-1]))
    # What is kept moves to the front, in order.
    order = argsort(where(kept, places, places + steps))
    return expand_dims(take_along_axis(where(kept, best, -1), order, 1), 0), scores


def _beam_search(inputs, lengths, width, paths, blank):
    batch, steps, _ = shape(inputs)
    logs = maximum(log_softmax(inputs), _NEVER)
    running = expand_dims(arange(steps, dtype="int32"), 1) < lengths
    # At first there is one sequence, the empty one, and it ends with a blank, as it were.
    nothing = full((batch, width), _NEVER, dtype(logs))
    whole = where(arange(width, dtype="int32") > 0, nothing, 0)
    none = zeros((batch, width), "int32")
    itself = equal(expand_dims(arange(width, dtype="int32"), 1), arange(width, dtype="int32"))
    carry = {
        "blank": whole,  # log P of the sequence, over alignments that end with a blank
        "label": nothing,  # the same, over those that end with its last label
        "length": none,
        "last": none - 1,  # the last label
        "labels": zeros((batch, width, steps), "int32"),
        "begins": broadcast_to(
            itself, (batch, width, width)
        ),  # whether sequence i is a beginning of sequence j
    }
    carry, _ = scan(_beam_step(blank), carry, (transpose(logs, (1, 0, 2)), running))
    scores = logaddexp(carry["blank"], carry["label"])[:, :paths]
    found = scores > _IMPOSSIBLE
    places = arange(steps, dtype="int32")
    filled = logical_and(places < carry["length"][:, :paths, None], found[:, :, None])
    sequences = where(filled, carry["labels"][:, :paths], -1)
    return transpose(sequences, (1, 0, 2)), where(found, scores, -float("inf"))


@functools.cache
def _beam_step(blank):
    """The step of a beam search; one function for each blank, so that an engine compiles it once."""

    def step(carry, x):
        logs, running = x
        batch, classes = shape(logs)
        width = shape(carry["last"])[1]
        last, length = carry["last"], carry["length"]
        both = logaddexp(carry["blank"], carry["label"])
        log_last = take_along_axis(logs, maximum(last, 0), 1)

        # Each sequence goes on by a class. One more of its last label is a new label only after a blank.
        kinds = arange(classes, dtype="int32")
        longer = where(equal(kinds, last[:, :, None]), carry["blank"][:, :, None], both[:, :, None])
        longer = longer + logs[:, None, :]
        # Where that gives a sequence j which the beam holds already, its probability goes there.
        alive = both > _IMPOSSIBLE
        parents = logical_and(carry["begins"], equal(length[:, :, None] + 1, length[:, None, :]))
        parents = logical_and(parents, logical_and(alive[:, :, None], alive[:, None, :]))
        arriving = where(
            equal(last[:, :, None], last[:, None, :]), carry["blank"][:, :, None], both[:, :, None]
        )
        arriving = max(where(parents, arriving + log_last[:, None, :], _NEVER), 1)
        is_last = cast(equal(last[:, :, None], kinds), dtype(logs))
        taken = matmul(cast(parents, dtype(logs)), is_last) > 0
        longer = where(logical_or(taken, equal(kinds, blank)), _NEVER, longer)
        # Each sequence stays as it is, by a blank or by its last label again.
        stays_blank = both + logs[:, blank : blank + 1]
        stays_label = logaddexp(where(last < 0, _NEVER, carry["label"] + log_last), arriving)

        candidates = concatenate(
            [logaddexp(stays_blank, stays_label), reshape(longer, (batch, width * classes))], 1
        )
        best, chosen = top_k(candidates, width)
        grown = chosen >= width
        source = where(grown, (chosen - width) // classes, chosen)
        label = where(grown, (chosen - width) % classes, -1)

        rows = expand_dims(arange(batch, dtype="int32") * width, 1) + source

        def of_source(values):
            """For each new sequence what its source had."""
            return take(reshape(values, (batch * width, *shape(values)[2:])), rows, 0)

        steps = shape(carry["labels"])[2]
        old_length, labels = of_source(length), of_source(carry["labels"])
        # A grown sequence i begins j only if the sequence that j comes from holds the new label in that place.
        begins = transpose(of_source(transpose(of_source(carry["begins"]), (0, 2, 1))), (0, 2, 1))
        firsts = reshape(arange(batch * width, dtype="int32") * steps, (batch, 1, width))
        there = take(reshape(labels, (-1,)), firsts + old_length[:, :, None])
        goes_on = logical_and(equal(there, label[:, :, None]),
                              old_length[:, None, :] > old_length[:, :, None])  # fmt: skip
        begins = logical_and(begins, logical_or(goes_on, logical_not(grown)[:, :, None]))
        itself = equal(expand_dims(arange(width, dtype="int32"), 1), arange(width, dtype="int32"))
        places = arange(steps, dtype="int32")
        is_new = logical_and(equal(places, old_length[:, :, None]), grown[:, :, None])
        following = {
            "blank": where(grown, _NEVER, of_source(stays_blank)),
            "label": where(grown, best, of_source(stays_label)),
            "length": old_length + cast(grown, "int32"),
            "last": where(grown, label, of_source(last)),
            "labels": where(is_new, label[:, :, None], labels),
            "begins": logical_or(begins, itself),
        }
        kept = {
            name: where(reshape(running, (-1,) + (1,) * (len(value.shape) - 1)), value, carry[name])
            for name, value in following.items()
        }
        return kept, None

    step.lasts = True
    return step
