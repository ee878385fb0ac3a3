"""What is asked for: each target bounds one quantity of Tricorn by another arm's, or by a number."""

from __future__ import annotations

from dataclasses import dataclass

ALL_TASKS = ("mlp", "cnn", "lstm", "transformer")


@dataclass(frozen=True)
class Target:
    """`tricorn <= factor * arm + plus`, in milliseconds (MiB for memory); without an arm, `tricorn <= plus`."""

    factor: float = 0.0
    arm: str = ""
    plus: float = 0.0

    def __str__(self):
        parts = [f"{self.factor:g} {self.arm}"] if self.arm else []
        if self.plus or not parts:
            parts.append(f"{self.plus:g}")
        return "<= " + " + ".join(parts)

    def is_met(self, figures):
        """True, False, or None if an arm was not measured."""
        base = figures.get(self.arm, 0.0 if not self.arm else None)
        ours = figures.get("tricorn")
        return None if base is None or ours is None else ours <= self.factor * base + self.plus


_NATIVE, _HALF, _FASTER = Target(1.05, "native"), Target(0.5, "reference"), Target(1.0, "reference")


def _fit_targets():
    for task in ALL_TASKS:
        yield ("torch", task), (_NATIVE, _FASTER if task == "transformer" else _HALF)
        yield ("jax", task), (Target(0.6, "native") if task == "cnn" else _NATIVE, _FASTER)
        yield ("tensorflow", task), (Target(0.6, "reference") if task == "mlp" else _FASTER,)


_FIT = dict(_fit_targets())
_CALL = {"torch": (Target(1.3, "native"),), "jax": (Target(2.0, "native", 0.2),), "tensorflow": ()}


def targets_of(quantity, engine, task):
    """The targets that hold for a quantity of a task on an engine; often none."""
    match quantity:
        case "fit" | "fit_with_bar":
            return _FIT[engine, task]
        case "predict":
            return (Target(1.15, "native"),)
        case "call":
            return _CALL[engine]
        case "build":
            return (Target(plus=100),) if task in ("cnn", "lstm") else ()
        case "first_step":
            return (Target(1.0, "native", 500),)
        case "import alone":
            return (Target(plus=200),)
        case "import":
            return (Target(1.1, "native"),)
        case _ if quantity.endswith("growth"):
            return (Target(1.0, "native", MEMORY_NOISE_MIB),)
    raise KeyError(quantity)


MEMORY_NOISE_MIB = (
    4.0  # what an allocator keeps back between two readings; a leak of one small model a round is more
)
