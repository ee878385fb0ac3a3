"""Policies of quantised layers: how weights are stored, and the policy of everything else.

A name reads `<mode>_from_<source>`, as `"int8_from_mixed_bfloat16"`.
"""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.dtype_policies._policy import DTypePolicy

MODES = ("int8", "float8", "int4", "gptq", "awq")


class QuantizedDTypePolicy(DTypePolicy):
    """Weights in `mode`; computation and other Variables as the policy `source_name` says.

    Args:
        mode: `"int8"`, `"int4"` or `"float8"`; the subclasses take more detailed ones.
        source_name: Name of the policy before quantisation; None is the process's default.
    """

    def __init__(self, mode, source_name=None):
        if source_name is None:
            from tricorn.dtype_policies._global import dtype_policy

            source_name = dtype_policy().name
        kind = self._read_mode(mode)
        self._source_name = source_name
        self._name = f"{mode}_from_{source_name}"
        self._compute_dtype, self._variable_dtype = self._parse_name(source_name)
        self.quantization_mode = kind
        if kind == "int8" and self._compute_dtype == "float16":
            raise bad_argument(type(self).__name__, "int8 overflows float16 activations.",
                               given=f"source_name={source_name!r}", hint="mixed_bfloat16")  # fmt: skip

    def _read_mode(self, mode):
        if mode not in MODES:
            raise bad_argument(type(self).__name__, "unknown mode.", expected=f"one of {', '.join(MODES)}",
                               given=repr(mode))  # fmt: skip
        self._mode = mode
        return mode

    def _parts(self, mode, *names):
        """The integers after the kind in `"gptq/4/64"`; the last one -1 or positive."""
        kind, *values = mode.split("/") if isinstance(mode, str) else ("",)
        expected = "/".join([self._kind, *(f"<{name}>" for name in names)])
        try:
            numbers = [int(value) for value in values if len(value) < 12]
        except ValueError:
            numbers = []
        if kind != self._kind or len(values) != len(names) or len(numbers) != len(names):
            raise bad_argument(type(self).__name__, "malformed mode.", expected=expected, given=repr(mode))
        if numbers[-1] != -1 and numbers[-1] <= 0:
            raise bad_argument(type(self).__name__, f"`{names[-1]}` must be positive, or -1 for the whole channel.",
                               given=repr(mode))  # fmt: skip
        return numbers

    def get_config(self):
        return {"mode": self._mode, "source_name": self._source_name}


class QuantizedFloat8DTypePolicy(QuantizedDTypePolicy):
    """Matrix products in float8, with scales from a history of absolute maxima.

    Args:
        mode: `"float8"`.
        source_name: Name of the policy before quantisation.
        amax_history_length: Steps over which the absolute maximum is kept.
    """

    default_amax_history_length = 1024

    def __init__(self, mode, source_name=None, amax_history_length=1024):
        super().__init__(mode, source_name)
        if isinstance(amax_history_length, bool) or not isinstance(amax_history_length, int):
            raise bad_argument("QuantizedFloat8DTypePolicy", "`amax_history_length` must be an integer.",
                               given=repr(amax_history_length), error=TypeError)  # fmt: skip
        if amax_history_length <= 0:
            raise bad_argument("QuantizedFloat8DTypePolicy", "`amax_history_length` must be positive.",
                               given=amax_history_length)  # fmt: skip
        self._amax_history_length = amax_history_length

    @property
    def amax_history_length(self):
        """Steps over which the absolute maximum is kept."""
        return self._amax_history_length

    def get_config(self):
        return {**super().get_config(), "amax_history_length": self._amax_history_length}


class Int4DTypePolicy(QuantizedDTypePolicy):
    """Weights in int4 with one scale for each block of `block_size` inputs.

    Args:
        mode: `"int4/<block_size>"`; -1 is one scale for each channel.
        source_name: Name of the policy before quantisation.
    """

    _kind = "int4"

    def _read_mode(self, mode):
        (self.block_size,) = self._parts(mode, "block_size")
        self._mode, self.mode = mode, self._kind
        return self._kind


class GPTQDTypePolicy(QuantizedDTypePolicy):
    """Weights quantised by GPTQ.

    Args:
        mode: `"gptq/<weight_bits>/<group_size>"`; bits 2, 3, 4 or 8; group -1 is the whole tensor.
        source_name: Name of the policy before quantisation.

    Source: Frantar et al., "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers", 2022.
    """

    _kind = "gptq"
    _bits = (2, 3, 4, 8)

    def _read_mode(self, mode):
        self.weight_bits, self.group_size = self._parts(mode, "weight_bits", "group_size")
        if self.weight_bits not in self._bits:
            raise bad_argument(type(self).__name__, "unsupported `weight_bits`.", expected=f"one of {self._bits}",
                               given=repr(mode))  # fmt: skip
        self._mode, self.mode = mode, self._kind
        return self._kind


class AWQDTypePolicy(GPTQDTypePolicy):
    """Weights quantised by AWQ.

    Args:
        mode: `"awq/4/<group_size>"`; -1 is one group for each channel.
        source_name: Name of the policy before quantisation.

    Source: Lin et al., "AWQ: Activation-aware Weight Quantization for LLM Compression and Acceleration", 2023.
    """

    _kind = "awq"
    _bits = (4,)
