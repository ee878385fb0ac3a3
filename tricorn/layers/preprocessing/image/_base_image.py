"""What the layers for images share: the parts of the data, single images and batches, and where draws come from."""

from __future__ import annotations

from tricorn import ops, tree
from tricorn.core import backend as backends
from tricorn.core.dtypes import is_float, standardize_dtype
from tricorn.core.errors import bad_argument, describe
from tricorn.core.symbolic import KerasTensor
from tricorn.core.windows import resolve_data_format
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing
from tricorn.layers.preprocessing.image._box_formats import checked_format
from tricorn.random._seed import SeedGenerator

#: What else may be in the data, in the order in which it is transformed.
_TRANSFORMED = ("labels", "bounding_boxes", "segmentation_masks")


class BaseImage(BasePreprocessing):
    """A layer that changes images, and with them the labels, bounding boxes and segmentation masks that belong to them.

    It is called on images, or on a dict with the key "images" and any of "labels", "bounding_boxes" (a dict with
    "boxes" (batch, n, 4) and "labels" (batch, n), where -1 marks padding) and "segmentation_masks"; other keys pass
    through. One image (rank 3) is treated as a batch of one. It runs on the engine of the images it is given.

    A subclass says what happens to a batch: `get_random_transformation` draws, once for all parts of the data;
    `transform_images` and its siblings apply.

    Args:
        bounding_box_format: How boxes are given, needed where data has some: "xyxy", "yxyx", "xywh", "center_xywh",
            "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh".
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `Layer`.

    Call arguments:
        data: Images (batch, height, width, channels), or one image, or a dict as above.
        training: Whether to apply random changes; True unless an outer call says otherwise.
    """

    #: Whether boxes change, so that their format must be known.
    _moves_boxes = False

    def __init__(self, bounding_box_format=None, data_format=None, **kwargs):
        super().__init__(**kwargs)
        where = self._where()
        self.bounding_box_format = checked_format(bounding_box_format, where, or_none=True)
        self.data_format = resolve_data_format(data_format, where)
        first = self.data_format == "channels_first"
        self.height_axis, self.width_axis, self.channels_axis = (-2, -1, -3) if first else (-3, -2, -1)
        self.built = True

    # --- calling ------------------------------------------------------------------------------------------
    def call(self, data, training=True):
        parts = data if isinstance(data, dict) else {"images": data}
        self._check(parts)
        single = len(parts["images"].shape) == 3
        if single:
            parts = {key: tree.map_structure(_as_batch, parts[key]) if key in ("images", *_TRANSFORMED) else parts[key]
                     for key in parts}  # fmt: skip
        images = parts["images"]
        dtype = self._image_dtype(images)
        if standardize_dtype(images.dtype) != dtype:
            parts = {**parts, "images": ops.cast(images, dtype)}
        transformation = self.get_random_transformation(parts, training=training)
        out = {
            **parts,
            "images": self.transform_images(
                parts["images"], transformation=transformation, training=training
            ),
        }
        for key in _TRANSFORMED:
            if key in parts:
                out[key] = getattr(self, f"transform_{key}")(
                    parts[key], transformation=transformation, training=training
                )
        if single:
            out = {key: tree.map_structure(lambda x: x[0], out[key]) if key in ("images", *_TRANSFORMED) else out[key]
                   for key in out}  # fmt: skip
        return out if isinstance(data, dict) else out["images"]

    def _run_on(self, engine, inputs, args, kwargs):
        inputs = self._read(inputs)
        # As a whole, where the engine compiles what is called eagerly: one dispatch, not one an op.
        if engine is self._backend and self._compiled_call is not None and self._is_outermost():
            return self._compiled_call(self, (inputs, *args), kwargs)
        return self.call(inputs, *args, **kwargs)

    def _read(self, inputs):
        if not isinstance(inputs, dict):
            return super()._read(inputs)
        return {key: {name: super(BaseImage, self)._read(part) for name, part in value.items()}
                if isinstance(value, dict) else super(BaseImage, self)._read(value)
                for key, value in inputs.items()}  # fmt: skip

    def _check(self, parts):
        where = self._where()
        if "images" not in parts:
            raise bad_argument(where, "the data has no images.", expected="a tensor, or a dict with the key 'images'",
                               given=f"a dict with the keys {sorted(map(str, parts))}")  # fmt: skip
        shape = tuple(parts["images"].shape)
        if len(shape) not in (3, 4):
            axes = "(channels, height, width)" if self.channels_axis == -3 else "(height, width, channels)"
            raise bad_argument(where, "takes one image or a batch of images.",
                               expected=f"rank 3 {axes} or rank 4, with the batch first", given=f"shape {shape}")  # fmt: skip
        if "bounding_boxes" in parts:
            self._check_boxes(parts["bounding_boxes"], len(shape) - 3)
        masks = parts.get("segmentation_masks")
        if masks is not None and len(masks.shape) not in (len(shape), len(shape) - 1):
            raise bad_argument(where, "segmentation masks must be of the rank of the images, or without channels.",
                               given=f"masks {tuple(masks.shape)}, images {shape}")  # fmt: skip

    def _check_boxes(self, boxes, batch_axes):
        where = self._where()
        if not isinstance(boxes, dict) or not {"boxes", "labels"} <= set(boxes):
            raise bad_argument(where, "bounding boxes are given as a dict.", expected="the keys 'boxes' and 'labels'",
                               given=sorted(boxes) if isinstance(boxes, dict) else describe(boxes))  # fmt: skip
        if self.bounding_box_format is None and self._moves_boxes:
            raise bad_argument(where, "the data has bounding boxes, whose format must be known.",
                               given="bounding_box_format=None",
                               hint=f"{type(self).__name__}(..., bounding_box_format='xyxy')")  # fmt: skip
        corners, labels = tuple(boxes["boxes"].shape), tuple(boxes["labels"].shape)
        if len(corners) != batch_axes + 2 or corners[-1] != 4 or len(labels) != batch_axes + 1:
            raise bad_argument(where, "bounding boxes have other shapes than images.",
                               expected="boxes (batch, n, 4), labels (batch, n); without batch for one image",
                               given=f"boxes {corners}, labels {labels}")  # fmt: skip

    def _image_dtype(self, images):
        """In which dtype images are computed and given back: in the layer's, whatever they are stored in."""
        return self.compute_dtype

    # --- what a subclass says ----------------------------------------------------------------------------
    def get_random_transformation(self, data, training=True, seed=None):
        """What is to be done to a batch, drawn once for all parts of the data.

        Args:
            data: A batch of images, or a dict with them.
            training: Whether random changes are applied.
            seed: A seed or generator to draw from; the layer's own if None.

        Returns:
            What `transform_images` and its siblings take; None for nothing.
        """

    def transform_images(self, images, transformation, training=True):
        """A batch of images, changed.

        Args:
            images: (batch, height, width, channels), or as `data_format` says.
            transformation: What `get_random_transformation` gave.
            training: Whether random changes are applied.
        """
        raise NotImplementedError(f"{self._where()} must define `transform_images`.")

    def transform_labels(self, labels, transformation, training=True):
        """Labels of a batch: most changes of an image leave what it shows."""
        return labels

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        """Boxes of a batch, a dict with "boxes" (batch, n, 4) and "labels" (batch, n): most changes leave them."""
        return bounding_boxes

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        """Masks of a batch (batch, height, width, channels): most changes leave them where they are."""
        return segmentation_masks

    # --- the same for one image ---------------------------------------------------------------------------
    def transform_single_image(self, image, transformation, training=True):
        """`transform_images` of one image (height, width, channels)."""
        return self._single(self.transform_images, image, transformation, training)

    def transform_single_label(self, label, transformation, training=True):
        """`transform_labels` of one image's label."""
        return self._single(self.transform_labels, label, transformation, training)

    def transform_single_bounding_box(self, bounding_box, transformation, training=True):
        """`transform_bounding_boxes` of one image's boxes, a dict with "boxes" (n, 4) and "labels" (n,)."""
        return self._single(self.transform_bounding_boxes, bounding_box, transformation, training)

    def transform_single_segmentation_mask(self, segmentation_mask, transformation, training=True):
        """`transform_segmentation_masks` of one image's mask."""
        return self._single(self.transform_segmentation_masks, segmentation_mask, transformation, training)

    def _single(self, transform, part, transformation, training):
        part = tree.map_structure(lambda x: _as_batch(ops.convert_to_tensor(x)), part)
        return tree.map_structure(
            lambda x: x[0], transform(part, transformation=transformation, training=training)
        )

    # --- sizes ---------------------------------------------------------------------------------------------
    def _size(self, data):
        """Height and width of a batch: ints, or what stands for them while a graph is described or traced."""
        images = data["images"] if isinstance(data, dict) else data
        shape = ops.shape(images)
        return shape[self.height_axis], shape[self.width_axis]

    def _batch_size(self, data):
        images = data["images"] if isinstance(data, dict) else data
        return ops.shape(images)[0] if len(images.shape) == 4 else 1

    # --- specs -------------------------------------------------------------------------------------------------
    def compute_output_shape(self, input_shape):
        """The shape of images that come out, from that of images; of a dict of shapes, that of each part."""
        return input_shape

    def compute_output_spec(self, data, training=True):
        parts = data if isinstance(data, dict) else {"images": data}
        self._check(parts)
        images = parts["images"]
        shape = tuple(images.shape)
        out = {key: tree.map_structure(_bare, part) for key, part in parts.items()}
        out["images"] = _spec(self.compute_output_shape(shape), self._image_dtype(images))
        if "segmentation_masks" in parts:
            out["segmentation_masks"] = self._masks_spec(
                parts["segmentation_masks"], shape, out["images"].shape
            )
        if "labels" in parts:
            out["labels"] = self._labels_spec(out["labels"])
        if "bounding_boxes" in parts:
            out["bounding_boxes"] = self._boxes_spec(out["bounding_boxes"])
        return out if isinstance(data, dict) else out["images"]

    def _masks_spec(self, masks, before, after):
        """Masks change their height and width as images do."""
        shape = list(masks.shape)
        has_channels = len(shape) == len(before)
        first = self.channels_axis == -3
        for axis in (self.height_axis, self.width_axis):
            # Without channels, the axes of masks lie nearer to the end.
            place = axis if has_channels or first else axis + 1
            shape[place] = after[axis]
        return _spec(shape, masks.dtype)

    def _labels_spec(self, labels):
        return labels

    def _boxes_spec(self, boxes):
        return boxes

    def get_config(self):
        config = {**super().get_config(), "data_format": self.data_format}
        if self.bounding_box_format is not None:
            config["bounding_box_format"] = self.bounding_box_format
        return config


class BaseRandomImage(BaseImage):
    """A `BaseImage` that draws random numbers.

    Args:
        seed: Seed of the draws, an int; by default it follows from the global seed.
        **kwargs: Of `BaseImage`.
    """

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.generator = SeedGenerator(seed)
        self.__dict__["_generators"] = {}

    def _draws(self, seed=None):
        """Where draws come from: `seed` if it is given, else the layer's generator.

        The layer's own generator lives on the layer's engine. Called on tensors of another one (in `tf.data`, say), or in
        a process that loads data, the layer has a generator there, of the same seed and of that process: workers that
        are copies of one process must not all draw the same.
        """
        if seed is not None:
            # An int would give each draw of a transformation the same numbers.
            return SeedGenerator(seed) if isinstance(seed, int) else seed
        engine, worker = backends.active_backend(), backends.data_worker()
        if engine is self._backend and worker is None:
            return self.generator
        generators = self.__dict__["_generators"]
        key = engine.name, worker
        if key not in generators:
            for old in [old for old in generators if worker is not None and old[1] != worker]:
                del generators[old]  # of the process that this one was copied from, or of an earlier epoch
            generators[key] = self.generator.elsewhere(worker)
        return generators[key]

    def _flips(self, share, shape, seed):
        """Booleans, each True with the probability `share`."""
        from tricorn.random._draw import uniform

        return ops.less(uniform(shape, seed=seed), share)


def _as_batch(x):
    return ops.expand_dims(x, 0)


def _bare(x):
    return _spec(x.shape, x.dtype)


def _spec(shape, dtype):
    return KerasTensor(tuple(shape), dtype, record_history=False)


def keeps_integers(layer, images):
    """A dtype for layers that give integers back as they came."""
    dtype = standardize_dtype(images.dtype)
    return layer.compute_dtype if is_float(dtype) else dtype
