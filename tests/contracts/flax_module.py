"""A Flax module that files and pickles can hold: importable, registered, with a configuration."""

from flax import linen

from tricorn import saving


@saving.register_keras_serializable("foreign")
class Affine(linen.Module):
    """`x @ w + b`."""

    features: int = 2

    @linen.compact
    def __call__(self, x):
        w = self.param("w", linen.initializers.lecun_normal(), (x.shape[-1], self.features))
        return x @ w + self.param("b", linen.initializers.zeros, (self.features,))

    def get_config(self):
        return {"features": self.features}
