from tricorn.core.contents import serve

__getattr__, __dir__, __all__ = serve(__name__, __file__)
