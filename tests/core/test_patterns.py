"""Patterns mean what Python's regular expressions mean, in linear time."""

import itertools
import re
import time

import pytest

from tricorn.core.patterns import compile_pattern

PATTERNS = [
    "a/.*",
    "a|b",
    "(ab)+c?",
    "[^/]+/kernel",
    r"\d+x",
    "x{2,3}",
    "^a.b$",
    "layer_[0-9]+/.*",
    "a*?b",
    "(?:a|b)*c",
    "",
    "[]a]",
    "a{2}",
    "(a|)b",
    ".*kernel",
    r"a\.b",
    r"\w+/\W",
    "[a-c]{1,}",
    "a/b",
    "(a*)*",
    "(a|b|)+$",
]
TEXTS = [
    "a/b",
    "a",
    "b",
    "ababc",
    "q/kernel",
    "q/r/kernel",
    "12x",
    "xx",
    "xxxx",
    "axb",
    "layer_12/w",
    "aab",
    "abac",
    "",
    "]",
    "aa",
    "layer_x/",
    "a.b",
    "ab/-",
    "cab",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_same_matches_as_re(pattern):
    for text in TEXTS:
        assert compile_pattern(pattern).fullmatch(text) == bool(re.fullmatch(pattern, text)), text
        assert compile_pattern(pattern).search(text) == bool(re.search(pattern, text)), text


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "[a",
        "(?=x)",
        "(?P<n>a)",
        r"\1",
        r"\b",
        "x{200}",
        "x{3,2}",
        "((a{50}){50}){50}",
        "*a",
        "+",
        "a" * 201,
        3,
    ],
)
def test_beyond_the_syntax(pattern):
    with pytest.raises(ValueError):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$", "(.*)*x", "(a?){50}a{50}"])
def test_hostile_patterns_take_linear_time(pattern):
    seconds = []
    for length in (500, 4000):
        started = time.perf_counter()
        assert not compile_pattern(pattern).fullmatch("a" * length + "!")
        seconds.append(time.perf_counter() - started)
    assert seconds[1] < 60 * max(seconds[0], 1e-3)  # exponential would not end


def test_many_short_patterns_against_re():
    for letters in itertools.product("ab*|", repeat=4):
        pattern = "".join(letters)
        try:
            expected = re.compile(pattern)
            ours = compile_pattern(pattern)
        except (re.error, ValueError):
            continue
        for text in ("", "a", "b", "ab", "aab", "abab"):
            assert ours.fullmatch(text) == bool(expected.fullmatch(text)), (pattern, text)
