"""A learning rate for every epoch."""

from __future__ import annotations

from numbers import Real

from tricorn.callbacks._callback import Callback
from tricorn.core.errors import bad_argument, describe
from tricorn.utils._progbar import say


class LearningRateScheduler(Callback):
    """Sets the learning rate at the beginning of every epoch.

    The rate is added to the values of the epoch as `learning_rate`.

    Args:
        schedule: A function of `(epoch, learning_rate)`, or of `(epoch)`, that returns the new rate, a float.
        verbose: 1 prints it.

    Raises:
        ValueError: The schedule returns no number, or the optimizer's rate can't be set (it follows a
            schedule of its own).

    Examples:

        LearningRateScheduler(lambda epoch, rate: rate if epoch < 10 else rate * 0.9)
    """

    def __init__(self, schedule, verbose=0):
        if not callable(schedule):
            raise bad_argument(
                "LearningRateScheduler",
                "`schedule` can't be called.",
                given=describe(schedule),
                expected="a function of (epoch, learning_rate)",
                error=TypeError,
            )
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch, logs=None):
        before = learning_rate_of(self.model, "LearningRateScheduler")
        try:
            rate = self.schedule(epoch, before)
        except TypeError:
            if _takes_two(self.schedule):
                raise
            rate = self.schedule(epoch)
        if not isinstance(rate, Real) and getattr(rate, "ndim", None) != 0:
            raise bad_argument(
                "LearningRateScheduler",
                "`schedule` must return a number.",
                expected="a float",
                given=describe(rate),
            )
        self.model.optimizer.learning_rate = float(rate)
        if self.verbose:
            say(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {float(rate)}.\n")

    def on_epoch_end(self, epoch, logs=None):
        if logs is not None:
            logs["learning_rate"] = learning_rate_of(self.model, "LearningRateScheduler")


def learning_rate_of(model, where):
    """The optimizer's rate as a float.

    Raises:
        ValueError: The model has no optimizer with a learning rate.
    """
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", None)
    if rate is None:
        raise bad_argument(
            where,
            "the optimizer has no `learning_rate`.",
            expected="a compiled model",
            given=describe(getattr(model, "optimizer", None)),
            hint="model.compile(optimizer=...)",
        )
    return float(rate.numpy() if hasattr(rate, "numpy") else rate)


def _takes_two(function):
    import inspect

    try:
        inspect.signature(function).bind(0, 0.0)
    except TypeError:
        return False
    except ValueError:  # no signature to look at
        return True
    return True
