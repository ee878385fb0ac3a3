# The contents page: every op, grouped by family. `from ._x import y as y` is served lazily.
# fmt: off
from ._arith import (
    add as add, subtract as subtract, multiply as multiply, divide as divide, true_divide as true_divide,
    floor_divide as floor_divide, mod as mod, power as power, negative as negative, absolute as absolute,
    abs as abs, sign as sign, square as square, maximum as maximum, minimum as minimum, clip as clip,
    divide_no_nan as divide_no_nan, reciprocal as reciprocal, logaddexp as logaddexp,
)
from ._explog import (
    sqrt as sqrt, rsqrt as rsqrt, exp as exp, expm1 as expm1, log as log, log1p as log1p, log2 as log2,
    log10 as log10, exp2 as exp2, erf as erf,
)
from ._trig import (
    sin as sin, cos as cos, tan as tan, tanh as tanh, sinh as sinh, cosh as cosh, arcsin as arcsin, arccos
    as arccos, arctan as arctan, arctan2 as arctan2, arcsinh as arcsinh, arccosh as arccosh, arctanh as
    arctanh,
)
from ._round import floor as floor, ceil as ceil, round as round, trunc as trunc
from ._compare import (
    equal as equal, not_equal as not_equal, less as less, less_equal as less_equal, greater as greater,
    greater_equal as greater_equal, logical_and as logical_and, logical_or as logical_or, logical_not as
    logical_not, logical_xor as logical_xor, isnan as isnan, isinf as isinf, isfinite as isfinite, isclose
    as isclose, allclose as allclose,
)
from ._reduce import (
    sum as sum, mean as mean, prod as prod, max as max, min as min, amax as amax, amin as amin, any as any,
    all as all, var as var, std as std, argmax as argmax, argmin as argmin, count_nonzero as count_nonzero,
    logsumexp as logsumexp, average as average,
)
from ._cumulative import cumsum as cumsum, cumprod as cumprod
from ._create import (
    zeros as zeros, ones as ones, full as full, empty as empty, zeros_like as zeros_like, ones_like as
    ones_like, full_like as full_like, empty_like as empty_like, arange as arange, linspace as linspace, eye
    as eye, identity as identity, tri as tri, tril as tril, triu as triu, array as array,
)
from ._cast import (
    cast as cast, saturate_cast as saturate_cast, convert_to_tensor as convert_to_tensor, convert_to_numpy
    as convert_to_numpy, is_tensor as is_tensor, shape as shape, ndim as ndim, dtype as dtype, stop_gradient
    as stop_gradient, copy as copy,
)
from ._reshape import (
    reshape as reshape, transpose as transpose, squeeze as squeeze, expand_dims as expand_dims, ravel as
    ravel, flip as flip, moveaxis as moveaxis, swapaxes as swapaxes, broadcast_to as broadcast_to, tile as
    tile, repeat as repeat, pad as pad, roll as roll,
)
from ._join import (
    concatenate as concatenate, stack as stack, hstack as hstack, vstack as vstack, split as split,
    array_split as array_split, unstack as unstack, append as append, meshgrid as meshgrid,
)
from ._index import (
    take as take, take_along_axis as take_along_axis, where as where, slice as slice, slice_update as
    slice_update, scatter as scatter, scatter_update as scatter_update, get_item as get_item, one_hot as
    one_hot, multi_hot as multi_hot, top_k as top_k, sort as sort, argsort as argsort, searchsorted as
    searchsorted, nonzero as nonzero, diagonal as diagonal, diag as diag, in_top_k as in_top_k,
)
from ._matmul import (
    matmul as matmul, dot as dot, einsum as einsum, tensordot as tensordot, outer as outer, vdot as vdot,
    inner as inner,
)
from ._activation import (
    relu as relu, relu6 as relu6, sigmoid as sigmoid, softplus as softplus, softsign as softsign, silu as silu,
    swish as swish, gelu as gelu, elu as elu, selu as selu, celu as celu, leaky_relu as leaky_relu,
    hard_sigmoid as hard_sigmoid, hard_silu as hard_silu, hard_swish as hard_swish, log_sigmoid as log_sigmoid,
    glu as glu, hard_tanh as hard_tanh, tanh_shrink as tanh_shrink, soft_shrink as soft_shrink, hard_shrink as
    hard_shrink, threshold as threshold, squareplus as squareplus, sparse_plus as sparse_plus, sparse_sigmoid as
    sparse_sigmoid, softmax as softmax, log_softmax as log_softmax, sparsemax as sparsemax,
)
from ._norm import (
    moments as moments, batch_normalization as batch_normalization, layer_normalization as layer_normalization,
    rms_normalization as rms_normalization, normalize as normalize,
)
from ._conv import (
    conv as conv, conv_transpose as conv_transpose, depthwise_conv as depthwise_conv, separable_conv as
    separable_conv,
)
from ._pool import max_pool as max_pool, average_pool as average_pool
from ._attention import dot_product_attention as dot_product_attention
from ._losses import (
    categorical_crossentropy as categorical_crossentropy, sparse_categorical_crossentropy as
    sparse_categorical_crossentropy, binary_crossentropy as binary_crossentropy,
)
from ._control import (
    cond as cond, switch as switch, while_loop as while_loop, scan as scan, associative_scan as
    associative_scan, fori_loop as fori_loop, map as map, vectorized_map as vectorized_map, custom_gradient
    as custom_gradient,
)
