# The contents page: every op, grouped by family. `from ._x import y as y` is served lazily.
# fmt: off
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
