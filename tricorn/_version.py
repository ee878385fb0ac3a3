"""The version, in one place: the build reads it here, and so does `tricorn.__version__`."""

__version__ = "0.1.0"


def version():
    """The version of this package."""
    return __version__
