"""Ops by the names that files give them: the reference's Operation classes.

A file of a functional model names an op by its class (`Concatenate`), holds its settings in a configuration (`axis`),
and what it is called on (tensors, and some settings too) with the call. Which argument stands where is the reference's
choice: here everything annotated as a tensor belongs to the call, but for the ops in the tables below.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil

from tricorn.core.errors import UnsafeFileError, bad_argument

_MODULES = {
    "core": """AssociativeScan Cast Cond ConvertToTensor ForiLoop Map SaturateCast Scan Scatter ScatterUpdate Slice
        SliceUpdate StopGradient Switch Unstack VectorizedMap WhileLoop""",
    "math": """CDist Erf Erfc Erfinv ExtractSequences FFT FFT2 IFFT2 IRFFT ISTFT InTopK Logdet Logsumexp RFFT Rsqrt STFT
        SegmentMax SegmentMin SegmentProd SegmentReduction SegmentSum TopK ViewAsComplex ViewAsReal""",
    "nn": """AdaptiveAveragePool AdaptiveMaxPool AveragePool BatchNorm BinaryCrossentropy CTCDecode CTCLoss
        CategoricalCrossentropy Celu Conv ConvTranspose DepthToSpace DepthwiseConv DotProductAttention Elu Fold Gelu Glu
        HardShrink HardSigmoid HardSilu HardTanh LayerNorm LeakyRelu LogSigmoid LogSoftmax MaxPool Moments MultiHot
        Normalize OneHot PSNR Polar RMSNorm Relu Relu6 Selu SeparableConv Sigmoid Silu SoftShrink Softmax Softplus
        Softsign SpaceToDepth SparseCategoricalCrossentropy SparsePlus SparseSigmoid Sparsemax Squareplus TanhShrink
        Threshold Unfold""",
    "linalg": """Cholesky CholeskyInverse Det Eig Eigh Inv JVP Lstsq LuFactor MatrixRank Norm Pinv Qr SVD Solve
        SolveTriangular""",
    "image": """AffineTransform CropImages ElasticTransform ExtractPatches GaussianBlur HSVToRGB MapCoordinates
        PadImages PerspectiveTransform RGBToGrayscale RGBToHSV Resize SSIM ScaleAndTranslate SobelEdges""",
    "einops": "Rearrange",
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}

# Classes of the reference whose name is not the op's in camel case, where the op does not say so itself.
_CLASS_OF = {"allclose": "AllClose", "searchsorted": "SearchSorted", "rms_norm": "RMSNorm"}
# Second classes of the reference for the same op: ours has one.
_SAME_AS = {"Abs": "Absolute", "Amax": "Max", "Amin": "Min", "BitwiseInvert": "BitwiseNot", "Conjugate": "Conj",
            "LeftShift": "BitwiseLeftShift", "RightShift": "BitwiseRightShift", "TrueDivide": "Divide"}  # fmt: skip

# Arguments of the call, where these are not just the tensors.
_CALL_ARGUMENTS = {
    "clip": ("x",),
    "dot_product_attention": ("query", "key", "value", "bias", "mask", "scale"),
    "get_item": ("x", "key"),
    "isclose": ("x1", "x2", "rtol", "atol"),
    "pad": ("x", "constant_values"),
    **dict.fromkeys(("percentile", "quantile", "nanpercentile", "nanquantile"), ("x", "q")),
    "bincount": ("x",),
    "rearrange_of": ("tensor", "pattern", "axes_lengths"),
    "select_of": ("condlist", "choicelist", "default"),
    "trapezoid": ("y",),
    "scale_and_translate": ("images", "output_shape", "scale", "translation"),
    "slice": ("inputs", "start_indices"),
    "slice_update": ("inputs", "start_indices", "updates"),
}
# Ops whose sequence of tensors is spread over the call: `einsum(subscripts, *operands)`.
_SPREAD = frozenset(("einsum_of",))
# Ops whose last argument is a dictionary, which stands in the call as keywords: `rearrange(x, pattern, **axes_lengths)`.
_OPEN = frozenset(("rearrange_of",))
# Settings of the reference that an op lacks, and the value that means what the op does.
_SETTINGS_WITHOUT_EFFECT = {"LayerNorm": {"rms_scaling": False}}
# Ops that run a Python function, which no file may name.
_NEVER = frozenset(("apply_function",))


def class_of(op):
    """The name of the reference's class for an op."""
    return _CLASS_OF.get(op.name, op.keras_class)


def module_of(op):
    """The module that the reference writes for an op."""
    return f"keras.src.ops.{_MODULE_OF.get(class_of(op), 'numpy')}"


def is_spread(op):
    """Whether the tensors of the op's one sequence are arguments of their own in a file."""
    return op.name in _SPREAD


def is_open(op):
    """Whether the op's last argument holds keywords of the caller's choice."""
    return op.name in _OPEN


def call_arguments(op):
    """The names of the parameters that stand with the call in a file, in order."""
    names = list(op.signature.parameters)
    if op.name in _CALL_ARGUMENTS:
        return tuple(name for name in _CALL_ARGUMENTS[op.name] if name in names)
    return tuple(names[index] for index in sorted((*op.tensors, *op.sequences)))


@functools.cache
def _table():
    """Every declared op by the name of its class."""
    package = importlib.import_module("tricorn.ops")
    table = {}
    for found in pkgutil.iter_modules(package.__path__):
        if found.ispkg or not found.name.startswith("_") or found.name == "_find":
            continue
        module = importlib.import_module(f"tricorn.ops.{found.name}")
        for value in vars(module).values():
            op = getattr(value, "op", None)
            if op is not None and getattr(op, "function", None) is value and op.name not in _NEVER:
                table.setdefault(class_of(op), op)
    return table


def find_op(class_name, name=None):
    """The `Op` that a file means.

    Args:
        class_name: The name of the reference's class.
        name: The name of the entry, for messages.

    Raises:
        UnsafeFileError: No declared op has it.
    """
    op = _table().get(_SAME_AS.get(class_name, class_name)) if isinstance(class_name, str) else None
    if op is None:
        raise bad_argument(
            f"Functional.from_config, {str(name)[:80]!r}", "the file names an op that does not exist.",
            expected="the class of an op of keras.ops", given=repr(class_name)[:80], error=UnsafeFileError,
        )  # fmt: skip
    return op


def call_from_file(op, settings, args, kwargs):
    """Apply an op to what a file says.

    Args:
        op: The op.
        settings: Its configuration, without its name.
        args: Positional arguments of the call.
        kwargs: Keyword arguments of the call.

    Raises:
        UnsafeFileError: There are arguments that the op does not have.
    """
    parameters = op.signature.parameters
    names = call_arguments(op)
    if is_spread(op):
        args = [args]
    if len(args) > len(names):
        raise _misfit(op, f"{len(args)} arguments of the call")
    arguments = dict(zip(names, args))
    if is_open(op):
        arguments[names[-1]], kwargs = kwargs, {}
    harmless = _SETTINGS_WITHOUT_EFFECT.get(class_of(op), {})
    for source in (settings, kwargs):
        for name, value in source.items():
            if name in parameters and name not in arguments:
                arguments[name] = value
            elif name not in harmless or harmless[name] != value:
                raise _misfit(op, f"{name}={value!r}"[:80])
    if op.name == "get_item" and isinstance(arguments.get("key"), list):
        arguments["key"] = tuple(arguments["key"])
    return op.function(**arguments)


def _misfit(op, given):
    return bad_argument(f"ops.{op.name}", "the file calls it with arguments that it does not have.",
                        expected=", ".join(op.signature.parameters), given=given, error=UnsafeFileError)  # fmt: skip
