"""The equation of an `EinsumDense`: read once, checked against the shape of the input, and recognised if it is a
plain matrix product."""

from __future__ import annotations

import math
import re

from tricorn.core.errors import bad_argument

_FORM = re.compile(r"([a-zA-Z]*)(\.\.\.)?([a-zA-Z]*),([a-zA-Z]+)->([a-zA-Z]*)(\.\.\.)?([a-zA-Z]*)")


def parse(where, equation):
    """The parts of an equation: labels before the ellipsis of the inputs, the ellipsis, those after it; the kernel's
    labels; the same three of the outputs.

    Raises:
        ValueError: It does not have the form.
    """
    match = _FORM.fullmatch(equation.replace(" ", "")) if isinstance(equation, str) else None
    if match is None or bool(match[2]) != bool(match[6]):
        raise bad_argument(where, "`equation` does not have the form of a dense layer.",
                           expected='"inputs,kernel->outputs", such as "abc,cd->abd" or "...x,xy->...y"',
                           given=repr(equation))  # fmt: skip
    return match.groups()


class EinsumEquation:
    """Sizes and shapes of `"inputs,kernel->outputs"`.

    Attributes:
        kernel_shape: Shape of the kernel.
        bias_shape: Shape of the bias, None without `bias_axes`.
        output_labels: Labels of the output; "..." stands for the axes that the ellipsis means.
        contracted: Number of trailing input axes that a plain matrix product sums over; 0 if it is not one.
        new_sizes: Sizes of the output axes that come from the kernel, for a plain matrix product.
    """

    def __init__(self, where, equation, output_shape, bias_axes, input_shape):
        self.where = where
        left, dots, right, kernel, out_left, _, out_right = parse(where, equation)
        self.has_dots = bool(dots)
        self.input_labels = [*left, *(["..."] if dots else []), *right]
        self.kernel_labels = list(kernel)
        self.output_labels = [*out_left, *(["..."] if dots else []), *out_right]
        self.sizes = self._read_input(tuple(input_shape))
        self._read_output(output_shape)
        self._check_labels()
        self.kernel_shape = tuple(self.sizes[label] for label in self.kernel_labels)
        self.bias_shape = self._bias_shape(bias_axes)
        self._recognise()
        self.bias_is_flat = self.bias_shape is not None and self.bias_shape == tuple(self.new_sizes)

    def _read_input(self, shape):
        named = len(self.input_labels) - self.has_dots
        if len(shape) < named or (not self.has_dots and len(shape) != named):
            raise bad_argument(self.where, "the input's rank does not fit `equation`.",
                               expected=f"{named} axes{' or more' if self.has_dots else ''}, "
                               f"{''.join(self.input_labels)}", given=f"input shape {shape}")  # fmt: skip
        sizes, position = {}, 0
        for label in self.input_labels:
            if label == "...":
                self.dots_rank = len(shape) - named
                position += self.dots_rank
                continue
            sizes[label] = shape[position]
            position += 1
        if not self.has_dots:
            self.dots_rank = 0
        return sizes

    def _read_output(self, output_shape):
        given = list(output_shape)
        labels = self.output_labels
        if labels[:1] == ["..."] or not self.has_dots:
            pairs = zip(reversed(labels), reversed(given), strict=False)
            named = len(labels) - 1
        else:
            pairs = zip(labels[1:], given, strict=False)
            named = len(labels) - 2
        if len(given) < named if self.has_dots else len(given) != named:
            raise bad_argument(self.where, "`output_shape` does not fit `equation`.",
                               expected=f"{named} sizes, of {''.join(labels[1:])}",
                               given=f"output_shape={tuple(given)}")  # fmt: skip
        for label, size in pairs:
            if label == "...":
                break
            known = self.sizes.get(label)
            if known is not None and size is not None and known != size:
                raise bad_argument(self.where, f"`output_shape` contradicts the input on axis {label!r}.",
                                   expected=known, given=f"output_shape={tuple(given)}")  # fmt: skip
            if label not in self.sizes or (known is None and label in self.kernel_labels):
                self.sizes[label] = size

    def _check_labels(self):
        for label in self.kernel_labels:
            if self.sizes.get(label) is None:
                problem = f"the size of axis {label!r} of the kernel is not known."
                raise bad_argument(self.where, problem, expected="a known size in the input or in `output_shape`",
                                   given=f"sizes {self.sizes}")  # fmt: skip
        for label in self.output_labels:
            if label != "..." and label not in self.input_labels and label not in self.kernel_labels:
                raise bad_argument(
                    self.where, f"axis {label!r} of the output is in neither operand of `equation`."
                )

    def _bias_shape(self, bias_axes):
        if not bias_axes:
            return None
        for label in bias_axes:
            if label not in self.output_labels:
                raise bad_argument(self.where, f"`bias_axes` names {label!r}, which is not an axis of the output.",
                                   expected=f"letters of {''.join(self.output_labels)}",
                                   given=repr(bias_axes))  # fmt: skip
        first = min(self.output_labels.index(label) for label in bias_axes)
        labels = self.output_labels[first:]
        shape = []
        for label in labels:
            shape += (
                [1] * self.dots_rank if label == "..." else [self.sizes[label] if label in bias_axes else 1]
            )
        if None in shape:
            raise bad_argument(
                self.where, "an axis of the bias has an unknown size.", given=f"bias_axes={bias_axes!r}"
            )
        return tuple(shape)

    def output_shape(self, input_shape):
        """The output's shape for an input of this shape."""
        sizes, dots, position = dict(self.sizes), (), 0
        for label in self.input_labels:
            if label == "...":
                dots = tuple(input_shape[position : position + self.dots_rank])
                position += self.dots_rank
            else:
                if label not in self.kernel_labels:
                    sizes[label] = input_shape[position]
                position += 1
        shape = []
        for label in self.output_labels:
            shape += dots if label == "..." else [sizes[label]]
        return tuple(shape)

    def _recognise(self):
        """Inputs (batch axes, summed axes), kernel (summed axes, new axes), outputs (batch axes, new axes)."""
        self.contracted, self.new_sizes = 0, ()
        for count in range(1, len(self.kernel_labels)):
            summed, new = self.kernel_labels[:count], self.kernel_labels[count:]
            batch = self.input_labels[: len(self.input_labels) - count]
            labels = [*batch, *summed, *new]
            if self.input_labels == [*batch, *summed] and self.output_labels == [*batch, *new] and len(
                set(labels)) == len(labels):  # fmt: skip
                self.contracted = count
                self.new_sizes = tuple(self.sizes[label] for label in new)
                self.matrix_shape = (
                    math.prod(self.sizes[label] for label in summed),
                    math.prod(self.new_sizes),
                )
                return
