"""Losses: classes with a reduction, and functions that give values per sample."""

from ._crossentropy import BinaryCrossentropy as BinaryCrossentropy
from ._crossentropy import CategoricalCrossentropy as CategoricalCrossentropy
from ._crossentropy import SparseCategoricalCrossentropy as SparseCategoricalCrossentropy
from ._crossentropy import binary_crossentropy as binary_crossentropy
from ._crossentropy import categorical_crossentropy as categorical_crossentropy
from ._crossentropy import sparse_categorical_crossentropy as sparse_categorical_crossentropy
from ._ctc import CTC as CTC
from ._ctc import ctc as ctc
from ._focal import BinaryFocalCrossentropy as BinaryFocalCrossentropy
from ._focal import CategoricalFocalCrossentropy as CategoricalFocalCrossentropy
from ._focal import CategoricalGeneralizedCrossEntropy as CategoricalGeneralizedCrossEntropy
from ._focal import binary_focal_crossentropy as binary_focal_crossentropy
from ._focal import categorical_focal_crossentropy as categorical_focal_crossentropy
from ._focal import categorical_generalized_cross_entropy as categorical_generalized_cross_entropy
from ._get import deserialize as deserialize
from ._get import get as get
from ._get import serialize as serialize
from ._hinge import CategoricalHinge as CategoricalHinge
from ._hinge import Hinge as Hinge
from ._hinge import SquaredHinge as SquaredHinge
from ._hinge import categorical_hinge as categorical_hinge
from ._hinge import hinge as hinge
from ._hinge import squared_hinge as squared_hinge
from ._loss import Loss as Loss
from ._overlap import Dice as Dice
from ._overlap import Tversky as Tversky
from ._overlap import dice as dice
from ._overlap import tversky as tversky
from ._regression import Huber as Huber
from ._regression import LogCosh as LogCosh
from ._regression import MeanAbsoluteError as MeanAbsoluteError
from ._regression import MeanAbsolutePercentageError as MeanAbsolutePercentageError
from ._regression import MeanSquaredError as MeanSquaredError
from ._regression import MeanSquaredLogarithmicError as MeanSquaredLogarithmicError
from ._regression import Poisson as Poisson
from ._regression import huber as huber
from ._regression import log_cosh as log_cosh
from ._regression import mean_absolute_error as mean_absolute_error
from ._regression import mean_absolute_percentage_error as mean_absolute_percentage_error
from ._regression import mean_squared_error as mean_squared_error
from ._regression import mean_squared_logarithmic_error as mean_squared_logarithmic_error
from ._regression import poisson as poisson
from ._similarity import Circle as Circle
from ._similarity import CosineSimilarity as CosineSimilarity
from ._similarity import KLDivergence as KLDivergence
from ._similarity import circle as circle
from ._similarity import cosine_similarity as cosine_similarity
from ._similarity import kl_divergence as kl_divergence
from ._wrapper import LossFunctionWrapper as LossFunctionWrapper

__all__ = [
    "Loss",
    "LossFunctionWrapper",
    "CTC",
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "deserialize",
    "dice",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "serialize",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]
