"""The demo's pictures, as PNG files."""

from __future__ import annotations

import pathlib

import matplotlib
import numpy as np

matplotlib.use("Agg")  # files only: no window, no display needed

from matplotlib import pyplot
from matplotlib.ticker import MaxNLocator

_COLOURS = {"jax": "#7b3fa0", "torch": "#d9482b", "tensorflow": "#e69a00"}
_ROWS, _COLUMNS = 3, 8


def draw_curves(histories: dict[str, dict[str, list[float]]], path: pathlib.Path) -> None:
    """Loss by epoch, one colour per engine: training solid, validation dashed."""
    figure, axes = pyplot.subplots(figsize=(7, 4.2), layout="constrained")
    for engine, history in histories.items():
        for key, style, label in (("loss", "-", engine), ("val_loss", "--", f"{engine}, validation")):
            epochs = range(1, len(history[key]) + 1)
            axes.plot(epochs, history[key], style, color=_COLOURS.get(engine), label=label, linewidth=1.4)
    axes.set(xlabel="epoch", ylabel="cross-entropy", yscale="log", title="One model, one seed, each engine")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.25, which="both")
    axes.legend(frameon=False, fontsize=8)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)


def draw_digits(
    images: np.ndarray, labels: np.ndarray, probabilities: np.ndarray, path: pathlib.Path
) -> None:
    """Some test digits with what the model says, its mistakes first and in red.

    Args:
        images: (rows, 8, 8, 1).
        labels: (rows,).
        probabilities: (rows, 10).
        path: The PNG file.
    """
    said = probabilities.argmax(axis=1)
    mistakes_first = np.argsort(said == labels, kind="stable")[: _ROWS * _COLUMNS]
    figure, axes = pyplot.subplots(_ROWS, _COLUMNS, figsize=(8, 3.9), layout="constrained")
    for axis, row in zip(axes.flat, mistakes_first, strict=False):
        wrong = said[row] != labels[row]
        axis.imshow(images[row, :, :, 0], cmap="gray_r")
        sure = f"{said[row]} ({100 * probabilities[row, said[row]]:.0f} %)"
        axis.set_title(
            f"{sure}, is {labels[row]}" if wrong else sure, fontsize=8, color="#c00" if wrong else "#222"
        )
    for axis in axes.flat:
        axis.set_axis_off()
    figure.suptitle("What the model says, its mistakes first", fontsize=10)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)
