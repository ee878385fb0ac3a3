from ._clone import clone_model as clone_model, model_from_json as model_from_json
from ._files import load_model as load_model, save_model as save_model
from ._functional import Functional as Functional
from ._model import Model as Model
from ._sequential import Sequential as Sequential

__all__ = ["Functional", "Model", "Sequential", "clone_model", "load_model", "model_from_json", "save_model"]
