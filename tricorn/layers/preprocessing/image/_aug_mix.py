"""`AugMix`: an image mixed with several changed copies of itself."""

from __future__ import annotations

from tricorn import ops, tree
from tricorn.layers.preprocessing.image._base_choice import BaseChoice
from tricorn.layers.preprocessing.image._concentrations import symmetric_beta, symmetric_dirichlet
from tricorn.layers.preprocessing.image._factors import positive_number
from tricorn.layers.preprocessing.image._photometric import finished
from tricorn.ops._image_layout import to_float
from tricorn.random._draw import randint

#: What `all_ops` adds.
_MORE = ("random_brightness", "random_color_degeneration", "random_contrast", "random_sharpness")


class AugMix(BaseChoice):
    """`m * image + (1 - m) * (w_1 copy_1 + ... + w_k copy_k)`, each copy changed by a chain of random layers.

    A chain has 1 to `chain_depth` layers. Chains and weights are drawn for a whole batch, how much a layer does for each
    image: `m` from the beta distribution B(alpha, alpha), the `w_i` from the Dirichlet distribution of that concentration. A
    layer that is twice in a chain does the same twice. Labels, boxes and masks stay: a mixture shows what the image shows.

    Args:
        value_range: Lowest and highest value of images.
        num_chains: How many copies there are.
        chain_depth: Most layers in a chain.
        factor: Strength of the layers, within [0, 1]: a pair (lower, upper), or a number f for (0, f).
        alpha: Concentration of both distributions, above 0.
        all_ops: Whether RandomBrightness, RandomColorDegeneration, RandomContrast and RandomSharpness are drawn from, besides
            RandomShear, RandomTranslation, RandomRotation, RandomPosterization, Solarization, AutoContrast, Equalization.
        interpolation: "nearest" or "bilinear", of those that move pixels.
        seed: Seed of the draws.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: An argument is out of range.

    Source: Hendrycks et al., AugMix, 2020.

    Example:
        >>> AugMix(num_chains=2, seed=1)(np.ones((2, 8, 8, 3), "float32")).shape
        (2, 8, 8, 3)
    """

    def __init__(self, value_range=(0, 255), num_chains=3, chain_depth=3, factor=0.3, alpha=1.0, all_ops=True,
                 interpolation="bilinear", seed=None, data_format=None, **kwargs):  # fmt: skip
        super().__init__(value_range, factor, interpolation, seed, data_format, **kwargs)
        self.num_chains = self._count("num_chains", num_chains)
        self.chain_depth = self._count("chain_depth", chain_depth)
        self.alpha, self.all_ops = positive_number(self, "alpha", alpha), all_ops
        if not all_ops:
            self._choices = {name: layer for name, layer in self._choices.items() if name not in _MORE}

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        source, count, chains = self._draws(seed), len(self._choices), self.num_chains
        weights = symmetric_dirichlet(chains, self.alpha, source)
        lengths = randint((chains, 1), 1, self.chain_depth + 1, seed=source)
        places = randint((chains, self.chain_depth), 0, count, seed=source)
        # A place past the last layer stands for none.
        places = ops.where(ops.less(ops.arange(self.chain_depth), lengths), places, count)
        drawn = self._drawn(self._for_each_chain(data), source)
        return {
            "chain_mixing_weights": weights,
            "weight_sample": symmetric_beta((), self.alpha, source),
            "chain_transforms": {
                "layer_idxes": places,
                "transforms": tree.map_structure(self._by_chain, drawn),
            },
        }

    def _for_each_chain(self, data):
        """Of the sizes of a batch for each chain, so that all are drawn for at once; what is in it does not matter."""
        images = data["images"] if isinstance(data, dict) else data
        sizes = list(ops.shape(images))
        sizes[self.channels_axis] = 1
        one = images[:1, :1] if self.channels_axis == -3 else images[:1, ..., :1]
        return ops.broadcast_to(one, (self.num_chains * sizes[0], *sizes[1:]))

    def _by_chain(self, part):
        """What was drawn for all chains, (chains * batch, ...), as (chains, batch, ...); sizes as they are."""
        if not _is_batch(part):
            return part
        return ops.reshape(part, (self.num_chains, -1, *ops.shape(part)[1:]))

    def transform_images(self, images, transformation, training=True):
        if not training or transformation is None:
            return images
        x, chains = to_float(images), transformation["chain_transforms"]
        own = ops.cast(ops.convert_to_tensor(transformation["weight_sample"]), x.dtype)
        weights = ops.cast(ops.convert_to_tensor(transformation["chain_mixing_weights"]), x.dtype) * (1 - own)
        if not isinstance(chains, dict):
            mixed = x * own
            for place, chain in enumerate(chains):
                mixed = mixed + to_float(self._named(images, chain)) * weights[place]
            return finished(mixed, images)

        # A loop, so that an engine that compiles does so for each layer once.
        names = list(self._choices)

        def add(place, mixed):
            chain = tree.map_structure(lambda part: part[place] if _is_batch(part) else part, chains)
            changed = self._one_after_the_other(
                "images", images, chain["layer_idxes"], chain["transforms"], names
            )
            return mixed + to_float(changed) * weights[place]

        return finished(ops.fori_loop(0, self.num_chains, add, x * own), images)

    def _named(self, images, chain):
        """Images through a chain that is a list of layers' names with their transformations."""
        for step in chain:
            layer = self._choices[step["layer_name"]]
            images = layer.transform_images(images, step["transformation"], training=True)
        return images

    def get_config(self):
        return {**super().get_config(), "num_chains": self.num_chains, "chain_depth": self.chain_depth,
                "alpha": self.alpha, "all_ops": self.all_ops}  # fmt: skip


def _is_batch(part):
    return hasattr(part, "dtype") and len(part.shape) > 0
