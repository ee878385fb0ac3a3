"""Convolutions on TensorFlow.

Its CPU kernels are complete only for channels-last data without groups; what they lack is rewritten here into what they
have: channels-first data is transposed, one spatial axis runs as two, groups and the dilation of three axes are put
into the kernel.
"""

from __future__ import annotations

import tensorflow as tf

from tricorn.core.windows import convolution, transposed_convolution


def conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    return _to_format(plan, _run(plan, inputs, kernel))


def conv_bias(inputs, kernel, bias, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    return _to_format(plan, tf.nn.bias_add(_run(plan, inputs, kernel), bias))


def depthwise_conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate, True,
                       "ops.depthwise_conv")  # fmt: skip
    if plan.rank == 1:
        x, kernel = tf.expand_dims(_to_last(plan, inputs), 1), tf.expand_dims(kernel, 0)
        strides, dilation = plan.strides * 2, (1, *plan.dilation)
    else:
        x, strides, dilation = _to_last(plan, inputs), plan.strides, plan.dilation
    has_kernel = len(strides) == 2 and strides[0] == strides[1] and (max(dilation) == 1 or max(strides) == 1)
    if has_kernel:
        y = tf.nn.depthwise_conv2d(
            x, kernel, (1, *strides, 1), "SAME" if plan.same else "VALID", dilations=dilation
        )
        return _to_format(plan, tf.squeeze(y, 1) if plan.rank == 1 else y)
    if plan.rank == 1:
        kernel = tf.squeeze(kernel, 0)
    grouped = tf.reshape(kernel, (*plan.window, 1, plan.channels))
    return _to_format(plan, _run(plan, inputs, grouped))


def _run(plan, inputs, kernel):
    """The result, channels last."""
    x = _to_last(plan, inputs)
    padding = "SAME" if plan.same else "VALID"
    if plan.groups > 1:
        kernel = _block_diagonal(kernel, plan.groups)
    if plan.rank < 3 and max(plan.dilation) > 1:
        if max(plan.strides) == 1:
            # By space-to-batch: conv2d itself has no gradient for a dilation on CPU.
            return tf.nn.convolution(x, kernel, plan.strides, padding, dilations=plan.dilation)
        kernel = _spread(kernel, plan.dilation)  # TensorFlow does not do both at once
    if plan.rank == 1:
        y = tf.nn.conv2d(tf.expand_dims(x, 1), tf.expand_dims(kernel, 0), (1, *plan.strides), padding)
        return tf.squeeze(y, 1)
    if plan.rank == 2:
        return tf.nn.conv2d(x, kernel, plan.strides, padding)
    return tf.nn.conv3d(x, _spread(kernel, plan.dilation), (1, *plan.strides, 1), padding)


def _block_diagonal(kernel, groups):
    """The kernel that does for all channels at once what the groups do apart: zero between groups."""
    *window, per_group, outputs = kernel.shape
    members = tf.reshape(kernel, (*window, 1, per_group, groups, outputs // groups))
    own = tf.reshape(tf.eye(groups, dtype=kernel.dtype), (*(1,) * len(window), groups, 1, groups, 1))
    return tf.reshape(members * own, (*window, groups * per_group, outputs))


def _spread(kernel, dilation):
    """The kernel with zeros between its elements: dilation, for what has no dilation of its own."""
    for axis, rate in enumerate(dilation):
        width = kernel.shape[axis]
        if rate > 1 and width > 1:
            shape = kernel.shape.as_list()
            between = tf.expand_dims(kernel, axis + 1)
            pads = [[0, 0]] * (len(shape) + 1)
            pads[axis + 1] = [0, rate - 1]
            wide = tf.reshape(tf.pad(between, pads), (*shape[:axis], width * rate, *shape[axis + 1 :]))
            kernel = wide[(*(slice(None),) * axis, slice(0, (width - 1) * rate + 1))]
    return kernel


def conv_transpose(
    inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1
):
    plan = transposed_convolution(inputs.shape, kernel.shape, strides, padding, output_padding, data_format,
                                  dilation_rate)  # fmt: skip
    x = _to_last(plan, inputs)
    kernel = _spread(kernel, plan.dilation)
    extents = kernel.shape[: plan.rank]
    sizes = [x.shape[axis] or tf.shape(x)[axis] for axis in range(plan.rank + 1)]
    full = [
        size * stride + max(extent - stride, 0)
        for size, extent, stride in zip(sizes[1:], extents, plan.strides, strict=True)
    ]
    shape = tf.stack((sizes[0], *([1] if plan.rank == 1 else []), *full, plan.channels))
    if plan.rank == 1:
        y = tf.nn.conv2d_transpose(
            tf.expand_dims(x, 1), tf.expand_dims(kernel, 0), shape, (1, *plan.strides), "VALID"
        )
        y = tf.squeeze(y, 1)
    elif plan.rank == 2:
        y = tf.nn.conv2d_transpose(x, kernel, shape, plan.strides, "VALID")
    else:
        y = tf.nn.conv3d_transpose(x, kernel, shape, plan.strides, "VALID")
    # `y` reaches up to the next stride: cut it, or add zeros, to what is asked for.
    cuts, missing = [slice(None)], [[0, 0]]
    for size, extent, stride, (before, after) in zip(
        sizes[1:], extents, plan.strides, plan.pads, strict=True
    ):
        cuts.append(slice(before, (size - 1) * stride + extent - after))
        missing.append([0, max(min(extent - stride, 0) - after, 0)])
    if any(zeros for _, zeros in missing):
        y = tf.pad(y, [*missing, [0, 0]])
    y = y[tuple(cuts)]
    return _to_format(plan, y)


def _to_last(plan, x):
    return tf.transpose(x, (0, *range(2, plan.rank + 2), 1)) if plan.channels_first else x


def _to_format(plan, y):
    if plan.channels_first:
        y = tf.transpose(y, (0, plan.rank + 1, *range(1, plan.rank + 1)))
    y.set_shape(plan.output_shape(y.shape[0]))
    return y
