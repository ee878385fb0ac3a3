"""Tricorn: the Keras 3 API, natively on JAX, PyTorch and TensorFlow (and NumPy, for inference), side by side.

Nothing heavy is imported here: names are served when they are used, and an engine is imported when it is chosen.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

from tricorn._version import __version__ as __version__  # noqa: E402
