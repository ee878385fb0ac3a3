"""Pooling over windows of one, two or three spatial axes."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.op import Tensor, op
from tricorn.core.symbolic import KerasTensor
from tricorn.core.windows import pooling


def _pool_rule(where):
    def rule(inputs, pool_size, strides=None, padding="valid", data_format=None):
        plan = pooling(inputs.shape, pool_size, strides, padding, data_format, where)
        return KerasTensor(plan.output_shape(inputs.shape[0]), inputs.dtype, record_history=False)

    return rule


@op(rule=_pool_rule("ops.max_pool"))
def max_pool(inputs: Tensor, pool_size, strides=None, padding="valid", data_format=None):
    """The largest element of each window. Its gradient goes to the first of equal ones.

    Args:
        inputs: `(batch, ..., channels)`, or `(batch, channels, ...)` under `"channels_first"`.
        pool_size: An integer, or one for each spatial axis.
        strides: The same; None: `pool_size`.
        padding: `"valid"`, or `"same"` (padding never wins).
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.
    """


@op(rule=_pool_rule("ops.average_pool"), dtype=rules.FLOAT)
def average_pool(inputs: Tensor, pool_size, strides=None, padding="valid", data_format=None):
    """The mean of each window; padding counts for nothing. Arguments as in `max_pool`."""
