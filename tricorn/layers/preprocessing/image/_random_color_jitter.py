"""`RandomColorJitter`: brightness, contrast, saturation and hue in one layer."""

from __future__ import annotations

from tricorn.layers.preprocessing.image._base_image import BaseRandomImage
from tricorn.layers.preprocessing.image._factors import value_range_of
from tricorn.layers.preprocessing.image._photometric import check_colours
from tricorn.layers.preprocessing.image._random_brightness import RandomBrightness
from tricorn.layers.preprocessing.image._random_contrast import RandomContrast
from tricorn.layers.preprocessing.image._random_hue import RandomHue
from tricorn.layers.preprocessing.image._random_saturation import RandomSaturation

_LAYERS = {
    "brightness": RandomBrightness,
    "contrast": RandomContrast,
    "saturation": RandomSaturation,
    "hue": RandomHue,
}


class RandomColorJitter(BaseRandomImage):
    """`RandomBrightness`, `RandomContrast`, `RandomSaturation` and `RandomHue`, in this order, those whose factor is given.

    Labels, boxes and masks stay.

    Args:
        value_range: Lowest and highest value of images.
        brightness_factor: `factor` of `RandomBrightness`; None or 0: brightness stays.
        contrast_factor: Of `RandomContrast`, likewise.
        saturation_factor: Of `RandomSaturation`; None: saturation stays.
        hue_factor: Of `RandomHue`; None or 0: the hue stays.
        seed: Seed of the draws.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: A factor or `value_range` is no range.

    Example:
        >>> RandomColorJitter(contrast_factor=0.2, hue_factor=0.1, seed=1)(np.ones((1, 2, 2, 3), "float32")).shape
        (1, 2, 2, 3)
    """

    def __init__(self, value_range=(0, 255), brightness_factor=None, contrast_factor=None, saturation_factor=None,
                 hue_factor=None, seed=None, data_format=None, **kwargs):  # fmt: skip
        super().__init__(seed, data_format=data_format, **kwargs)
        self.value_range = value_range_of(self, value_range)
        factors = brightness_factor, contrast_factor, saturation_factor, hue_factor
        options = {
            "value_range": self.value_range,
            "seed": seed,
            "data_format": data_format,
            "dtype": self.dtype_policy,
        }
        self._parts = {}
        for (name, layer), factor in zip(_LAYERS.items(), factors, strict=True):
            setattr(self, f"{name}_factor", factor)
            if factor is not None:
                self._parts[name] = layer(factor, name=f"random_{name}", **options)

    def build(self, input_shape):
        """There is nothing to build: the layers within hold no weights."""

    def _check(self, parts):
        super()._check(parts)
        if {"saturation", "hue"} & set(self._parts):
            check_colours(self, parts)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        source = self._draws(seed)
        return {name: part.get_random_transformation(data, training=True, seed=source)
                for name, part in self._parts.items()}  # fmt: skip

    def transform_images(self, images, transformation, training=True):
        if not training or transformation is None:
            return images
        for name, part in self._parts.items():
            images = part.transform_images(images, transformation[name], training=True)
        return images

    def get_config(self):
        factors = {f"{name}_factor": getattr(self, f"{name}_factor") for name in _LAYERS}
        return {**super().get_config(), "value_range": self.value_range, **factors, "seed": self.seed}
