"""Rows of the contract for preprocessing of numbers, categories and texts. What `adapt` learns is tested in tests/layers."""

from __future__ import annotations

from tests.contracts.layer_case import LayerCase


def _cases():
    def case(code, *shapes, **options):
        return LayerCase(code, shapes, **options)

    flat, single, words = (3, 4), (3, 1), ("a", "b", "c", "of", "much, too")
    yield case("L.Normalization(mean=2.0, variance=3.0)", flat)
    yield case("L.Normalization(axis=1, mean=[1.0, 2.0, 3.0], variance=[1.0, 2.0, 3.0])", (2, 3, 2))
    yield case("L.Normalization(axis=None, mean=2.0, variance=3.0, invert=True)", flat)
    yield case("L.Discretization([-0.5, 0.0, 0.7])", flat, fixed_dtype="int32")
    for mode in ("one_hot", "multi_hot", "count"):
        yield case(f"L.Discretization([-0.5, 0.0, 0.7], output_mode='{mode}')", flat)
        yield case(f"L.CategoryEncoding(5, output_mode='{mode}')", flat, integers=5)
        yield case(f"L.CategoryEncoding(5, output_mode='{mode}')", single, integers=5)
        yield case(f"L.Hashing(3, output_mode='{mode}')", flat, integers=9)
        yield case(f"L.IntegerLookup(vocabulary=[1, 4, 2], output_mode='{mode}')", flat, integers=5)
        yield case(f"L.StringLookup(vocabulary=['a', 'b'], output_mode='{mode}')", flat, words=words)
    yield case("L.Hashing(3)", flat, integers=9, fixed_dtype="int64")
    yield case("L.Hashing(4, mask_value=0, salt=3)", flat, integers=9, fixed_dtype="int64")
    yield case("L.Hashing(4, salt=[1, 2])", flat, words=words, fixed_dtype="int64")
    yield case("L.HashedCrossing(5)", single, single, listed=True, integers=9, fixed_dtype="int64")
    yield case("L.HashedCrossing(5, output_mode='one_hot')", single, single, listed=True, integers=9)
    yield case(
        "L.IntegerLookup(vocabulary=[1, 4, 2], num_oov_indices=2)", flat, integers=7, fixed_dtype="int64"
    )
    yield case("L.IntegerLookup(vocabulary=[1, 4, 2], mask_token=0)", flat, integers=7, fixed_dtype="int64")
    yield case("L.IntegerLookup(vocabulary=[7, 4, 2], invert=True)", flat, integers=6, fixed_dtype="int64")
    yield case(
        "L.IntegerLookup(vocabulary=[1, 4], output_mode='tf_idf', idf_weights=[0.5, 2.0])", flat, integers=5
    )
    yield case(
        "L.StringLookup(vocabulary=['a', 'b'], num_oov_indices=3)", flat, words=words, fixed_dtype="int64"
    )
    yield case(
        "L.StringLookup(vocabulary=['a', 'b'], mask_token='c')", single, words=words, fixed_dtype="int64"
    )
    yield case("L.TextVectorization(vocabulary=['a', 'much'], output_sequence_length=3)", single, words=words,
               fixed_dtype="int64")  # fmt: skip
    for mode in ("multi_hot", "count"):
        yield case(f"L.TextVectorization(vocabulary=['a', 'much'], output_mode='{mode}')", (3,), words=words)


CASES = list(_cases())
