"""Metrics: numbers that build up over batches."""

from ._accuracy import Accuracy as Accuracy
from ._accuracy import BinaryAccuracy as BinaryAccuracy
from ._accuracy import CategoricalAccuracy as CategoricalAccuracy
from ._accuracy import SparseCategoricalAccuracy as SparseCategoricalAccuracy
from ._accuracy import SparseTopKCategoricalAccuracy as SparseTopKCategoricalAccuracy
from ._accuracy import TopKCategoricalAccuracy as TopKCategoricalAccuracy
from ._accuracy import binary_accuracy as binary_accuracy
from ._accuracy import categorical_accuracy as categorical_accuracy
from ._accuracy import sparse_categorical_accuracy as sparse_categorical_accuracy
from ._accuracy import sparse_top_k_categorical_accuracy as sparse_top_k_categorical_accuracy
from ._accuracy import top_k_categorical_accuracy as top_k_categorical_accuracy
from ._auc import AUC as AUC
from ._confusion_metrics import FalseNegatives as FalseNegatives
from ._confusion_metrics import FalsePositives as FalsePositives
from ._confusion_metrics import Precision as Precision
from ._confusion_metrics import Recall as Recall
from ._confusion_metrics import TrueNegatives as TrueNegatives
from ._confusion_metrics import TruePositives as TruePositives
from ._f_score import F1Score as F1Score
from ._f_score import FBetaScore as FBetaScore
from ._functions import binary_crossentropy as binary_crossentropy
from ._functions import binary_focal_crossentropy as binary_focal_crossentropy
from ._functions import categorical_crossentropy as categorical_crossentropy
from ._functions import categorical_focal_crossentropy as categorical_focal_crossentropy
from ._functions import categorical_hinge as categorical_hinge
from ._functions import hinge as hinge
from ._functions import huber as huber
from ._functions import kl_divergence as kl_divergence
from ._functions import log_cosh as log_cosh
from ._functions import mean_absolute_error as mean_absolute_error
from ._functions import mean_absolute_percentage_error as mean_absolute_percentage_error
from ._functions import mean_squared_error as mean_squared_error
from ._functions import mean_squared_logarithmic_error as mean_squared_logarithmic_error
from ._functions import poisson as poisson
from ._functions import sparse_categorical_crossentropy as sparse_categorical_crossentropy
from ._functions import squared_hinge as squared_hinge
from ._get import deserialize as deserialize
from ._get import get as get
from ._get import serialize as serialize
from ._iou import BinaryIoU as BinaryIoU
from ._iou import IoU as IoU
from ._iou import MeanIoU as MeanIoU
from ._iou import OneHotIoU as OneHotIoU
from ._iou import OneHotMeanIoU as OneHotMeanIoU
from ._metric import Metric as Metric
from ._operating_point import PrecisionAtRecall as PrecisionAtRecall
from ._operating_point import RecallAtPrecision as RecallAtPrecision
from ._operating_point import SensitivityAtSpecificity as SensitivityAtSpecificity
from ._operating_point import SpecificityAtSensitivity as SpecificityAtSensitivity
from ._probabilistic_metrics import BinaryCrossentropy as BinaryCrossentropy
from ._probabilistic_metrics import CategoricalCrossentropy as CategoricalCrossentropy
from ._probabilistic_metrics import CategoricalHinge as CategoricalHinge
from ._probabilistic_metrics import Hinge as Hinge
from ._probabilistic_metrics import KLDivergence as KLDivergence
from ._probabilistic_metrics import Poisson as Poisson
from ._probabilistic_metrics import SparseCategoricalCrossentropy as SparseCategoricalCrossentropy
from ._probabilistic_metrics import SquaredHinge as SquaredHinge
from ._r2_score import R2Score as R2Score
from ._reduction_metrics import Mean as Mean
from ._reduction_metrics import MeanMetricWrapper as MeanMetricWrapper
from ._reduction_metrics import Sum as Sum
from ._regression_metrics import ConcordanceCorrelation as ConcordanceCorrelation
from ._regression_metrics import CosineSimilarity as CosineSimilarity
from ._regression_metrics import LogCoshError as LogCoshError
from ._regression_metrics import MeanAbsoluteError as MeanAbsoluteError
from ._regression_metrics import MeanAbsolutePercentageError as MeanAbsolutePercentageError
from ._regression_metrics import MeanSquaredError as MeanSquaredError
from ._regression_metrics import MeanSquaredLogarithmicError as MeanSquaredLogarithmicError
from ._regression_metrics import PearsonCorrelation as PearsonCorrelation
from ._regression_metrics import RootMeanSquaredError as RootMeanSquaredError
from ._regression_metrics import concordance_correlation as concordance_correlation
from ._regression_metrics import pearson_correlation as pearson_correlation

__all__ = [
    "AUC",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "ConcordanceCorrelation",
    "CosineSimilarity",
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "IoU",
    "KLDivergence",
    "LogCoshError",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanIoU",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Metric",
    "OneHotIoU",
    "OneHotMeanIoU",
    "PearsonCorrelation",
    "Poisson",
    "Precision",
    "PrecisionAtRecall",
    "R2Score",
    "Recall",
    "RecallAtPrecision",
    "RootMeanSquaredError",
    "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SpecificityAtSensitivity",
    "SquaredHinge",
    "Sum",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "binary_accuracy",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "concordance_correlation",
    "deserialize",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "pearson_correlation",
    "poisson",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "squared_hinge",
    "top_k_categorical_accuracy",
]
