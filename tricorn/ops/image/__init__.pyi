# Images: resizing, geometric transforms, colour spaces, patches, filters.
# fmt: off
from tricorn.ops._image_color import (
    hsv_to_rgb as hsv_to_rgb,
    rgb_to_grayscale as rgb_to_grayscale,
    rgb_to_hsv as rgb_to_hsv,
)
from tricorn.ops._image_filter import (
    gaussian_blur as gaussian_blur,
    sobel_edges as sobel_edges,
    ssim as ssim,
)
from tricorn.ops._image_pad import (
    crop_images as crop_images,
    pad_images as pad_images,
)
from tricorn.ops._image_patches import (
    extract_patches as extract_patches,
    extract_patches_3d as extract_patches_3d,
)
from tricorn.ops._image_resize import (
    resize as resize,
    scale_and_translate as scale_and_translate,
)
from tricorn.ops._image_transform import (
    affine_transform as affine_transform,
    elastic_transform as elastic_transform,
    map_coordinates as map_coordinates,
    perspective_transform as perspective_transform,
)
