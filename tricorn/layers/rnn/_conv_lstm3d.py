"""`ConvLSTM3D`: an LSTM over sequences of volumes, with convolutions as its products."""

from __future__ import annotations

from typing import Any

from tricorn.layers.rnn._base_conv_lstm import ConvLSTM


class ConvLSTM3D(ConvLSTM):
    """An LSTM over sequences of volumes: where an `LSTM` multiplies by a matrix, it convolves.

    `i, f, o = recurrent_activation(conv(x, kernel) + bias + conv(h, recurrent_kernel))`, the candidate `g` is the same
    under `activation`; `c = f * c + i * g`; `h = o * activation(c)`. Strides, padding and dilation are those of the
    convolution of the inputs; the state is convolved with stride 1 and padding "same". Gates stand in the order input,
    forget, cell, output along the last axis of the kernels.

    Args:
        filters: Channels of output and states.
        kernel_size: Size of the window: an int, or one an axis. Of the states' window too.
        strides: Step of the window: an int, or one an axis. Not together with a dilation.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: Distance between neighbours in the window: an int, or one an axis.
        activation: Activation of candidate and output.
        recurrent_activation: Activation of the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: Initializer of the kernel, shape `(*kernel_size, channels, 4 * filters)`.
        recurrent_initializer: Initializer of the recurrent kernel, shape `(*kernel_size, filters, 4 * filters)`.
        bias_initializer: Initializer of the bias, shape `(4 * filters,)`.
        unit_forget_bias: Whether the forget gate's bias begins at 1.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Projection of the kernel after each update.
        recurrent_constraint: Projection of the recurrent kernel after each update.
        bias_constraint: Projection of the bias after each update.
        dropout: Share of inputs to drop in training, the same at all steps.
        recurrent_dropout: Share of the state to drop in training, the same at all steps.
        seed: Seed of the dropout, an int.
        return_sequences: Whether to return the outputs of all steps, or the last.
        return_state: Whether to return the last states `h, c` after the output.
        go_backwards: Whether to run from the last step to the first; outputs come in that order.
        stateful: Whether each batch begins with the states that the batch before ended with.
        **kwargs: Of `Layer`, and `unroll` and `zero_output_for_mask` as for `RNN`.

    Call arguments:
        sequences: `(batch, time, depth, rows, columns, channels)`, or
            `(batch, time, channels, depth, rows, columns)` with `data_format="channels_first"`.
        initial_state: The list `[h, c]`, each of the shape of one step's output; None for zeros.
        mask: `(batch, time)` booleans; where False the states stay, and the output is the step's before.
        training: Whether to drop.

    Raises:
        ValueError: An argument is out of range, strides and dilation are both above 1, or the input is smaller than
            the window.

    Source: Shi et al., "Convolutional LSTM Network", 2015.

    Examples:
        >>> ConvLSTM3D(8, 3, padding="same")(Input((10, 8, 8, 8, 1))).shape
        (None, 8, 8, 8, 8)
    """

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1,
                 activation: Any = "tanh", recurrent_activation: Any = "sigmoid", use_bias=True,
                 kernel_initializer: Any = "glorot_uniform", recurrent_initializer: Any = "orthogonal",
                 bias_initializer: Any = "zeros",
                 unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None,
                 activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None,
                 dropout=0.0, recurrent_dropout=0.0, seed=None, return_sequences=False, return_state=False,
                 go_backwards=False, stateful=False, **kwargs):  # fmt: skip
        super().__init__(
            3, filters, kernel_size, strides, padding, data_format, dilation_rate, activation, recurrent_activation,
            use_bias, kernel_initializer, recurrent_initializer, bias_initializer, unit_forget_bias, kernel_regularizer,
            recurrent_regularizer, bias_regularizer, activity_regularizer, kernel_constraint, recurrent_constraint,
            bias_constraint, dropout, recurrent_dropout, seed, return_sequences, return_state, go_backwards, stateful,
            **kwargs,
        )  # fmt: skip
