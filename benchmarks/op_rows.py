# ruff: noqa: E501
"""The calls that `benchmarks.op_calls` measures, as source text: a name, ours, NumPy's, torch's.

An empty string stands for an engine that has no such function; then the benchmark tells how many calls of the engine ours
makes instead. The names in the text are those of `op_calls.namespace`.
"""

ROWS = """
# arithmetic and comparison
add                | ops.add(x, y)                    | np.add(x, y)                      | torch.add(x, y)
multiply scalar    | ops.multiply(x, 2.0)             | np.multiply(x, 2.0)               | torch.mul(x, 2.0)
divide             | ops.divide(x, y)                 | np.divide(x, y)                   | torch.div(x, y)
divide_no_nan      | ops.divide_no_nan(x, y)          |                                   |
floor_divide       | ops.floor_divide(x, y)           | np.floor_divide(x, y)             | torch.floor_divide(x, y)
mod                | ops.mod(x, y)                    | np.mod(x, y)                      | torch.remainder(x, y)
fmod               | ops.fmod(x, y)                   | np.fmod(x, y)                     | torch.fmod(x, y)
power              | ops.power(x, y)                  | np.power(x, y)                    | torch.pow(x, y)
power scalar       | ops.power(x, 2.0)                | np.power(x, 2.0)                  | torch.pow(x, 2.0)
square             | ops.square(x)                    | np.square(x)                      | torch.square(x)
negative           | ops.negative(x)                  | np.negative(x)                    | torch.neg(x)
absolute           | ops.absolute(x)                  | np.absolute(x)                    | torch.abs(x)
fabs               | ops.fabs(x)                      | np.fabs(x)                        | torch.abs(x)
sign               | ops.sign(x)                      | np.sign(x)                        |
reciprocal         | ops.reciprocal(x)                | np.reciprocal(x)                  | torch.reciprocal(x)
maximum            | ops.maximum(x, y)                | np.maximum(x, y)                  | torch.maximum(x, y)
fmax               | ops.fmax(x, y)                   | np.fmax(x, y)                     | torch.fmax(x, y)
fmin               | ops.fmin(x, y)                   | np.fmin(x, y)                     | torch.fmin(x, y)
clip               | ops.clip(x, 0.0, 1.0)            | np.clip(x, 0.0, 1.0)              | torch.clamp(x, 0.0, 1.0)
equal              | ops.equal(x, y)                  | np.equal(x, y)                    | torch.eq(x, y)
isclose            | ops.isclose(x, y)                | np.isclose(x, y)                  | torch.isclose(x, y)
allclose           | ops.allclose(x, y)               | np.allclose(x, y)                 | torch.all(torch.isclose(x, y))
isnan              | ops.isnan(x)                     | np.isnan(x)                       | torch.isnan(x)
isposinf           | ops.isposinf(x)                  | np.isposinf(x)                    | torch.isposinf(x)
isreal             | ops.isreal(x)                    | np.isreal(x)                      | torch.isreal(x)
logical_and        | ops.logical_and(b, b)            | np.logical_and(b, b)              | torch.logical_and(b, b)
signbit            | ops.signbit(x)                   | np.signbit(x)                     | torch.signbit(x)
logaddexp          | ops.logaddexp(x, y)              | np.logaddexp(x, y)                | torch.logaddexp(x, y)
logaddexp2         | ops.logaddexp2(x, y)             | np.logaddexp2(x, y)               | torch.logaddexp2(x, y)
heaviside          | ops.heaviside(x, y)              | np.heaviside(x, y)                |
hypot              | ops.hypot(x, y)                  | np.hypot(x, y)                    | torch.hypot(x, y)
ldexp              | ops.ldexp(x, i)                  | np.ldexp(x, i)                    |
nextafter          | ops.nextafter(x, y)              | np.nextafter(x, y)                | torch.nextafter(x, y)
gcd                | ops.gcd(i, j)                    | np.gcd(i, j)                      | torch.gcd(i, j)
lcm                | ops.lcm(i, j)                    | np.lcm(i, j)                      |
bitwise_and        | ops.bitwise_and(i, j)            | np.bitwise_and(i, j)              | torch.bitwise_and(i, j)
bitwise_not        | ops.bitwise_not(i)               | np.bitwise_not(i)                 | torch.bitwise_not(i)
left_shift         | ops.left_shift(i, j)             | np.left_shift(i, j)               | torch.bitwise_left_shift(i, j)
right_shift        | ops.right_shift(i, j)            | np.right_shift(i, j)              | torch.bitwise_right_shift(i, j)
# functions of one number
exp                | ops.exp(x)                       | np.exp(x)                         | torch.exp(x)
exp2               | ops.exp2(x)                      | np.exp2(x)                        | torch.exp2(x)
expm1              | ops.expm1(x)                     | np.expm1(x)                       | torch.expm1(x)
log                | ops.log(x)                       | np.log(x)                         | torch.log(x)
log10              | ops.log10(x)                     | np.log10(x)                       | torch.log10(x)
log2               | ops.log2(x)                      | np.log2(x)                        | torch.log2(x)
sqrt               | ops.sqrt(x)                      | np.sqrt(x)                        | torch.sqrt(x)
rsqrt              | ops.rsqrt(x)                     |                                   | torch.rsqrt(x)
cbrt               | ops.cbrt(x)                      | np.cbrt(x)                        |
erf                | ops.erf(x)                       |                                   | torch.erf(x)
erfc               | ops.erfc(x)                      |                                   | torch.erfc(x)
erfinv             | ops.erfinv(x)                    |                                   | torch.erfinv(x)
sinc               | ops.sinc(x)                      | np.sinc(x)                        | torch.sinc(x)
i0                 | ops.i0(x)                        | np.i0(x)                          | torch.i0(x)
deg2rad            | ops.deg2rad(x)                   | np.deg2rad(x)                     | torch.deg2rad(x)
rad2deg            | ops.rad2deg(x)                   | np.rad2deg(x)                     | torch.rad2deg(x)
sin                | ops.sin(x)                       | np.sin(x)                         | torch.sin(x)
arctan2            | ops.arctan2(x, y)                | np.arctan2(x, y)                  | torch.atan2(x, y)
tanh               | ops.tanh(x)                      | np.tanh(x)                        | torch.tanh(x)
ceil               | ops.ceil(x)                      | np.ceil(x)                        | torch.ceil(x)
round              | ops.round(x)                     | np.round(x)                       | torch.round(x)
round decimals     | ops.round(x, 1)                  | np.round(x, 1)                    |
trunc              | ops.trunc(x)                     | np.trunc(x)                       | torch.trunc(x)
angle              | ops.angle(x)                     | np.angle(x)                       |
conj               | ops.conj(x)                      | np.conj(x)                        | torch.conj(x)
real               | ops.real(x)                      | np.real(x)                        | torch.real(x)
imag               | ops.imag(x)                      | np.imag(x)                        |
nan_to_num         | ops.nan_to_num(x)                | np.nan_to_num(x)                  | torch.nan_to_num(x)
# activations
relu               | ops.relu(x)                      |                                   | F.relu(x)
gelu               | ops.gelu(x)                      |                                   | F.gelu(x, approximate="tanh")
softmax            | ops.softmax(x)                   |                                   | torch.softmax(x, -1)
log_softmax        | ops.log_softmax(x)               |                                   | torch.log_softmax(x, -1)
sigmoid            | ops.sigmoid(x)                   |                                   | torch.sigmoid(x)
silu               | ops.silu(x)                      |                                   | F.silu(x)
softplus           | ops.softplus(x)                  |                                   | F.softplus(x)
softsign           | ops.softsign(x)                  |                                   | F.softsign(x)
elu                | ops.elu(x)                       |                                   | F.elu(x)
selu               | ops.selu(x)                      |                                   | F.selu(x)
celu               | ops.celu(x)                      |                                   | F.celu(x)
glu                | ops.glu(x)                       |                                   | F.glu(x)
relu6              | ops.relu6(x)                     |                                   | F.relu6(x)
leaky_relu         | ops.leaky_relu(x)                |                                   | F.leaky_relu(x, 0.2)
log_sigmoid        | ops.log_sigmoid(x)               |                                   | F.logsigmoid(x)
hard_sigmoid       | ops.hard_sigmoid(x)              |                                   | F.hardsigmoid(x)
hard_silu          | ops.hard_silu(x)                 |                                   | F.hardswish(x)
hard_tanh          | ops.hard_tanh(x)                 |                                   | F.hardtanh(x)
hard_shrink        | ops.hard_shrink(x)               |                                   | F.hardshrink(x)
soft_shrink        | ops.soft_shrink(x)               |                                   | F.softshrink(x)
tanh_shrink        | ops.tanh_shrink(x)               |                                   | F.tanhshrink(x)
threshold          | ops.threshold(x, 0.1, 0.0)       |                                   | F.threshold(x, 0.1, 0.0)
squareplus         | ops.squareplus(x)                |                                   |
sparse_plus        | ops.sparse_plus(x)               |                                   |
sparse_sigmoid     | ops.sparse_sigmoid(x)            |                                   |
sparsemax          | ops.sparsemax(x)                 |                                   |
# reductions
sum                | ops.sum(x, 1)                    | np.sum(x, 1)                      | torch.sum(x, 1)
mean               | ops.mean(x, 1)                   | np.mean(x, 1)                     | torch.mean(x, 1)
max                | ops.max(x, 1)                    | np.max(x, 1)                      | torch.amax(x, 1)
min                | ops.min(x, 1)                    | np.min(x, 1)                      | torch.amin(x, 1)
amax               | ops.amax(x, 1)                   | np.amax(x, 1)                     | torch.amax(x, 1)
prod               | ops.prod(x, 1)                   | np.prod(x, 1)                     | torch.prod(x, 1)
any                | ops.any(b, 1)                    | np.any(b, 1)                      | torch.any(b, 1)
all                | ops.all(b, 1)                    | np.all(b, 1)                      | torch.all(b, 1)
var                | ops.var(x, 1)                    | np.var(x, 1)                      | torch.var(x, 1, correction=0)
std                | ops.std(x, 1)                    | np.std(x, 1)                      | torch.std(x, 1, correction=0)
argmax             | ops.argmax(x, 1)                 | np.argmax(x, 1).astype(int32)     | torch.argmax(x, 1).to(int32)
argmin             | ops.argmin(x, 1)                 | np.argmin(x, 1).astype(int32)     | torch.argmin(x, 1).to(int32)
count_nonzero      | ops.count_nonzero(x, 1)          | np.count_nonzero(x, 1).astype(int32) | torch.count_nonzero(x, 1).to(int32)
average            | ops.average(x, 1)                | np.average(x, 1)                  | torch.mean(x, 1)
average weights    | ops.average(x, 1, w4)            | np.average(x, 1, w4)              |
ptp                | ops.ptp(x, 1)                    | np.ptp(x, 1)                      | torch.sub(torch.amax(x, 1), torch.amin(x, 1))
logsumexp          | ops.logsumexp(x, 1)              |                                   | torch.logsumexp(x, 1)
median             | ops.median(x, 1)                 | np.median(x, 1)                   | torch.quantile(x, 0.5, 1)
median all         | ops.median(x)                    | np.median(x)                      | torch.quantile(x, 0.5)
quantile           | ops.quantile(x, 0.3, 1)          | np.quantile(x, 0.3, 1)            | torch.quantile(x, 0.3, 1)
quantile several   | ops.quantile(x, [0.3, 0.5], 1)   | np.quantile(x, [0.3, 0.5], 1)     | torch.quantile(x, torch.tensor([0.3, 0.5]), 1)
percentile         | ops.percentile(x, 30.0, 1)       | np.percentile(x, 30.0, 1)         | torch.quantile(x, 0.3, 1)
nansum             | ops.nansum(x, 1)                 | np.nansum(x, 1)                   | torch.nansum(x, 1)
nanmean            | ops.nanmean(x, 1)                | np.nanmean(x, 1)                  | torch.nanmean(x, 1)
nanmax             | ops.nanmax(x, 1)                 | np.nanmax(x, 1)                   |
nanprod            | ops.nanprod(x, 1)                | np.nanprod(x, 1)                  |
nanvar             | ops.nanvar(x, 1)                 | np.nanvar(x, 1)                   |
nanstd             | ops.nanstd(x, 1)                 | np.nanstd(x, 1)                   |
nanargmax          | ops.nanargmax(x, 1)              | np.nanargmax(x, 1).astype(int32)  |
nanmedian          | ops.nanmedian(x, 1)              | np.nanmedian(x, 1)                | torch.nanquantile(x, 0.5, 1)
nanquantile        | ops.nanquantile(x, 0.3, 1)       | np.nanquantile(x, 0.3, 1)         | torch.nanquantile(x, 0.3, 1)
nanpercentile      | ops.nanpercentile(x, 30.0, 1)    | np.nanpercentile(x, 30.0, 1)      | torch.nanquantile(x, 0.3, 1)
nancumsum          | ops.nancumsum(x, 1)              | np.nancumsum(x, 1)                |
cumsum             | ops.cumsum(x, 1)                 | np.cumsum(x, 1)                   | torch.cumsum(x, 1)
cumprod            | ops.cumprod(x, 1)                | np.cumprod(x, 1)                  | torch.cumprod(x, 1)
diff               | ops.diff(x, 1, 1)                | np.diff(x, 1, 1)                  | torch.diff(x, 1, 1)
trapezoid          | ops.trapezoid(x)                 | np.trapezoid(x)                   | torch.trapezoid(x)
trapezoid places   | ops.trapezoid(x, w4)             | np.trapezoid(x, w4)               | torch.trapezoid(x, w4)
corrcoef           | ops.corrcoef(x)                  | np.corrcoef(x)                    | torch.corrcoef(x)
correlate          | ops.correlate(v, u)              | np.correlate(v, u)                | F.conv1d(v[None, None], u[None, None])[0, 0]
# shapes
reshape            | ops.reshape(x, (2, 8))           | np.reshape(x, (2, 8))             | torch.reshape(x, (2, 8))
ravel              | ops.ravel(x)                     | np.ravel(x)                       | torch.ravel(x)
transpose          | ops.transpose(x, (1, 0))         | np.transpose(x, (1, 0))           | torch.permute(x, (1, 0))
transpose all      | ops.transpose(x)                 | np.transpose(x)                   | torch.permute(x, (1, 0))
expand_dims        | ops.expand_dims(x, 0)            | np.expand_dims(x, 0)              | torch.unsqueeze(x, 0)
squeeze            | ops.squeeze(x1, 0)               | np.squeeze(x1, 0)                 | torch.squeeze(x1, 0)
flip               | ops.flip(x, 1)                   | np.flip(x, 1)                     | torch.flip(x, (1,))
fliplr             | ops.fliplr(x)                    | np.fliplr(x)                      | torch.fliplr(x)
flipud             | ops.flipud(x)                    | np.flipud(x)                      | torch.flipud(x)
moveaxis           | ops.moveaxis(x, 0, 1)            | np.moveaxis(x, 0, 1)              | torch.movedim(x, 0, 1)
swapaxes           | ops.swapaxes(x, 0, 1)            | np.swapaxes(x, 0, 1)              | torch.swapaxes(x, 0, 1)
broadcast_to       | ops.broadcast_to(x, (2, 4, 4))   | np.broadcast_to(x, (2, 4, 4))     | torch.broadcast_to(x, (2, 4, 4))
tile               | ops.tile(x, (2, 1))              | np.tile(x, (2, 1))                | torch.tile(x, (2, 1))
repeat             | ops.repeat(x, 2, 0)              | np.repeat(x, 2, 0)                | torch.repeat_interleave(x, 2, 0)
roll               | ops.roll(x, 1, 0)                | np.roll(x, 1, 0)                  | torch.roll(x, 1, 0)
roll all           | ops.roll(x, 1)                   | np.roll(x, 1)                     | torch.roll(x, 1)
rot90              | ops.rot90(x)                     | np.rot90(x)                       | torch.rot90(x)
pad                | ops.pad(x, 1)                    | np.pad(x, 1)                      | F.pad(x, (1, 1, 1, 1))
pad reflect        | ops.pad(x, ((1, 1), (1, 1)), "reflect") | np.pad(x, ((1, 1), (1, 1)), "reflect") |
concatenate        | ops.concatenate([x, y], 1)       | np.concatenate([x, y], 1)         | torch.cat([x, y], 1)
stack              | ops.stack([x, y], 1)             | np.stack([x, y], 1)               | torch.stack([x, y], 1)
hstack             | ops.hstack([x, y])               | np.hstack([x, y])                 | torch.hstack([x, y])
vstack             | ops.vstack([x, y])               | np.vstack([x, y])                 | torch.vstack([x, y])
dstack             | ops.dstack([x, y])               | np.dstack([x, y])                 | torch.dstack([x, y])
append             | ops.append(x, y)                 | np.append(x, y)                   | torch.cat([x.flatten(), y.flatten()])
split              | ops.split(x, 2, 1)               | np.split(x, 2, 1)                 | torch.split(x, 2, 1)
array_split        | ops.array_split(x, 3, 1)         | np.array_split(x, 3, 1)           | torch.tensor_split(x, 3, 1)
hsplit             | ops.hsplit(x, 2)                 | np.hsplit(x, 2)                   | torch.hsplit(x, 2)
vsplit             | ops.vsplit(x, 2)                 | np.vsplit(x, 2)                   | torch.vsplit(x, 2)
unstack            | ops.unstack(x)                   | np.unstack(x)                     | torch.unbind(x)
meshgrid           | ops.meshgrid(w4, w4)             | np.meshgrid(w4, w4)               | torch.meshgrid(w4, w4, indexing="xy")
# places
take               | ops.take(x, rows, 0)             | np.take(x, rows, 0)               | F.embedding(rows, x)
take columns       | ops.take(x, rows, 1)             | np.take(x, rows, 1)               | torch.index_select(x, 1, rows)
take_along_axis    | ops.take_along_axis(x, places, 1) | np.take_along_axis(x, places, 1) | torch.take_along_dim(x, places, 1)
where              | ops.where(b, x, y)               | np.where(b, x, y)                 | torch.where(b, x, y)
where scalar       | ops.where(b, x, 0.0)             | np.where(b, x, 0.0)               | torch.where(b, x, 0.0)
select             | ops.select([b, b], [x, y])       | np.select([b, b], [x, y])         |
get_item           | ops.get_item(x, 1)               | x[1]                              | x[1]
sort               | ops.sort(x)                      | np.sort(x)                        | torch.sort(x)[0]
argsort            | ops.argsort(x)                   | np.argsort(x, kind="stable").astype(int32) | torch.argsort(x, stable=True).to(int32)
argpartition       | ops.argpartition(x, 1)           | np.argpartition(x, 1).astype(int32) |
top_k              | ops.top_k(x, 2)                  |                                   | torch.topk(x, 2)[1].to(int32)
searchsorted       | ops.searchsorted(s, v)           | np.searchsorted(s, v).astype(int32) | torch.searchsorted(s, v, out_int32=True) if s[-1] == s[-1] else None
digitize           | ops.digitize(v, s)               | np.digitize(v, s).astype(int32)   | torch.bucketize(v, s, out_int32=True, right=True) if s[0] <= s[-1] else None
nonzero            | ops.nonzero(b)                   | tuple(place.astype(int32) for place in np.nonzero(b)) | tuple(place.to(int32) for place in torch.nonzero(b, as_tuple=True))
diagonal           | ops.diagonal(x)                  | np.diagonal(x)                    | torch.diagonal(x)
diag               | ops.diag(w4)                     | np.diag(w4)                       | torch.diag(w4)
diagflat           | ops.diagflat(w4)                 | np.diagflat(w4)                   | torch.diagflat(w4)
tril               | ops.tril(x)                      | np.tril(x)                        | torch.tril(x)
triu               | ops.triu(x)                      | np.triu(x)                        | torch.triu(x)
scatter            | ops.scatter(columns, values3, (6,)) |                                | torch.zeros(6).index_put((columns[:, 0],), values3, accumulate=True)
scatter_update     | ops.scatter_update(x, columns, rows3) |                              | x.index_put((columns[:, 0],), rows3)
slice              | ops.slice(x, (1, 1), (2, 2))     | x[1:3, 1:3]                       | x[1:3, 1:3]
slice_update       | ops.slice_update(x, (1, 1), block) |                                |
one_hot            | ops.one_hot(rows, 4)             |                                   | F.one_hot(rows, 4).to(float32)
unique             | ops.unique(v)                    | np.unique(v)                      | torch.unique(v)
unique all         | ops.unique(v, return_index=True, return_inverse=True, return_counts=True) | tuple(one.astype(one.dtype if one.dtype == float32 else int32) for one in np.unique(v, True, True, True)) |
isin               | ops.isin(i, j)                   | np.isin(i, j)                     | torch.isin(i, j)
bincount           | ops.bincount(rows)               | np.bincount(rows).astype(int32)   | torch.bincount(rows).to(int32)
histogram          | ops.histogram(v, 4)              | np.histogram(v, 4)                |
unravel_index      | ops.unravel_index(rows, (4, 4))  | np.unravel_index(rows, (4, 4))    | torch.unravel_index(rows, (4, 4))
in_top_k           | ops.in_top_k(labels, x, 2)       |                                   |
segment_sum        | ops.segment_sum(w4, labels, 4)   |                                   |
# products
matmul             | ops.matmul(x, y)                 | np.matmul(x, y)                   | torch.matmul(x, y)
dot                | ops.dot(x, y)                    | np.dot(x, y)                      | torch.matmul(x, y)
dot vectors        | ops.dot(v, v)                    | np.dot(v, v)                      | torch.dot(v, v)
tensordot          | ops.tensordot(x, y, 1)           | np.tensordot(x, y, 1)             | torch.tensordot(x, y, 1)
outer              | ops.outer(w4, w4)                | np.outer(w4, w4)                  | torch.outer(w4, w4)
inner              | ops.inner(x, y)                  | np.inner(x, y)                    | torch.inner(x, y)
vdot               | ops.vdot(v, v)                   | np.vdot(v, v)                     | torch.vdot(v, v)
einsum             | ops.einsum("ij,jk->ik", x, y)    | np.einsum("ij,jk->ik", x, y, optimize=True) | torch.einsum("ij,jk->ik", x, y)
trace              | ops.trace(x)                     | np.trace(x)                       | torch.trace(x)
kron               | ops.kron(x, y)                   | np.kron(x, y)                     | torch.kron(x, y)
cross              | ops.cross(p, q)                  | np.cross(p, q)                    | torch.linalg.cross(p, q)
cdist              | ops.cdist(x, y)                  |                                   | torch.cdist(x, y)
vander             | ops.vander(w4)                   | np.vander(w4)                     | torch.vander(w4)
norm               | ops.norm(x)                      | np.linalg.norm(x)                 | torch.linalg.norm(x)
norm axis          | ops.norm(x, axis=1)              | np.linalg.norm(x, axis=1)         | torch.linalg.norm(x, dim=1)
solve              | ops.solve(m, y)                  | np.linalg.solve(m, y)             | torch.linalg.solve(m, y)
inv                | ops.inv(m)                       | np.linalg.inv(m)                  | torch.linalg.inv(m)
det                | ops.det(m)                       | np.linalg.det(m)                  | torch.linalg.det(m)
slogdet            | ops.slogdet(m)                   | np.linalg.slogdet(m)              | torch.linalg.slogdet(m)
logdet             | ops.logdet(m)                    |                                   | torch.logdet(m)
cholesky           | ops.cholesky(m)                  | np.linalg.cholesky(m)             | torch.linalg.cholesky(m)
qr                 | ops.qr(m)                        | np.linalg.qr(m)                   | torch.linalg.qr(m)
svd                | ops.svd(m)                       | np.linalg.svd(m)                  | torch.linalg.svd(m)
eigh               | ops.eigh(m)                      | np.linalg.eigh(m)                 | torch.linalg.eigh(m)
pinv               | ops.pinv(m)                      | np.linalg.pinv(m)                 | torch.linalg.pinv(m)
lstsq              | ops.lstsq(m, y)                  | np.linalg.lstsq(m, y)             | torch.matmul(torch.linalg.pinv(m), y)
matrix_rank        | ops.matrix_rank(m)               | np.linalg.matrix_rank(m)          | torch.linalg.matrix_rank(m).to(int32)
# fft
fft                | ops.fft((x, y))                  |                                   |
rfft               | ops.rfft(x)                      |                                   |
# making tensors
zeros              | ops.zeros((4, 4))                | np.zeros((4, 4), float32)         | torch.zeros((4, 4), dtype=float32)
full               | ops.full((4, 4), 2.0)            | np.full((4, 4), 2.0, float32)     | torch.full((4, 4), 2.0, dtype=float32)
zeros_like         | ops.zeros_like(x)                | np.zeros_like(x)                  | torch.zeros_like(x)
full_like          | ops.full_like(x, 2.0)            | np.full_like(x, 2.0)              | torch.full_like(x, 2.0)
arange             | ops.arange(4)                    | np.arange(4, dtype=int32)         | torch.arange(4, dtype=int32)
linspace           | ops.linspace(0.0, 1.0, 4)        | np.linspace(0.0, 1.0, 4, dtype=float32) | torch.linspace(0.0, 1.0, 4, dtype=float32)
logspace           | ops.logspace(0.0, 1.0, 4)        | np.logspace(0.0, 1.0, 4, dtype=float32) | torch.logspace(0.0, 1.0, 4, dtype=float32)
geomspace          | ops.geomspace(1.0, 2.0, 4)       | np.geomspace(1.0, 2.0, 4, dtype=float32) |
eye                | ops.eye(4)                       | np.eye(4, dtype=float32)          | torch.eye(4, dtype=float32)
tri                | ops.tri(4)                       | np.tri(4, dtype=float32)          |
bartlett           | ops.bartlett(4)                  | np.bartlett(4)                    | torch.bartlett_window(4, False)
hanning            | ops.hanning(4)                   | np.hanning(4)                     | torch.hann_window(4, False)
hamming            | ops.hamming(4)                   | np.hamming(4)                     | torch.hamming_window(4, False)
blackman           | ops.blackman(4)                  | np.blackman(4)                    | torch.blackman_window(4, False)
kaiser             | ops.kaiser(4, 2.0)               | np.kaiser(4, 2.0)                 | torch.kaiser_window(4, False, 2.0)
cast               | ops.cast(x, "float16")           | x.astype(float16)                 | x.to(float16)
copy               | ops.copy(x)                      | np.copy(x)                        | torch.clone(x)
# neural networks
conv               | ops.conv(image, kernel)          |                                   | F.conv2d(image.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1)).permute(0, 2, 3, 1)
conv same          | ops.conv(image, kernel, 1, "same") |                                 |
depthwise_conv     | ops.depthwise_conv(image, depthwise) |                               |
conv_transpose     | ops.conv_transpose(image, kernel_t) |                                | F.conv_transpose2d(image.permute(0, 3, 1, 2), kernel_t.permute(3, 2, 0, 1)).permute(0, 2, 3, 1)
max_pool           | ops.max_pool(image, 2)           |                                   | F.max_pool2d(image.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)
average_pool       | ops.average_pool(image, 2)       |                                   | F.avg_pool2d(image.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)
layer_normalization | ops.layer_normalization(x, w4, w4) |                                | F.layer_norm(x, (4,), w4, w4, 1e-3)
rms_normalization  | ops.rms_normalization(x, w4)     |                                   | F.rms_norm(x, (4,), w4, 1e-6)
batch_normalization | ops.batch_normalization(x, w4, w4, -1) |                            |
normalize          | ops.normalize(x)                 |                                   | F.normalize(x)
moments            | ops.moments(x, 1)                |                                   | torch.var_mean(x, 1, correction=0)
attention          | ops.dot_product_attention(heads, heads, heads) |                     |
sparse_categorical_crossentropy | ops.sparse_categorical_crossentropy(labels, x, True) |   | F.cross_entropy(x, labels, reduction="none")
categorical_crossentropy | ops.categorical_crossentropy(y, x, True) |                      | F.cross_entropy(x, y, reduction="none")
binary_crossentropy | ops.binary_crossentropy(y, x, True) |                               | F.binary_cross_entropy_with_logits(x, y, reduction="none")
"""
