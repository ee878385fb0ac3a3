"""Files: whole models and weights, and the register of classes that files may name."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
