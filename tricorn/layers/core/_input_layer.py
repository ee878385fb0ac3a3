"""`Input` and `InputLayer`: where a graph begins."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.graph import Node
from tricorn.core.symbolic import KerasTensor, standardize_shape
from tricorn.layers._layer import Layer


class InputLayer(Layer):
    """The beginning of a graph. Made by `Input`.

    Args:
        shape: Sizes without the batch axis.
        batch_size: Size of the batch axis; None for any.
        dtype: Dtype of the values; floatx by default.
        sparse: Whether values are sparse tensors.
        ragged: Whether values are ragged tensors (TensorFlow only).
        batch_shape: Sizes with the batch axis, instead of `shape` and `batch_size`.
        input_tensor: A symbolic tensor to take shape and dtype from.
        optional: Whether None may be passed.
        name: Name; automatic if None.

    Raises:
        ValueError: Both or neither of `shape` and `batch_shape` are given.
    """

    def __init__(self, shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None,
                 input_tensor=None, optional=False, name=None, **kwargs):  # fmt: skip
        kwargs.pop("input_shape", None)
        super().__init__(name=name, dtype=None)
        where = f'Input "{self.name}"'
        if kwargs:
            raise bad_argument(where, "unknown arguments.", given=", ".join(kwargs), error=TypeError)
        if input_tensor is not None:
            if not isinstance(input_tensor, KerasTensor):
                raise bad_argument(
                    where, "`input_tensor` must be a symbolic tensor.", given=repr(input_tensor)
                )
            batch_shape, dtype = input_tensor.shape, dtype or input_tensor.dtype
            sparse = input_tensor.sparse if sparse is None else sparse
        elif shape is not None and batch_shape is not None:
            raise bad_argument(where, "`shape` and `batch_shape` are both given.",
                               given=f"shape={shape}, batch_shape={batch_shape}", hint="give one of them")  # fmt: skip
        elif shape is None and batch_shape is None:
            raise bad_argument(where, "a shape is needed.", expected="shape=(...) without the batch axis",
                               hint="Input(shape=(32,)); an unknown size is None")  # fmt: skip
        elif batch_shape is not None and batch_size is not None:
            raise bad_argument(where, "`batch_size` goes with `shape`, not with `batch_shape`.",
                               given=f"batch_size={batch_size}, batch_shape={batch_shape}")  # fmt: skip
        if batch_shape is None:
            batch_shape = (batch_size, *standardize_shape(shape, where))
        if sparse and ragged:
            raise bad_argument(where, "an input is sparse or ragged, not both.")
        self.__dict__["_batch_shape"] = standardize_shape(batch_shape, where)
        self.sparse = bool(sparse)
        self.ragged = bool(ragged)
        self.optional = bool(optional)
        tensor = KerasTensor(self.batch_shape, dtype or self.compute_dtype, sparse=self.sparse, ragged=self.ragged,
                             name=self.name)  # fmt: skip
        self.__dict__["_dtype"] = tensor.dtype
        self.__dict__["built"] = True
        Node(self, (), {}, tensor)

    @property
    def dtype(self):
        return self.__dict__.get("_dtype") or super().dtype

    @property
    def batch_shape(self):
        """Sizes with the batch axis, None where unknown."""
        return self.__dict__["_batch_shape"]

    @property
    def output(self):
        return self._inbound_nodes[0].outputs

    def call(self):
        raise NotImplementedError("An InputLayer is not called; pass values to the model.")

    def get_config(self):
        return {"batch_shape": self.batch_shape, "dtype": self.dtype, "sparse": self.sparse, "ragged": self.ragged,
                "name": self.name, "optional": self.optional}  # fmt: skip


def Input(shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None, name=None, tensor=None,
          optional=False):  # fmt: skip
    """A symbolic tensor: the beginning of a functional model.

    Args:
        shape: Sizes without the batch axis; None for an unknown size.
        batch_size: Size of the batch axis; None for any.
        dtype: Dtype; floatx by default.
        sparse: Whether values are sparse tensors.
        ragged: Whether values are ragged tensors (TensorFlow only).
        batch_shape: Sizes with the batch axis, instead of `shape` and `batch_size`.
        name: Name, by which dict inputs are matched.
        tensor: A symbolic tensor to take shape and dtype from.
        optional: Whether None may be passed for it.

    Returns:
        A `KerasTensor` of shape `(batch_size, *shape)`.

    Examples:
        >>> x = Input((32,))
        >>> x.shape
        (None, 32)
    """
    layer = InputLayer(shape=shape, batch_size=batch_size, dtype=dtype, sparse=sparse, ragged=ragged,
                       batch_shape=batch_shape, name=name, input_tensor=tensor, optional=optional)  # fmt: skip
    return layer.output
