"""Switches of loading, whose home is `core.serial`."""

from tricorn.core.serial import enable_unsafe_deserialization as enable_unsafe_deserialization
