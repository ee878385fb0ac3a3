"""`Identity`: its input."""

from __future__ import annotations

from tricorn.layers._like_input import LikeInput


class Identity(LikeInput):
    """Returns its inputs, of any structure, as they are. A place holder where a layer is wanted.

    Args:
        **kwargs: Of `Layer`.
    """

    def call(self, inputs):
        return inputs

    def compute_output_spec(self, inputs):
        from tricorn import tree
        from tricorn.layers._like_input import spec_inside

        return tree.map_structure(lambda x: spec_inside(self, x), inputs)
