"""Small layers of a user that several tests call."""

from tricorn import layers, ops


def numpy(x):
    return ops.convert_to_numpy(x)


class Scale(layers.Layer):
    """One Variable, made in `build`."""

    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape):
        self.scale = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="scale")

    def call(self, x):
        return x * self.scale * self.factor
