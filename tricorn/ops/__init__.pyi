# The contents page: every op, grouped by family. `from ._x import y as y` is served lazily.
# fmt: off
from . import image as image
from . import linalg as linalg
from . import nn as nn
from . import numpy as numpy
from ._activation import (
    celu as celu,
)
from ._activation import (
    elu as elu,
)
from ._activation import (
    gelu as gelu,
)
from ._activation import (
    glu as glu,
)
from ._activation import (
    hard_shrink as hard_shrink,
)
from ._activation import (
    hard_sigmoid as hard_sigmoid,
)
from ._activation import (
    hard_silu as hard_silu,
)
from ._activation import (
    hard_swish as hard_swish,
)
from ._activation import (
    hard_tanh as hard_tanh,
)
from ._activation import (
    leaky_relu as leaky_relu,
)
from ._activation import (
    log_sigmoid as log_sigmoid,
)
from ._activation import (
    log_softmax as log_softmax,
)
from ._activation import (
    relu as relu,
)
from ._activation import (
    relu6 as relu6,
)
from ._activation import (
    selu as selu,
)
from ._activation import (
    sigmoid as sigmoid,
)
from ._activation import (
    silu as silu,
)
from ._activation import (
    soft_shrink as soft_shrink,
)
from ._activation import (
    softmax as softmax,
)
from ._activation import (
    softplus as softplus,
)
from ._activation import (
    softsign as softsign,
)
from ._activation import (
    sparse_plus as sparse_plus,
)
from ._activation import (
    sparse_sigmoid as sparse_sigmoid,
)
from ._activation import (
    sparsemax as sparsemax,
)
from ._activation import (
    squareplus as squareplus,
)
from ._activation import (
    swish as swish,
)
from ._activation import (
    tanh_shrink as tanh_shrink,
)
from ._activation import (
    threshold as threshold,
)
from ._arith import (
    abs as abs,
)
from ._arith import (
    absolute as absolute,
)
from ._arith import (
    add as add,
)
from ._arith import (
    clip as clip,
)
from ._arith import (
    divide as divide,
)
from ._arith import (
    divide_no_nan as divide_no_nan,
)
from ._arith import (
    floor_divide as floor_divide,
)
from ._arith import (
    logaddexp as logaddexp,
)
from ._arith import (
    maximum as maximum,
)
from ._arith import (
    minimum as minimum,
)
from ._arith import (
    mod as mod,
)
from ._arith import (
    multiply as multiply,
)
from ._arith import (
    negative as negative,
)
from ._arith import (
    power as power,
)
from ._arith import (
    reciprocal as reciprocal,
)
from ._arith import (
    sign as sign,
)
from ._arith import (
    square as square,
)
from ._arith import (
    subtract as subtract,
)
from ._arith import (
    true_divide as true_divide,
)
from ._attention import dot_product_attention as dot_product_attention
from ._cast import (
    cast as cast,
)
from ._cast import (
    convert_to_numpy as convert_to_numpy,
)
from ._cast import (
    convert_to_tensor as convert_to_tensor,
)
from ._cast import (
    copy as copy,
)
from ._cast import (
    dtype as dtype,
)
from ._cast import (
    is_tensor as is_tensor,
)
from ._cast import (
    ndim as ndim,
)
from ._cast import (
    saturate_cast as saturate_cast,
)
from ._cast import (
    shape as shape,
)
from ._cast import (
    stop_gradient as stop_gradient,
)
from ._compare import (
    allclose as allclose,
)
from ._compare import (
    equal as equal,
)
from ._compare import (
    greater as greater,
)
from ._compare import (
    greater_equal as greater_equal,
)
from ._compare import (
    isclose as isclose,
)
from ._compare import (
    isfinite as isfinite,
)
from ._compare import (
    isinf as isinf,
)
from ._compare import (
    isnan as isnan,
)
from ._compare import (
    less as less,
)
from ._compare import (
    less_equal as less_equal,
)
from ._compare import (
    logical_and as logical_and,
)
from ._compare import (
    logical_not as logical_not,
)
from ._compare import (
    logical_or as logical_or,
)
from ._compare import (
    logical_xor as logical_xor,
)
from ._compare import (
    not_equal as not_equal,
)
from ._control import (
    associative_scan as associative_scan,
)
from ._control import (
    cond as cond,
)
from ._control import (
    custom_gradient as custom_gradient,
)
from ._control import (
    fori_loop as fori_loop,
)
from ._control import (
    map as map,
)
from ._control import (
    scan as scan,
)
from ._control import (
    switch as switch,
)
from ._control import (
    vectorized_map as vectorized_map,
)
from ._control import (
    while_loop as while_loop,
)
from ._conv import (
    conv as conv,
)
from ._conv import (
    conv_transpose as conv_transpose,
)
from ._conv import (
    depthwise_conv as depthwise_conv,
)
from ._conv import (
    separable_conv as separable_conv,
)
from ._create import (
    arange as arange,
)
from ._create import (
    array as array,
)
from ._create import (
    empty as empty,
)
from ._create import (
    empty_like as empty_like,
)
from ._create import (
    eye as eye,
)
from ._create import (
    full as full,
)
from ._create import (
    full_like as full_like,
)
from ._create import (
    identity as identity,
)
from ._create import (
    linspace as linspace,
)
from ._create import (
    ones as ones,
)
from ._create import (
    ones_like as ones_like,
)
from ._create import (
    tri as tri,
)
from ._create import (
    tril as tril,
)
from ._create import (
    triu as triu,
)
from ._create import (
    zeros as zeros,
)
from ._create import (
    zeros_like as zeros_like,
)
from ._cumulative import cumprod as cumprod
from ._cumulative import cumsum as cumsum
from ._explog import (
    erf as erf,
)
from ._explog import (
    exp as exp,
)
from ._explog import (
    exp2 as exp2,
)
from ._explog import (
    expm1 as expm1,
)
from ._explog import (
    log as log,
)
from ._explog import (
    log1p as log1p,
)
from ._explog import (
    log2 as log2,
)
from ._explog import (
    log10 as log10,
)
from ._explog import (
    rsqrt as rsqrt,
)
from ._explog import (
    sqrt as sqrt,
)
from ._index import (
    argsort as argsort,
)
from ._index import (
    diag as diag,
)
from ._index import (
    diagonal as diagonal,
)
from ._index import (
    get_item as get_item,
)
from ._index import (
    in_top_k as in_top_k,
)
from ._index import (
    multi_hot as multi_hot,
)
from ._index import (
    nonzero as nonzero,
)
from ._index import (
    one_hot as one_hot,
)
from ._index import (
    scatter as scatter,
)
from ._index import (
    scatter_update as scatter_update,
)
from ._index import (
    searchsorted as searchsorted,
)
from ._index import (
    slice as slice,
)
from ._index import (
    slice_update as slice_update,
)
from ._index import (
    sort as sort,
)
from ._index import (
    take as take,
)
from ._index import (
    take_along_axis as take_along_axis,
)
from ._index import (
    top_k as top_k,
)
from ._index import (
    where as where,
)
from ._join import (
    append as append,
)
from ._join import (
    array_split as array_split,
)
from ._join import (
    concatenate as concatenate,
)
from ._join import (
    hstack as hstack,
)
from ._join import (
    meshgrid as meshgrid,
)
from ._join import (
    split as split,
)
from ._join import (
    stack as stack,
)
from ._join import (
    unstack as unstack,
)
from ._join import (
    vstack as vstack,
)
from ._losses import (
    binary_crossentropy as binary_crossentropy,
)
from ._losses import (
    categorical_crossentropy as categorical_crossentropy,
)
from ._losses import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from ._matmul import (
    dot as dot,
)
from ._matmul import (
    einsum as einsum,
)
from ._matmul import (
    inner as inner,
)
from ._matmul import (
    matmul as matmul,
)
from ._matmul import (
    outer as outer,
)
from ._matmul import (
    tensordot as tensordot,
)
from ._matmul import (
    vdot as vdot,
)
from ._norm import (
    batch_normalization as batch_normalization,
)
from ._norm import (
    layer_normalization as layer_normalization,
)
from ._norm import (
    moments as moments,
)
from ._norm import (
    normalize as normalize,
)
from ._norm import (
    rms_normalization as rms_normalization,
)
from ._ctc import ctc_decode as ctc_decode
from ._ctc import ctc_loss as ctc_loss
from ._patches import depth_to_space as depth_to_space
from ._patches import fold as fold
from ._patches import psnr as psnr
from ._patches import space_to_depth as space_to_depth
from ._patches import unfold as unfold
from ._pool import adaptive_average_pool as adaptive_average_pool
from ._pool import adaptive_max_pool as adaptive_max_pool
from ._pool import average_pool as average_pool
from ._pool import max_pool as max_pool
from ._reduce import (
    all as all,
)
from ._reduce import (
    amax as amax,
)
from ._reduce import (
    amin as amin,
)
from ._reduce import (
    any as any,
)
from ._reduce import (
    argmax as argmax,
)
from ._reduce import (
    argmin as argmin,
)
from ._reduce import (
    average as average,
)
from ._reduce import (
    count_nonzero as count_nonzero,
)
from ._reduce import (
    logsumexp as logsumexp,
)
from ._reduce import (
    max as max,
)
from ._reduce import (
    mean as mean,
)
from ._reduce import (
    min as min,
)
from ._reduce import (
    prod as prod,
)
from ._reduce import (
    std as std,
)
from ._reduce import (
    sum as sum,
)
from ._reduce import (
    var as var,
)
from ._reshape import (
    broadcast_to as broadcast_to,
)
from ._reshape import (
    expand_dims as expand_dims,
)
from ._reshape import (
    flip as flip,
)
from ._reshape import (
    moveaxis as moveaxis,
)
from ._reshape import (
    pad as pad,
)
from ._reshape import (
    ravel as ravel,
)
from ._reshape import (
    repeat as repeat,
)
from ._reshape import (
    reshape as reshape,
)
from ._reshape import (
    roll as roll,
)
from ._reshape import (
    squeeze as squeeze,
)
from ._reshape import (
    swapaxes as swapaxes,
)
from ._reshape import (
    tile as tile,
)
from ._reshape import (
    transpose as transpose,
)
from ._round import ceil as ceil
from ._round import floor as floor
from ._round import round as round
from ._round import trunc as trunc
from ._trig import (
    arccos as arccos,
)
from ._trig import (
    arccosh as arccosh,
)
from ._trig import (
    arcsin as arcsin,
)
from ._trig import (
    arcsinh as arcsinh,
)
from ._trig import (
    arctan as arctan,
)
from ._trig import (
    arctan2 as arctan2,
)
from ._trig import (
    arctanh as arctanh,
)
from ._trig import (
    cos as cos,
)
from ._trig import (
    cosh as cosh,
)
from ._trig import (
    sin as sin,
)
from ._trig import (
    sinh as sinh,
)
from ._trig import (
    tan as tan,
)
from ._trig import (
    tanh as tanh,
)
from ._bits import (
    bitwise_and as bitwise_and,
)
from ._bits import (
    bitwise_invert as bitwise_invert,
)
from ._bits import (
    bitwise_left_shift as bitwise_left_shift,
)
from ._bits import (
    bitwise_not as bitwise_not,
)
from ._bits import (
    bitwise_or as bitwise_or,
)
from ._bits import (
    bitwise_right_shift as bitwise_right_shift,
)
from ._bits import (
    bitwise_xor as bitwise_xor,
)
from ._bits import (
    gcd as gcd,
)
from ._bits import (
    lcm as lcm,
)
from ._bits import (
    left_shift as left_shift,
)
from ._bits import (
    right_shift as right_shift,
)
from ._nan import (
    nan_to_num as nan_to_num,
)
from ._nan import (
    nanargmax as nanargmax,
)
from ._nan import (
    nanargmin as nanargmin,
)
from ._nan import (
    nancumprod as nancumprod,
)
from ._nan import (
    nancumsum as nancumsum,
)
from ._nan import (
    nanmax as nanmax,
)
from ._nan import (
    nanmean as nanmean,
)
from ._nan import (
    nanmin as nanmin,
)
from ._nan import (
    nanprod as nanprod,
)
from ._nan import (
    nanstd as nanstd,
)
from ._nan import (
    nansum as nansum,
)
from ._nan import (
    nanvar as nanvar,
)
from ._special import (
    cbrt as cbrt,
)
from ._special import (
    deg2rad as deg2rad,
)
from ._special import (
    erfc as erfc,
)
from ._special import (
    erfinv as erfinv,
)
from ._special import (
    fabs as fabs,
)
from ._special import (
    fmax as fmax,
)
from ._special import (
    fmin as fmin,
)
from ._special import (
    fmod as fmod,
)
from ._special import (
    heaviside as heaviside,
)
from ._special import (
    hypot as hypot,
)
from ._special import (
    i0 as i0,
)
from ._special import (
    ldexp as ldexp,
)
from ._special import (
    logaddexp2 as logaddexp2,
)
from ._special import (
    nextafter as nextafter,
)
from ._special import (
    rad2deg as rad2deg,
)
from ._special import (
    sinc as sinc,
)
from ._compare import (
    isneginf as isneginf,
)
from ._compare import (
    isposinf as isposinf,
)
from ._compare import (
    isreal as isreal,
)
from ._compare import (
    signbit as signbit,
)
from ._complex import (
    angle as angle,
)
from ._complex import (
    conj as conj,
)
from ._complex import (
    conjugate as conjugate,
)
from ._complex import (
    imag as imag,
)
from ._complex import (
    polar as polar,
)
from ._complex import (
    real as real,
)
from ._complex import (
    view as view,
)
from ._complex import (
    view_as_complex as view_as_complex,
)
from ._complex import (
    view_as_real as view_as_real,
)
from ._statistics import (
    argpartition as argpartition,
)
from ._counting import (
    bincount as bincount,
)
from ._statistics import (
    corrcoef as corrcoef,
)
from ._statistics import (
    correlate as correlate,
)
from ._counting import (
    digitize as digitize,
)
from ._counting import (
    histogram as histogram,
)
from ._counting import (
    isin as isin,
)
from ._statistics import (
    median as median,
)
from ._statistics import (
    nanmedian as nanmedian,
)
from ._statistics import (
    nanpercentile as nanpercentile,
)
from ._statistics import (
    nanquantile as nanquantile,
)
from ._statistics import (
    percentile as percentile,
)
from ._statistics import (
    ptp as ptp,
)
from ._statistics import (
    quantile as quantile,
)
from ._statistics import (
    trapezoid as trapezoid,
)
from ._counting import (
    unique as unique,
)
from ._window_functions import (
    bartlett as bartlett,
)
from ._window_functions import (
    blackman as blackman,
)
from ._window_functions import (
    hamming as hamming,
)
from ._window_functions import (
    hanning as hanning,
)
from ._window_functions import (
    kaiser as kaiser,
)
from ._join import (
    dsplit as dsplit,
)
from ._join import (
    dstack as dstack,
)
from ._join import (
    hsplit as hsplit,
)
from ._join import (
    vsplit as vsplit,
)
from ._reshape import (
    fliplr as fliplr,
)
from ._reshape import (
    flipud as flipud,
)
from ._reshape import (
    rot90 as rot90,
)
from ._reshape import (
    size as size,
)
from ._rearrange import (
    rearrange as rearrange,
)
from ._index import (
    diagflat as diagflat,
)
from ._sequences import (
    geomspace as geomspace,
)
from ._sequences import (
    logspace as logspace,
)
from ._sequences import (
    vander as vander,
)
from ._selection import (
    select as select,
)
from ._selection import (
    unravel_index as unravel_index,
)
from ._matmul import (
    cdist as cdist,
)
from ._matmul import (
    cross as cross,
)
from ._matmul import (
    kron as kron,
)
from ._matmul import (
    trace as trace,
)
from ._cumulative import (
    diff as diff,
)
from ._vectorize import (
    vectorize as vectorize,
)
from ._linalg import (
    cholesky as cholesky,
)
from ._linalg import (
    cholesky_inverse as cholesky_inverse,
)
from ._linalg import (
    det as det,
)
from ._linalg import (
    eig as eig,
)
from ._linalg import (
    eigh as eigh,
)
from ._linalg import (
    inv as inv,
)
from ._linalg import (
    logdet as logdet,
)
from ._linalg import (
    lstsq as lstsq,
)
from ._linalg import (
    lu_factor as lu_factor,
)
from ._linalg import (
    matrix_rank as matrix_rank,
)
from ._linalg import (
    pinv as pinv,
)
from ._linalg import (
    qr as qr,
)
from ._linalg import (
    slogdet as slogdet,
)
from ._linalg import (
    solve as solve,
)
from ._linalg import (
    solve_triangular as solve_triangular,
)
from ._linalg import (
    svd as svd,
)
from ._linalg_norm import (
    norm as norm,
)
from ._jvp import (
    jvp as jvp,
)
from ._fft import (
    extract_sequences as extract_sequences,
)
from ._fft import (
    fft as fft,
)
from ._fft import (
    fft2 as fft2,
)
from ._fft import (
    ifft2 as ifft2,
)
from ._fft import (
    irfft as irfft,
)
from ._fft import (
    istft as istft,
)
from ._fft import (
    rfft as rfft,
)
from ._fft import (
    stft as stft,
)
from ._segment import (
    segment_max as segment_max,
)
from ._segment import (
    segment_min as segment_min,
)
from ._segment import (
    segment_prod as segment_prod,
)
from ._segment import (
    segment_sum as segment_sum,
)
