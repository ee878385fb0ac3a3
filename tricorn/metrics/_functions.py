"""The loss functions that are metrics too."""

from tricorn.losses._crossentropy import binary_crossentropy as binary_crossentropy
from tricorn.losses._crossentropy import categorical_crossentropy as categorical_crossentropy
from tricorn.losses._crossentropy import sparse_categorical_crossentropy as sparse_categorical_crossentropy
from tricorn.losses._focal import binary_focal_crossentropy as binary_focal_crossentropy
from tricorn.losses._focal import categorical_focal_crossentropy as categorical_focal_crossentropy
from tricorn.losses._hinge import categorical_hinge as categorical_hinge
from tricorn.losses._hinge import hinge as hinge
from tricorn.losses._hinge import squared_hinge as squared_hinge
from tricorn.losses._regression import huber as huber
from tricorn.losses._regression import log_cosh as log_cosh
from tricorn.losses._regression import mean_absolute_error as mean_absolute_error
from tricorn.losses._regression import mean_absolute_percentage_error as mean_absolute_percentage_error
from tricorn.losses._regression import mean_squared_error as mean_squared_error
from tricorn.losses._regression import mean_squared_logarithmic_error as mean_squared_logarithmic_error
from tricorn.losses._regression import poisson as poisson
from tricorn.losses._similarity import kl_divergence as kl_divergence
