"""`Quantizable`: where the quantisation of a layer's weights attaches."""

from __future__ import annotations

from tricorn.core.errors import NotSupportedError, bad_argument

#: What files hold of a quantised weight beside it, by mode. "gptq" and "awq" hold `quantized_kernel` in its place.
_BESIDE = {
    "int8": ("{}_scale",),
    "int4": ("{}_scale", "{}_zero", "g_idx"),
    "float8": (
        "inputs_scale", "inputs_amax_history", "{}_scale", "{}_amax_history", "outputs_grad_scale",
        "outputs_grad_amax_history",
    ),
    "gptq": ("{}_scale", "{}_zero", "g_idx"),
    "awq": ("{}_scale", "{}_zero", "awq_scales", "g_idx"),
}  # fmt: skip


class Quantizable:
    """Mixed into layers whose main weight may be quantised.

    No mode is built in yet: the members are there, check their arguments, and say so. A class that can quantise defines
    `quantized_build` and the computation, and lists the mode in `_quantization_modes_built`.
    """

    #: Modes that the layer knows.
    _quantization_modes = ("int8", "float8", "int4", "gptq", "awq")
    _quantization_modes_built = ()

    @property
    def variable_serialization_spec(self):
        """Names of the weights that a file holds for each mode of quantisation, in its order; None: not quantised."""
        return {mode: self._saved_weights(mode) for mode in (None, *self._quantization_modes)}

    def _saved_weights(self, mode):
        kernel = "quantized_kernel" if mode in ("gptq", "awq") else "kernel"
        beside = [name.format("kernel") for name in _BESIDE.get(mode, ())]
        return ["bias", kernel, *beside] if kernel != "kernel" else [kernel, "bias", *beside]

    def quantize(self, mode=None, type_check=True, config=None):
        """Replace the main weight by a quantised one.

        Args:
            mode: "int8", "float8", "int4", "gptq" or "awq", as far as the layer knows them.
            type_check: Whether a subclass, whose `call` may read the weight otherwise, is refused.
            config: Configuration of the quantisation, or None.

        Raises:
            ValueError: The mode is unknown, or the layer is not built or quantised already.
            NotImplementedError: The mode is not available yet, or the class is not known to take it.
        """
        where = f"{self._where()}.quantize"
        if config is not None and mode is None:
            mode = getattr(config, "mode", None)
        if mode not in self._quantization_modes:
            raise bad_argument(where, "unknown `mode`.", expected=", ".join(map(repr, self._quantization_modes)),
                               given=f"mode={mode!r}")  # fmt: skip
        if not self.built:
            raise bad_argument(
                where, "the layer must be built first.", hint="call it once, or layer.build(shape)"
            )
        if type_check and not self._public_class().__module__.startswith("tricorn."):
            raise bad_argument(where, "a subclass may read its weights otherwise.", given=type(self).__name__,
                               hint="type_check=False, if `call` is not overridden", error=NotImplementedError,
                               )  # fmt: skip
        if mode not in self._quantization_modes_built:
            raise self._not_built(where, mode)
        if self.quantization_mode is not None:
            raise bad_argument(where, "the layer is quantised already.", given=self.quantization_mode)
        self._quantize(mode, config)

    def _quantize(self, mode, config):
        raise self._not_built(f"{self._where()}.quantize", mode)

    def _not_built(self, where, mode):
        return bad_argument(where, f"the mode {mode!r} is not available yet.", given=f"mode={mode!r}",
                            hint="dtype='bfloat16' halves the weights; enable_lora trains few of them",
                            error=NotSupportedError)  # fmt: skip
