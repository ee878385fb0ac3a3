"""`ContrastLimitedAdaptiveHistogramEqualization`: values spread by what is frequent in the neighbourhood."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing.image._base_image import BaseImage, keeps_integers
from tricorn.layers.preprocessing.image._factors import value_range_of
from tricorn.layers.preprocessing.image._histogram_table import flat_positions, levels_of
from tricorn.layers.preprocessing.image._photometric import finished, from_255, to_255
from tricorn.ops._image_histogram import histograms, looked_up

_BINS = 256


class ContrastLimitedAdaptiveHistogramEqualization(BaseImage):
    """CLAHE: each pixel passed through the cumulative histograms of the tiles around it.

    An image is divided into a grid of equal tiles (mirrored at its lower and right border where they do not fit). In the
    histogram of each tile and channel, counts are cut off at `clip_limit * pixels / 256` and what is cut off is shared out
    among all 256 bins; its cumulative sum C gives `255 (C[b] - C[0]) / (C[255] - C[0])` for values in bin b. Between
    tiles, results are interpolated linearly. The layer works the same in training and without. Integers stay integers.
    Labels, boxes and masks stay.

    Args:
        value_range: Lowest and highest value of images; others count as the nearest of them.
        clip_limit: How far counts may be above those of equal frequencies, 1 being equal; 0 for no limit.
        tile_grid_size: How many tiles there are in height and in width.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: An argument is out of range.

    Source: Zuiderveld, Contrast limited adaptive histogram equalization, 1994.

    Example:
        >>> images = np.arange(64.0, dtype="float32").reshape(1, 8, 8, 1)
        >>> ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(2, 2))(images).shape
        (1, 8, 8, 1)
    """

    def __init__(
        self, value_range=(0, 255), clip_limit=4.0, tile_grid_size=(8, 8), data_format=None, **kwargs
    ):
        super().__init__(data_format=data_format, **kwargs)
        where = self._where()
        self.value_range = value_range_of(self, value_range)
        if isinstance(clip_limit, bool) or not isinstance(clip_limit, (int, float)) or not clip_limit >= 0:
            raise bad_argument(where, "`clip_limit` must be a number.", expected="0 or more",
                               given=f"clip_limit={clip_limit!r}")  # fmt: skip
        grid = tuple(tile_grid_size) if isinstance(tile_grid_size, (tuple, list)) else ()
        if len(grid) != 2 or not all(type(size) is int and size > 0 for size in grid):
            raise bad_argument(where, "`tile_grid_size` must be two positive ints.", expected="e.g. (8, 8)",
                               given=f"tile_grid_size={tile_grid_size!r}")  # fmt: skip
        self.clip_limit, self.tile_grid_size = clip_limit, grid

    def _image_dtype(self, images):
        return keeps_integers(self, images)

    def transform_images(self, images, transformation=None, training=True):
        channels = images.shape[self.channels_axis]
        x = to_255(images, self.value_range)
        levels = flat_positions(levels_of(x, _BINS - 1), channels, self.channels_axis, _BINS)
        (height, tall), (width, wide) = self._tiles(images)
        rows, columns = self.tile_grid_size
        # All tables of an image in one row: of the tiles from left to right and down, of each its channels.
        across, down = channels * _BINS, channels * _BINS * columns
        table = self._table(
            self._mirrored(levels, height, width, tall, wide), tall, wide, across, down, channels
        )

        shape = ops.shape(levels)
        above, below, share_down = self._neighbours(height, tall, rows, down, self.height_axis, x.dtype)
        before, after, share_across = self._neighbours(width, wide, columns, across, self.width_axis, x.dtype)
        lines = []
        for line in (above, below):
            own = levels + line
            left, right = (
                ops.reshape(looked_up(table, ops.reshape(own + column, (shape[0], -1))), shape)
                for column in (before, after)
            )
            lines.append(left + (right - left) * share_across)
        result = lines[0] + (lines[1] - lines[0]) * share_down
        return finished(from_255(result, self.value_range), images)

    def _tiles(self, images):
        """Of height and width: the size of the images, and of a tile."""
        return [(size, (size + count - 1) // count)
                for size, count in zip(self._size(images), self.tile_grid_size, strict=True)]  # fmt: skip

    def _mirrored(self, levels, height, width, tall, wide):
        """Levels, with those that the last tiles lack: mirrored about the border, again and again."""
        sizes = ((height, tall, self.height_axis), (width, wide, self.width_axis))
        for count, (size, tile, axis) in zip(self.tile_grid_size, sizes, strict=True):
            if isinstance(size, int) and size == tile * count:
                continue
            place = ops.arange(tile * count) % (2 * size)
            levels = ops.take(levels, ops.minimum(place, 2 * size - 1 - place), axis)
        return levels

    def _table(self, levels, tall, wide, across, down, channels):
        """New values (batch, rows * columns * channels * bins) on the scale of 0 to 255."""
        rows, columns = self.tile_grid_size
        for count, tile, step, axis in (
            (rows, tall, down, self.height_axis),
            (columns, wide, across, self.width_axis),
        ):
            levels = levels + _along(ops.arange(tile * count) // tile * step, axis)
        counts = histograms(ops.reshape(levels, (ops.shape(levels)[0], -1)), rows * down)
        counts = ops.cast(ops.reshape(counts, (-1, rows * columns * channels, _BINS)), "float32")
        if self.clip_limit > 0:
            kept = ops.minimum(counts, ops.sum(counts[:, :1], -1, keepdims=True) * (self.clip_limit / _BINS))
            counts = kept + ops.mean(counts - kept, -1, keepdims=True)
        total = ops.cumsum(counts, -1)
        total = total - total[..., :1]
        table = ops.clip(total * (255 / ops.maximum(total[..., -1:], 1e-9)), 0, 255)
        return ops.reshape(table, (-1, rows * down))

    def _neighbours(self, size, tile, count, step, axis, dtype):
        """For lines of pixels: where the tables of the tiles before and after begin, and how near the latter is."""
        place = ops.cast(ops.arange(size), dtype) / ops.cast(tile, dtype) - 0.5
        before = ops.floor(place)
        share = place - before
        first = ops.cast(before, "int32")
        starts = (ops.clip(first + shift, 0, count - 1) * step for shift in (0, 1))
        return (*(_along(start, axis) for start in starts), _along(share, axis))

    def get_config(self):
        return {
            **super().get_config(),
            "value_range": self.value_range,
            "clip_limit": self.clip_limit,
            "tile_grid_size": self.tile_grid_size,
        }


def _along(line, axis):
    """Values of lines of pixels, so that they broadcast to a batch of images."""
    shape = [1, 1, 1, 1]
    shape[axis] = -1
    return (
        ops.cast(ops.reshape(line, shape), "int32") if "int" in ops.dtype(line) else ops.reshape(line, shape)
    )
