"""What layers share that bring images to a given height and width."""

from __future__ import annotations

import operator

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing.image._moves_boxes import MovesBoxes
from tricorn.ops._image_resize import ratio_window


class ToSize(MovesBoxes):
    """Mixin for `BaseImage`: `height` and `width`, the shape that comes out, and the largest window of that aspect ratio."""

    def _set_size(self, height, width):
        self.height, self.width = self._checked_size("height", height), self._checked_size("width", width)

    def _checked_size(self, name, value):
        try:
            size = operator.index(value)
        except TypeError:
            size = 0
        if size < 1 or isinstance(value, bool):
            raise bad_argument(self._where(), f"`{name}` must be a number of pixels.", expected="an integer of at least 1",
                               given=f"{name}={value!r}")  # fmt: skip
        return size

    def compute_output_shape(self, input_shape):
        """The shape of images that come out, from that of images, or of one."""
        shape = list(input_shape)
        if len(shape) not in (3, 4):
            raise bad_argument(self._where(), "takes one image or a batch of images.", expected="a shape of rank 3 or 4",
                               given=f"{input_shape}")  # fmt: skip
        shape[self.height_axis], shape[self.width_axis] = self.height, self.width
        return tuple(shape)

    def _where_it_fits(self, size, fits, otherwise):
        """`fits()` if a window of the layer's size lies within images of a size, else `otherwise()`.

        A size may be known only when a graph runs; then so is what is done.
        """
        if _is_known(size):
            return fits() if size[0] >= self.height and size[1] >= self.width else otherwise()
        large = ops.logical_and(
            ops.greater_equal(size[0], self.height), ops.greater_equal(size[1], self.width)
        )
        return ops.cond(large, fits, otherwise)

    def _windowed(self, images, window, interpolation):
        """`window()` of images where they are large enough; else they are resized."""
        size = self._size(images)
        found = self._where_it_fits(size, window, lambda: self._resized(images, interpolation))
        if _is_known(size):
            return found
        # What comes of a condition has lost its shape.
        return ops.reshape(found, self.compute_output_shape(ops.shape(images)))

    def _resized(self, images, interpolation):
        """The largest window in the middle of the wanted aspect ratio, brought to size."""
        return ops.image.resize(images, (self.height, self.width), interpolation, crop_to_aspect_ratio=True,
                                data_format=self.data_format)  # fmt: skip

    def _resized_boxes(self, corners, size):
        """Corners of boxes as `_resized` moves them, from images of a size."""
        top, left, height, width = ratio_window(*size, (self.height, self.width))
        return stretched(corners, (top, left), (self.height, height), (self.width, width))


def _is_known(size):
    return all(isinstance(one, int) for one in size)


def stretched(corners, start, rows, columns):
    """Corners counted from `start` (top, left), times the ratio of rows (after, before) and that of columns."""
    first = corners[0]
    top, left = (one if isinstance(one, int) else ops.cast(one, first.dtype) for one in start)
    down, right = (_ratio(*pair, first.dtype) for pair in (rows, columns))
    return (
        (first - left) * right,
        (corners[1] - top) * down,
        (corners[2] - left) * right,
        (corners[3] - top) * down,
    )


def _ratio(after, before, dtype):
    return after / (before if isinstance(before, int) else ops.cast(before, dtype))
