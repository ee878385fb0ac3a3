"""What the spatial dropouts share."""

from __future__ import annotations

from tricorn.core.windows import resolve_data_format
from tricorn.layers._input_spec import InputSpec
from tricorn.layers.regularization._dropout import Dropout


class SpatialDropout(Dropout):
    """`Dropout` of whole channels: neighbours within a feature map are alike, so dropping single ones does little.

    Source: Tompson et al., "Efficient Object Localization Using Convolutional Networks", 2014.
    """

    rank = 1

    def __init__(self, rate, data_format, seed, name, dtype):
        data_format = resolve_data_format(data_format, type(self).__name__)
        ones = (1,) * self.rank
        noise_shape = (None, None, *ones) if data_format == "channels_first" else (None, *ones, None)
        super().__init__(rate, noise_shape=noise_shape, seed=seed, name=name, dtype=dtype)
        self.data_format = data_format
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def get_config(self):
        config = {"rate": self.rate, "seed": self.seed, "name": self.name, "dtype": self.dtype_policy.name}
        return config if self.rank == 1 else {**config, "data_format": self.data_format}
