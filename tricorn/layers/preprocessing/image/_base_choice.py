"""What layers share that choose among other layers for images."""

from __future__ import annotations

from tricorn import ops, tree
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing.image._auto_contrast import AutoContrast
from tricorn.layers.preprocessing.image._base_values import RandomValues
from tricorn.layers.preprocessing.image._equalization import Equalization
from tricorn.layers.preprocessing.image._random_brightness import RandomBrightness
from tricorn.layers.preprocessing.image._random_color_degeneration import RandomColorDegeneration
from tricorn.layers.preprocessing.image._random_contrast import RandomContrast
from tricorn.layers.preprocessing.image._random_posterization import RandomPosterization
from tricorn.layers.preprocessing.image._random_rotation import RandomRotation
from tricorn.layers.preprocessing.image._random_sharpness import RandomSharpness
from tricorn.layers.preprocessing.image._random_shear import RandomShear
from tricorn.layers.preprocessing.image._random_translation import RandomTranslation
from tricorn.layers.preprocessing.image._solarization import Solarization


class BaseChoice(RandomValues):
    """A layer that applies others, chosen at random for a whole batch. All are drawn for; only those chosen are computed.

    Args:
        value_range: Lowest and highest value of images.
        factor: Strength, within [0, 1]: a pair (lower, upper), or a number f for (0, f).
        interpolation: "nearest" or "bilinear", of those that move pixels.
        seed: Seed of the draws.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `BaseImage`.
    """

    _needs_colours = True

    def __init__(self, value_range, factor, interpolation, seed, data_format, **kwargs):
        super().__init__(factor, value_range, seed, data_format=data_format, **kwargs)
        self.interpolation = interpolation
        self._choices = self._made()

    def _made(self):
        """The layers to choose from, by their names: those first that move pixels."""
        upper = self.factor[1]
        own = {"data_format": self.data_format, "dtype": self.dtype_policy}
        values = {**own, "value_range": self.value_range}
        moves = {**own, "interpolation": self.interpolation, "bounding_box_format": self.bounding_box_format}
        strength = {**values, "factor": self.factor}
        seeded = {"seed": self.seed}
        return {
            "random_shear": RandomShear(x_factor=self.factor, y_factor=self.factor, **moves, **seeded),
            "random_translation": RandomTranslation(self.factor, self.factor, **moves, **seeded),
            "random_rotation": RandomRotation(self.factor, **moves, **seeded),
            "random_brightness": RandomBrightness(**strength, **seeded),
            "random_color_degeneration": RandomColorDegeneration(**strength, **seeded),
            "random_contrast": RandomContrast(**strength, **seeded),
            "random_sharpness": RandomSharpness(**strength, **seeded),
            "random_posterization": RandomPosterization((1, max(int(8 * upper), 1)), **values, **seeded),
            "solarization": Solarization(self.factor, self.factor, **values, **seeded),
            "auto_contrast": AutoContrast(**values),
            "equalization": Equalization(**values),
        }

    def _count(self, name, value):
        """An argument that counts something."""
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise bad_argument(self._where(), f"`{name}` must be a positive int.", given=f"{name}={value!r}")
        return value

    def build(self, input_shape):
        """There is nothing to build: the layers within hold no weights."""

    def _drawn(self, data, source):
        """A transformation for each layer, by its name."""
        return {name: layer.get_random_transformation(data, training=True, seed=source)
                for name, layer in self._choices.items()}  # fmt: skip

    def _one_after_the_other(self, transform, data, places, transforms, names):
        """What comes of `data` through the layers at `places` of `names`, a place past the last one leaving it.

        Args:
            transform: Which method of the layers: "images", "bounding_boxes" or "segmentation_masks".
            places: (count,), integers.
            transforms: A transformation for each of `names`.
        """

        def branch(name):
            method = getattr(self._choices[name], f"transform_{transform}")
            return lambda part: tree.map_structure(
                _of_its_shape, method(part, transforms[name], training=True), part
            )

        branches = [*map(branch, names), lambda part: part]

        def step(index, part):
            return ops.switch(places[index], branches, part)

        # A loop, so that an engine that compiles does so for each layer once.
        return step(0, data) if places.shape[0] == 1 else ops.fori_loop(0, places.shape[0], step, data)

    def get_config(self):
        return {**super().get_config(), "interpolation": self.interpolation}


def _of_its_shape(new, old):
    """What a layer made of `old`, with the sizes that are known of that: all branches must be of one shape."""
    return ops.reshape(new, ops.shape(old))


#: How many of the layers move pixels; they come first.
MOVING = 3
