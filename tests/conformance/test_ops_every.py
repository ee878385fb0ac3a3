"""What holds for every op: its documentation, its dtypes, its answers to wrong calls."""

from __future__ import annotations

import doctest
import inspect
import pickle
import random
import zlib

import numpy as np
import pytest

from tests.conformance.collected import WITHOUT_CASES, cases_by_function, cases_of, public_ops
from tests.conformance.harness import arrays_in, flat, map_arrays, refill
from tests.support.oracle import OracleError, oracle
from tricorn import ops
from tricorn.core.arrays import numpy_dtype
from tricorn.core.backend import backend_scope
from tricorn.core.errors import TricornError
from tricorn.core.op_errors import is_house_form
from tricorn.core.symbolic import KerasTensor

OPS = public_ops()
CALLED = sorted(name for name, function in OPS.items() if function in cases_by_function())
DTYPES = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float16", "bfloat16", "float32",
          "float64")  # fmt: skip


def test_every_op_has_cases():
    without = {name for name, function in OPS.items() if function not in cases_by_function()}
    assert without == WITHOUT_CASES & set(OPS)


# --- documentation -------------------------------------------------------------------------------
@pytest.mark.parametrize("name", OPS)
def test_docstring_tells_arguments_result_and_an_example(name):
    function = OPS[name]
    text = inspect.getdoc(function) or ""
    for parameter in inspect.signature(function).parameters.values():
        assert f"{parameter.name}:" in text or f"{parameter.name}," in text, (
            f"{parameter.name} is not explained"
        )
    assert "Returns:" in text
    assert ">>>" in text


@pytest.mark.parametrize("name", OPS)
def test_examples_run(name):
    test = doctest.DocTestParser().get_doctest(
        inspect.getdoc(OPS[name]) or "", {"ops": ops, "np": np}, name, None, None
    )
    report = []
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    with backend_scope("numpy"):
        failed = doctest.DocTestRunner(optionflags=flags).run(test, out=report.append)
    assert not failed.failed, "".join(report)


# --- dtypes --------------------------------------------------------------------------------------
TOLERANCES = {"float16": 2e-2, "bfloat16": 8e-2, "float32": 2e-4, "float64": 1e-5}
#: Where a value depends on rounding in a way that no tolerance describes, or an integer has no such value.
NOT_COMPARED = frozenset(("saturate_cast", "cast", "view", "segment_max", "segment_min", "top_k"))
#: Matrices of truncated numbers are singular, and probabilities 0 or 1.
FLOATS_ONLY = frozenset(
    [
        "binary_crossentropy",
        "cholesky",
        "cholesky_inverse",
        "det",
        "histogram",
        "inv",
        "lu_factor",
        "matrix_rank",
        "solve",
        "solve_triangular",
    ]
)


def variant(case, dtype):
    """The case's arguments with its arrays in another dtype: the floats, or where there are none the integers."""
    native, floats = numpy_dtype(dtype), any(array.dtype.kind == "f" for array in arrays_in(case.args))
    declared = getattr(case.function, "op", None)

    def converted(position, array):
        is_index = declared is not None and position in declared.tensors and position not in declared.promoted
        if array.dtype.kind not in ("f" if floats else "iub") or (is_index and not floats):
            return array
        if native.kind in "iub" and array.dtype.kind == "f":
            array = np.nan_to_num(array, nan=0, posinf=99, neginf=-99)
        # Casting negative numbers to unsigned integers is not defined.
        return np.asarray(np.abs(array) if native.kind == "u" else array).astype(native)

    return tuple(
        map_arrays((arg,), lambda array, position=position: converted(position, array))[0]
        for position, arg in enumerate(case.args)
    )


def symbols(args, dtypes):
    """The arguments with KerasTensors for arrays."""
    dtypes = iter(dtypes)
    return map_arrays(args, lambda array: KerasTensor(array.shape, next(dtypes)))


def is_refusal(error):
    """Whether an error is one of ours."""
    return isinstance(error, TricornError) or is_house_form(error)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CALLED)
def test_every_dtype(name, backend):
    """The rule's shape and dtype are the result's; values agree with the reference; what is refused is refused in all
    ways."""
    complaints = []
    on_jax = backend == "jax"  # which compiles each of these calls, and has no 64 bits unless told
    for case in cases_of(OPS[name], 1 if on_jax else 2):
        for dtype in DTYPES if name not in FLOATS_ONLY else TOLERANCES:
            if on_jax and dtype.endswith("64"):
                continue
            args = variant(case, dtype)
            with np.errstate(all="ignore"):
                complaint = check_dtype(name, case, args, dtype, backend)
            if complaint:
                complaints.append(f"{case} as {dtype}: {complaint}"[:300])
    assert not complaints, "\n" + "\n".join(complaints)


def check_dtype(name, case, args, dtype, backend):
    """None, or what is wrong."""
    tensors = [ops.convert_to_tensor(array) for array in arrays_in(args)]
    try:
        specs = flat(case.function(*symbols(args, map(ops.dtype, tensors)), **case.kwargs))
    except Exception as error:
        if not is_refusal(error):
            return f"the rule raises {error!r}"
        specs = None
    try:
        leaves = flat(case.function(*refill(args, tensors), **case.kwargs))
    except Exception as error:
        if not is_refusal(error):
            return f"raw error {error!r}"
        return None if specs is None or refused_by_gap(name, dtype, backend) else f"it raises {error}"
    if specs is None:
        return "the rule refuses it, the call does not"
    for spec, leaf in zip(specs, leaves, strict=True):
        if isinstance(spec, KerasTensor):
            if spec.dtype != ops.dtype(leaf):
                return f"the rule says {spec.dtype}, the result is {ops.dtype(leaf)}"
            if not case.depends_on_values and spec.shape != tuple(leaf.shape):
                return f"the rule says {spec.shape}, the result is {tuple(leaf.shape)}"
    if case.expected is None or name in NOT_COMPARED or case.depends_on_values:
        return None
    return compare_values(case, args, dtype, leaves)


def refused_by_gap(name, dtype, backend):
    from tricorn.core.backend import get_backend

    gaps = get_backend(backend).gaps
    return name in gaps or f"{name}[{dtype}]" in gaps


def exactly(array, original, result_dtype):
    """An array in a dtype in which NumPy rounds nothing: wrapping around is left to the comparison."""
    if array.dtype.kind in "cSU" or (
        array.dtype.kind == "b" and (result_dtype is None or original.dtype.kind == "b")
    ):
        return array
    if array.dtype.kind in "iu" and (result_dtype is None or original.dtype.kind != "f"):
        return array.astype(np.int64)
    return array.astype(np.float64)


def compare_values(case, args, dtype, leaves):
    for leaf in leaves:
        if ops.dtype(leaf) in TOLERANCES:
            result_dtype = ops.dtype(leaf)
            break
    else:
        result_dtype = None
    originals = iter(arrays_in(case.args))
    exact = map_arrays(args, lambda array: exactly(array, next(originals), result_dtype))
    try:
        wanted = flat(case.reference()(*exact, **case.kwargs))
    except (TypeError, ValueError):
        return None  # NumPy has no such function of this dtype
    for leaf, reference in zip(leaves, wanted, strict=True):
        value, reference = np.asarray(ops.convert_to_numpy(leaf)), np.asarray(reference)
        if value.shape != reference.shape:
            return f"shape {value.shape}, not {reference.shape}"
        if value.dtype.kind == "c":
            if not np.allclose(value, reference, rtol=1e-4, atol=1e-4, equal_nan=True):
                return f"not {reference.tolist()}, but {value.tolist()}"
            continue
        if result_dtype is None:
            if not np.array_equal(value, reference.astype(value.dtype)):
                return f"not {reference.tolist()}, but {value.tolist()}"
            continue
        tolerance = max(TOLERANCES.get(dtype, 2e-4), TOLERANCES[result_dtype], case.tolerance)
        if value.dtype.kind in "iub" and result_dtype is not None:
            tolerance = 0
        value, reference = value.astype(np.float64), reference.astype(np.float64)
        if not np.allclose(value, reference, rtol=tolerance, atol=tolerance, equal_nan=True):
            return f"not {reference.tolist()}, but {value.tolist()}"
    return None


# --- shapes --------------------------------------------------------------------------------------
SHAPES = ((), (0,), (1,), (5,), (2, 0), (0, 3), (3, 1, 2), (2, 1, 3, 2), (1, 2, 1, 2, 3))
PAIRS = (((), (3,)), ((0,), ()), ((3, 1), (1, 2)), ((0, 1), (1, 2)), ((2, 3, 1), (4,)), ((1,), (2, 1, 2, 1, 2)),
         ((2, 1, 3), (2, 4, 1)))  # fmt: skip


def rule_kind(name):
    """`"like_input"`, `"broadcast"` or `"reduced"` where the op's rule comes from one of these combinators."""
    declared = getattr(OPS[name], "op", None)
    return getattr(declared.rule, "__qualname__", "").partition(".")[0] if declared is not None else ""


def shape_calls(name):
    """Arguments for ops whose rule holds for every shape."""
    kind, case = rule_kind(name), cases_of(OPS[name], 1)[0]
    dtype = arrays_in(case.args)[0].dtype
    draw = np.random.default_rng(3)

    def array(shape):
        values = draw.uniform(0.2, 0.9, shape) if dtype.kind == "f" else draw.integers(1, 4, shape)
        return np.asarray(values).astype(dtype)

    if kind == "broadcast":
        for first, second in PAIRS:
            yield (array(first), array(second)), {}
            yield (array(second), array(first)), {}
    for shape in SHAPES if kind in ("like_input", "reduced") else ():
        yield (array(shape),), {}
        for axis in range(-len(shape), len(shape)) if kind == "reduced" else ():
            yield (array(shape),), {"axis": axis}


def takes_shapes(name):
    """Whether `shape_calls` knows how to call it."""
    if rule_kind(name) not in ("like_input", "broadcast", "reduced") or not cases_of(OPS[name]):
        return False
    required = [p for p in inspect.signature(OPS[name]).parameters.values() if p.default is p.empty]
    return len(required) == (2 if rule_kind(name) == "broadcast" else 1)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in CALLED if takes_shapes(name)])
def test_every_shape(name, backend):
    """Known and unknown sizes, no elements, ranks 0 to 5: rule, result and reference have one shape; or all refuse."""
    case = cases_of(OPS[name], 1)[0]
    for args, kwargs in shape_calls(name):
        label = f"{[a.shape for a in args]} {kwargs}"
        try:
            spec = OPS[name](*[KerasTensor(a.shape, a.dtype.name) for a in args], **kwargs)
            result = ops.convert_to_numpy(OPS[name](*map(ops.convert_to_tensor, args), **kwargs))
        except Exception as error:
            assert is_refusal(error), label
            assert any(a.size == 0 or a.ndim < 2 for a in args), label  # ranks 0 and 1 are too few for some
            continue
        assert spec.shape == result.shape, label
        unknown = OPS[name](*[KerasTensor((None,) * a.ndim, a.dtype.name) for a in args], **kwargs).shape
        assert len(unknown) == result.ndim and all(n in (None, m) for n, m in zip(unknown, result.shape)), (
            label
        )
        if case.expected is not None and not case.kwargs and len(case.args) == len(args):
            exact = [a.astype(np.float64) if a.dtype.kind == "f" else a for a in args]
            with np.errstate(all="ignore"):
                wanted = np.asarray(case.reference()(*exact, **kwargs))
            assert wanted.shape == result.shape, label
            np.testing.assert_allclose(
                result.astype(wanted.dtype), wanted, rtol=1e-4, atol=1e-5, err_msg=label
            )


#: What an op with a symbolic input of the reference gives; `T` marks a tensor's shape and dtype.
ORACLE = """
def made(value):
    if isinstance(value, tuple) and value and value[0] == "T":
        return keras.KerasTensor(value[1], value[2])
    return [made(item) for item in value] if isinstance(value, list) else value
function = keras.ops
for part in name.split("."):
    function = getattr(function, part)
result = keras.tree.map_structure(lambda leaf: leaf.dtype, function(*made(list(args)), **kwargs))
"""
#: Results whose dtype differs from the reference's on purpose, with the reason (see docs/parity.md).
OTHER_DTYPES = {
    "logsumexp": "half precision stays",
    "meshgrid": "dtypes stay, where the reference describes them as floatx",
    "multi_hot": "floatx unless told",
    "normalize": "half precision stays",
    "power": "booleans to a power are integers",
    "psnr": "half precision stays",
    "reciprocal": "half precision stays",
    "eig": "complex, which the reference describes as the input's dtype",
    "lu_factor": "pivots are int32",
    "select": "the common dtype of all choices",
    "angle": "the angle of a complex number is real",
    "imag": "a part of a complex number is real",
    "polar": "complex, which the reference describes as real",
    "real": "a part of a complex number is real",
    "hard_tanh": "booleans count as integers",
    "relu": "booleans count as integers",
    "relu6": "booleans count as integers",
    "threshold": "booleans count as integers",
    "clip": "float bounds make floats of booleans and 64-bit integers too",
}
NARROWED = {"complex128": "complex64", "int64": "int32", "float64": "float32", "uint64": "uint32"}


@pytest.mark.slow
def test_result_dtypes_are_the_references():
    questions, ours = [], []
    for name in CALLED:
        for case in cases_of(OPS[name]):
            for dtype in DTYPES:
                args = variant(case, dtype)
                dtypes = [array.dtype.name for array in arrays_in(args)]
                try:
                    specs = flat(case.function(*symbols(args, dtypes), **case.kwargs))
                    pickle.dumps((args, case.kwargs))
                except (ValueError, TypeError, NotImplementedError, AttributeError, pickle.PicklingError):
                    continue
                marked = map_arrays(args, lambda array: ("T", array.shape, array.dtype.name))
                questions.append((ORACLE, {"name": name, "args": marked, "kwargs": case.kwargs}))
                ours.append((name, case, dtype, [getattr(spec, "dtype", None) for spec in specs]))
    complaints, compared = [], 0
    for (name, case, dtype, found), answer in zip(ours, oracle("jax").run_many(questions), strict=True):
        if isinstance(answer, OracleError) or name in OTHER_DTYPES:
            continue
        compared += 1
        # The reference on JAX narrows 64 bits, and describes functions to floats of integers as giving integers; booleans
        # that are added up or shifted count as integers here.
        narrowed = [NARROWED.get(one, one) for one in found]
        floated = (
            dtype not in TOLERANCES
            and set(found) <= {"float32", "int32", "complex64"}
            and set(flat(answer)) <= {dtype, NARROWED.get(dtype), "float64"}
        )
        if flat(answer) not in (found, narrowed) and not floated:
            complaints.append(f"{case} as {dtype}: {found}, the reference {flat(answer)}")
    assert not complaints, "\n" + "\n".join(complaints)
    assert compared > 0.8 * len(questions)


# --- wrong calls ---------------------------------------------------------------------------------
def _off_by_one(array):
    return np.concatenate([array, array[-1:]], 0) if array.ndim else np.stack([array, array])


WRONG_TENSORS = (
    lambda array: None,
    lambda array: "text",
    lambda array: object(),
    lambda array: {"a": array},
    lambda array: [[1.0], [1.0, 2.0]],
    lambda array: [None, 1.0],
    lambda array: array[None],
    lambda array: array[None, None, None, None],
    lambda array: array.reshape(-1)[0] if array.size else array,
    lambda array: array.reshape(-1),
    _off_by_one,
    lambda array: _off_by_one(array.T).T,
    lambda array: array[:0] if array.ndim else array,
    lambda array: array[..., :0] if array.ndim else array,
    lambda array: np.array(["a", "b"]),
)
WRONG_VALUES = (None, "text", -7, 99, 1.5, float("nan"), (), (99,), (0, 0), [-3, 1], (1, 2, 3, 4, 5), object(), True,
                {"a": 1}, b"bytes", lambda x: x, np.zeros((2, 2)))  # fmt: skip
WRONG_CALLS = {"jax": 10}  # as it compiles those that are right after all; 24 on other engines


def wrong_calls(name, count):
    """Calls of an op with one or two arguments spoilt; the same ones in every run and on every engine."""
    draw = random.Random(zlib.crc32(name.encode()))
    cases = cases_of(OPS[name])
    parameters = list(inspect.signature(OPS[name]).parameters.values())
    variadic = any(
        parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) for parameter in parameters
    )
    for _ in range(count if cases else 0):
        case = draw.choice(cases)
        args, kwargs = list(case.args), dict(case.kwargs)
        if not variadic:
            given = [parameter.name for parameter in parameters[: len(args)]]
            kwargs = {**dict(zip(given, args)), **kwargs}
            args = []
        for _ in range(draw.choice((1, 1, 1, 2))):
            places = [
                *range(len(args)),
                *([parameter.name for parameter in parameters] if not variadic else kwargs),
            ]
            place = draw.choice(places)
            holder = args if isinstance(place, int) else kwargs
            value = holder[place] if isinstance(place, int) or place in kwargs else None
            if isinstance(value, np.ndarray):
                holder[place] = draw.choice(WRONG_TENSORS)(value)
            elif isinstance(value, list) and any(isinstance(item, np.ndarray) for item in value):
                last = [_off_by_one(value[-1])] if isinstance(value[-1], np.ndarray) else []
                holder[place] = draw.choice([value[:0], [*value, None], [*value[:-1], *last], value[0]])
            else:
                holder[place] = draw.choice(WRONG_VALUES)
        yield args, kwargs


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CALLED)
def test_wrong_calls_are_explained(name, backend):
    """No engine's error comes out raw, and what is refused for its shape while a graph is described is refused by every
    engine too."""
    complaints = []
    for args, kwargs in wrong_calls(name, WRONG_CALLS.get(backend, 24)):
        with np.errstate(all="ignore"):
            complaint = check_wrong_call(OPS[name], args, kwargs)
        if complaint:
            shown = ", ".join(
                [*map(_brief, args), *(f"{key}={_brief(value)}" for key, value in kwargs.items())]
            )
            complaints.append(f"{name}({shown}): {complaint}"[:400])
    assert not complaints, "\n" + "\n".join(complaints)


def check_wrong_call(function, args, kwargs):
    def call(change):
        def changed(value):
            if isinstance(value, np.ndarray) and value.dtype.kind in "biufV":
                return change(value)
            if isinstance(value, list) and any(isinstance(item, np.ndarray) for item in value):
                return [changed(item) for item in value]
            return value

        try:
            function(*map(changed, args), **{key: changed(value) for key, value in kwargs.items()})
        except Exception as error:
            return error
        return None

    refused = call(ops.convert_to_tensor)
    if refused is not None and not is_refusal(refused):
        return f"raw {type(refused).__name__}: {refused}"
    doubted = call(lambda array: KerasTensor(array.shape, array.dtype.name))
    if doubted is not None and not is_refusal(doubted):
        return f"symbolic: raw {type(doubted).__name__}: {doubted}"
    if doubted is not None and refused is None and "cannot work with these arguments" not in str(doubted):
        return f"the engine computes what the rule refuses: {doubted}"
    return None


def _brief(value):
    return f"{value.dtype}{list(value.shape)}" if isinstance(value, np.ndarray) else repr(value)[:40]
