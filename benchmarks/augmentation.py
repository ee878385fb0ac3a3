"""Layers for images against the reference, in one run: `python -m benchmarks.augmentation`, or `make bench-augmentation`.

A layer is called eagerly, in training, on 64 images of 224 x 224 x 3 in float32. The two take turns and the least of the
rounds counts, also of the draws: what a layer that chooses among others does in its cheapest. The reference runs in a
process of its own. Layers that either side lacks are left out, and what the reference needs more memory for than 16 GB.
"""

from __future__ import annotations

import argparse
import gc
import json
import time

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.worker import Worker

ENGINES = ("jax", "torch", "tensorflow")
ARMS = ("tricorn", "reference")
SHAPE = (64, 224, 224, 3)
#: Each layer, as code over the package of layers; "labels" marks those that need some.
LAYERS = {
    "AugMix": "L.AugMix(seed=1)",
    "AutoContrast": "L.AutoContrast()",
    "CenterCrop": "L.CenterCrop(192, 192)",
    "ContrastLimitedAdaptiveHistogramEqualization": "L.ContrastLimitedAdaptiveHistogramEqualization()",
    "CutMix": "L.CutMix(seed=1)",
    "Equalization": "L.Equalization()",
    "MixUp": "L.MixUp(seed=1)",
    "RandAugment": "L.RandAugment(seed=1)",
    "RandomBrightness": "L.RandomBrightness(0.2, seed=1)",
    "RandomColorDegeneration": "L.RandomColorDegeneration(0.5, seed=1)",
    "RandomColorJitter": "L.RandomColorJitter((0, 255), 0.2, 0.2, 0.2, 0.2, seed=1)",
    "RandomContrast": "L.RandomContrast(0.2, seed=1)",
    "RandomCrop": "L.RandomCrop(192, 192, seed=1)",
    "RandomElasticTransform": "L.RandomElasticTransform(seed=1)",
    "RandomErasing": "L.RandomErasing(seed=1)",
    "RandomFlip": "L.RandomFlip(seed=1)",
    "RandomFlip horizontal": "L.RandomFlip('horizontal', seed=1)",
    "RandomFlip vertical": "L.RandomFlip('vertical', seed=1)",
    "RandomGaussianBlur": "L.RandomGaussianBlur(seed=1)",
    "RandomGrayscale": "L.RandomGrayscale()",
    "RandomHue": "L.RandomHue(0.2, seed=1)",
    "RandomInvert": "L.RandomInvert(seed=1)",
    "RandomPerspective": "L.RandomPerspective(seed=1)",
    "RandomPosterization": "L.RandomPosterization(4, seed=1)",
    "RandomRotation": "L.RandomRotation(0.1, seed=1)",
    "RandomSaturation": "L.RandomSaturation(0.2, seed=1)",
    "RandomSharpness": "L.RandomSharpness(0.2, seed=1)",
    "RandomShear": "L.RandomShear(0.2, 0.2, seed=1)",
    "RandomTranslation": "L.RandomTranslation(0.2, 0.2, seed=1)",
    "RandomZoom": "L.RandomZoom(0.2, seed=1)",
    "RandomZoom constant": "L.RandomZoom(0.2, fill_mode='constant', seed=1)",
    "Resizing smaller": "L.Resizing(128, 128)",
    "Resizing larger": "L.Resizing(256, 256)",
    "Solarization": "L.Solarization(0.2, 0.2, seed=1)",
}
#: What the reference does not do in 16 GB.
TOO_LARGE = {("torch", "ContrastLimitedAdaptiveHistogramEqualization")}


class LayerMeasurer:
    """Answers single measurements in milliseconds; the call is made on first use and kept for its layer."""

    def __init__(self, engine, arm_names, clock="wall", step_divisor=1):
        self.engine = engine
        self.name, self.call = None, None
        if "tricorn" in arm_names:
            import tricorn as keras

            keras.set_backend(engine)
        else:
            import keras  # the worker has set KERAS_BACKEND
        self.keras = keras
        images = np.random.default_rng(0).uniform(0, 255, SHAPE).astype("float32")
        self.images = keras.ops.convert_to_tensor(images)

    def milliseconds(self, arm, name):
        """The time of one call of a layer; None where there is no such layer, or it fails."""
        if name != self.name:
            self.name, self.call = name, self._made(name)
        if self.call is None:
            return None
        gc.collect()
        start = time.perf_counter()
        self.call()
        return (time.perf_counter() - start) * 1e3

    def _made(self, name):
        layers = self.keras.layers
        code = LAYERS[name]
        if not hasattr(layers, code.partition("(")[0].removeprefix("L.")):
            return None
        if self.keras.__name__ != "tricorn" and (self.engine, name) in TOO_LARGE:
            return None
        layer = eval(code, {"L": layers})

        def call():
            out = layer(self.images, training=True)
            if self.engine == "jax":
                out.block_until_ready()
            elif self.engine == "tensorflow":
                out._numpy_internal() if hasattr(out, "_numpy_internal") else out.numpy()
            return out

        try:
            for _ in range(2):
                call()
        except Exception:  # the reference's own faults are no reason to stop
            if self.keras.__name__ == "tricorn":
                raise
            return None
        return call


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engines", nargs="*", default=ENGINES, choices=ENGINES)
    parser.add_argument("--layers", nargs="*", default=list(LAYERS), choices=list(LAYERS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", help="a file for the figures")
    options = parser.parse_args(arguments)
    rows = []
    for engine in options.engines:
        rows += measure_engine(engine, options)
    if options.json:
        with open(options.json, "w") as file:  # noqa: PTH123
            json.dump(rows, file, indent=1)
    table = Table("engine", "layer", "tricorn ms", "reference ms", "of reference", "images/s")
    for row in rows:
        ours, theirs = row.get("tricorn"), row.get("reference")
        ratio = ours / theirs if ours and theirs else None
        cells = [f"{figure:.1f}" if figure else "-" for figure in (ours, theirs)]
        cells += [f"{ratio:.2f}" if ratio else "-", f"{SHAPE[0] / ours * 1e3:.0f}" if ours else "-"]
        table.add_row(row["engine"], row["layer"], *cells, style="bold" if (ratio or 0) > 1 else "")
    Console(width=110).print(table)


def measure_engine(engine, options):
    workers = {arm: Worker(engine, [arm], measurer="benchmarks.augmentation:LayerMeasurer") for arm in ARMS}
    rows = []
    try:
        for name in options.layers:
            row = {"engine": engine, "layer": name}
            for _ in range(options.rounds):
                for arm, worker in workers.items():
                    figure = worker.measure("milliseconds", arm, name)
                    if figure is not None:
                        row[arm] = min(figure, row.get(arm, figure))
            rows.append(row)
    finally:
        for worker in workers.values():
            worker.close()
    return rows


if __name__ == "__main__":
    main()
