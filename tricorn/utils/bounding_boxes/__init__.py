"""Bounding boxes: formats, overlap, differences from anchors, and what happens to boxes as images change."""

from tricorn.core.contents import serve

__getattr__, __dir__, __all__ = serve(__name__, __file__)
