"""`LowRankLayer`: layers that can be adapted by a product of two small matrices (LoRA)."""

from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.core.graph import structure_changed
from tricorn.core.variable import Variable
from tricorn.layers._arguments import positive_integer
from tricorn.layers._layer import Layer


class LowRankLayer(Layer):
    """A layer whose main weight can be frozen and adapted: `weight + lora_alpha / lora_rank * a @ b`.

    a has the shape of the weight but for its last axis, `lora_rank`, and b is `(lora_rank, last size)`. Files hold the
    sum, so that they fit the layer without an adaptation.

    Args:
        lora_rank: Rank of the adaptation, made in `build`; None for none.
        lora_alpha: Scale of the adaptation; `lora_rank` by default.
        **kwargs: Of `Layer`.
    """

    #: Name of the weight.
    _adapted = "kernel"
    lora_enabled = False

    def __init__(self, lora_rank=None, lora_alpha=None, **kwargs):
        super().__init__(**kwargs)
        self.lora_rank = None if lora_rank is None else positive_integer(self, "lora_rank", lora_rank)
        self.lora_alpha = lora_alpha if lora_alpha is not None else self.lora_rank

    def enable_lora(
        self, rank, lora_alpha=None, a_initializer: Any = "he_uniform", b_initializer: Any = "zeros"
    ):
        """Freeze the main weight and adapt it from now on by two small trainable matrices.

        With `b_initializer="zeros"` nothing changes until they are trained.

        Args:
            rank: Number of columns of the one and of rows of the other.
            lora_alpha: Scale: the product counts `lora_alpha / rank` times. `rank` by default.
            a_initializer: Initializer of the first.
            b_initializer: Initializer of the second.

        Raises:
            ValueError: The layer is not built, is adapted already, or constrains the weight; `rank` is not positive.

        Source: Hu et al., 2021.
        """
        where = f"{self._where()}.enable_lora"
        if not self.built:
            raise bad_argument(
                where, "the layer must be built first.", hint="call it once, or layer.build(shape)"
            )
        if self.lora_enabled:
            raise bad_argument(where, "the layer is adapted already.", given=f"lora_rank={self.lora_rank}")
        rank = positive_integer(self, "rank", rank)
        self._adapt(rank, rank if lora_alpha is None else lora_alpha, a_initializer, b_initializer)

    def _build_adaptation(self):
        """What the constructor's `lora_rank` asks for. The last act of `build`."""
        if self.lora_rank is not None and not self.lora_enabled:
            self._adapt(self.lora_rank, self.lora_alpha, "he_uniform", "zeros")

    def _adapt(self, rank, alpha, a_initializer, b_initializer):
        name = self._adapted
        if getattr(self, f"{name}_constraint") is not None:
            raise bad_argument(self._where(), f"a low-rank adaptation cannot keep a `{name}_constraint`.",
                               hint=f"leave {name}_constraint out")  # fmt: skip
        weight, regularizer = getattr(self, name), getattr(self, f"{name}_regularizer")
        for letter, shape, initializer in (("a", (*weight.shape[:-1], rank), a_initializer),
                                           ("b", (rank, weight.shape[-1]), b_initializer)):  # fmt: skip
            setattr(self, f"lora_{name}_{letter}", self.add_weight(
                shape=shape, initializer=initializer, name=f"lora_{name}_{letter}", regularizer=regularizer,
            ))  # fmt: skip
        weight.trainable = False
        self.lora_rank, self.lora_alpha = rank, alpha
        self.lora_enabled = True
        self._state_changed()
        structure_changed()

    def _thawed_weights(self):
        frozen = getattr(self, self._adapted) if self.lora_enabled else None
        return [variable for variable in self._own_trainable if variable is not frozen]

    def _adaptation(self):
        """(a, b, what their product counts)."""
        name = self._adapted
        return (
            getattr(self, f"lora_{name}_a"),
            getattr(self, f"lora_{name}_b"),
            self.lora_alpha / self.lora_rank,
        )

    def _adapted_weight(self):
        """The weight with its adaptation."""
        a, b, scale = self._adaptation()
        return getattr(self, self._adapted) + ops.matmul(a, b) * scale

    def save_own_variables(self, store):
        if not self.lora_enabled:
            super().save_own_variables(store)
            return
        weight = getattr(self, self._adapted)
        for index, variable in enumerate(self._unadapted()):
            store[str(index)] = (
                ops.convert_to_numpy(self._adapted_weight()) if variable is weight else variable
            )

    def _loads_in_order(self):
        return not self.lora_enabled and type(self).load_own_variables is LowRankLayer.load_own_variables

    def load_own_variables(self, store):
        """As `Layer`'s; an adaptation starts again from nothing, its second matrix 0."""
        if not self.lora_enabled:
            super().load_own_variables(store)
            return
        own = self._unadapted()
        if len(store.keys()) != len(own):
            raise bad_argument(self._where(), "the file holds another number of variables for this layer.",
                               expected=f"{len(own)} variables", given=f"{len(store.keys())} in the file")  # fmt: skip
        for index, variable in enumerate(own):
            variable.assign(store[str(index)])
        _, b, _ = self._adaptation()
        b.assign(ops.zeros(b.shape, b.dtype))

    def _unadapted(self) -> list[Variable]:
        a, b, _ = self._adaptation()
        return [v for v in (*self._own_trainable, *self._own_non_trainable) if v is not a and v is not b]

    def _written_adaptation(self):
        """The part of a config that says how the layer is adapted."""
        if self.lora_rank is None:
            return {}
        return {"lora_rank": self.lora_rank, "lora_alpha": self.lora_alpha}
