"""Formats of bounding boxes."""

from __future__ import annotations

from tricorn.core.errors import bad_argument

FORMATS = (
    "xyxy",
    "yxyx",
    "xywh",
    "center_xywh",
    "center_yxhw",
    "rel_xyxy",
    "rel_yxyx",
    "rel_xywh",
    "rel_center_xywh",
)


def checked_format(name, where, or_none=False):
    """The name of a format, in lower case.

    Raises:
        ValueError: There is no such format.
    """
    if name is None and or_none:
        return None
    if not isinstance(name, str) or name.lower() not in FORMATS:
        raise bad_argument(
            where, "no such format of bounding boxes.", expected=", ".join(FORMATS), given=repr(name)
        )
    return name.lower()
