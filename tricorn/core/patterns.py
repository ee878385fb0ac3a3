"""Patterns over paths in time linear in the text, so that a pattern from a file can never stall a look-up.

The syntax is the part of regular expressions that paths need: literals, `.`, `[a-z]`, `[^/]`, `\\d \\w \\s` and their
negations, `* + ?`, `{m}` `{m,n}`, `|`, groups, `^` and `$`. No back references and no look-around. A pattern becomes a
non-deterministic automaton whose states are followed all at once (Thompson, "Regular Expression Search Algorithm",
1968).
"""

from __future__ import annotations

import functools

from tricorn.core.errors import bad_argument

MAX_LENGTH = 200
MAX_STATES = 4000
_SPECIAL = frozenset("\\.^$*+?{}[]()|")


class Pattern:
    """A compiled pattern. Read-only, so it may be shared."""

    def __init__(self, text):
        self.text = text
        self._plain = _SPECIAL.isdisjoint(text)
        self._start = None if self._plain else _Parser(text).parse()

    def fullmatch(self, path) -> bool:
        """Whether the pattern matches the whole of `path`."""
        if self._plain:
            return path == self.text
        return self._run(path, anchored=True)

    def search(self, path) -> bool:
        """Whether the pattern matches some part of `path`."""
        if self._plain:
            return self.text in path
        return self._run(path, anchored=False)

    def _run(self, path, anchored):
        length = len(path)
        states = _closure([self._start], 0, length)
        for position, character in enumerate(path):
            if not anchored and _ACCEPT in states:
                return True
            below = [state.then for state in states if state is not _ACCEPT and state.takes(character)]
            if not anchored:
                below.append(self._start)
            elif not below:
                return False
            states = _closure(below, position + 1, length)
        return _ACCEPT in states

    def __repr__(self):
        return f"Pattern({self.text!r})"


@functools.lru_cache(maxsize=1024)
def compile_pattern(text) -> Pattern:
    """The compiled pattern.

    Raises:
        ValueError: It is longer than 200 characters, malformed, or beyond the syntax supported.
    """
    if not isinstance(text, str):
        raise bad_argument("pattern", "a pattern is a string.", given=repr(text)[:80])
    if len(text) > MAX_LENGTH:
        raise bad_argument("pattern", "is too long.", expected=f"at most {MAX_LENGTH} characters",
                           given=f"{len(text)} characters")  # fmt: skip
    return Pattern(text)


class _State:
    """Takes one character (`takes`) and goes to `then`; or, with `takes` None, goes to all of `outs` for free when
    `at` ("start", "end" or None) holds."""

    __slots__ = ("at", "outs", "takes", "then")

    def __init__(self, takes=None, then=None, outs=(), at=None):
        self.takes = takes
        self.then = then
        self.outs = outs
        self.at = at


_ACCEPT = _State()


def _closure(starts, position, length):
    seen, waiting = set(), list(starts)
    while waiting:
        state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        if state is _ACCEPT or state.takes is not None:
            continue
        if (
            state.at is None
            or (state.at == "start" and position == 0)
            or (state.at == "end" and position == length)
        ):
            waiting.extend(state.outs)
    return {state for state in seen if state is _ACCEPT or state.takes is not None}


_CLASSES = {
    "d": str.isdigit,
    "w": lambda character: character.isalnum() or character == "_",
    "s": str.isspace,
}


class _Parser:
    """Recursive descent to a syntax tree, then to states, last first: `build(node, next state)`."""

    def __init__(self, text):
        self.text = text
        self.position = 0
        self.states = 0

    def fail(self, problem):
        return bad_argument(f"pattern {self.text!r}", problem, given=f"position {self.position}",
                            hint="literals, ., *, +, ?, {m,n}, [...], (...), | are supported")  # fmt: skip

    def peek(self):
        return self.text[self.position] if self.position < len(self.text) else ""

    def take(self):
        character = self.peek()
        self.position += 1
        return character

    def parse(self):
        node = self.alternatives()
        if self.peek():
            raise self.fail("unbalanced parenthesis.")
        return self.build(node, _ACCEPT)

    def alternatives(self):
        branches = [self.sequence()]
        while self.peek() == "|":
            self.take()
            branches.append(self.sequence())
        return ("or", branches)

    def sequence(self):
        items = []
        while self.peek() not in ("", "|", ")"):
            items.append(self.repeated(self.atom()))
        return ("then", items)

    def repeated(self, node):
        bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        while self.peek() in ("*", "+", "?", "{") and self.peek():
            if self.peek() == "{":
                low, high = self.braces()
            else:
                low, high = bounds[self.take()]
            if self.peek() in ("?", "+") and self.peek():
                self.take()  # lazy or possessive: the same paths match
            node = ("repeat", node, low, high)
        return node

    def braces(self):
        end = self.text.find("}", self.position)
        parts = self.text[self.position + 1 : end].split(",") if end > 0 else []
        if len(parts) not in (1, 2) or not all(
            part.isascii() and (part.isdigit() or not part) for part in parts
        ):
            raise self.fail("malformed repetition.")
        self.position = end + 1
        low = int(parts[0] or 0)
        high = low if len(parts) == 1 else (int(parts[1]) if parts[1] else None)
        if low > 100 or (high is not None and (high > 100 or high < low)):
            raise self.fail("repetition bounds must be ordered and at most 100.")
        return low, high

    def atom(self):
        character = self.take()
        if character == "(":
            if self.peek() == "?":
                if self.text[self.position : self.position + 2] != "?:":
                    raise self.fail("look-around, flags and named groups are not supported.")
                self.position += 2
            node = self.alternatives()
            if self.take() != ")":
                raise self.fail("unbalanced parenthesis.")
            return node
        if character == "[":
            return ("char", self.character_set())
        if character == ".":
            return ("char", lambda other: other != "\n")
        if character in ("^", "$"):
            return ("at", "start" if character == "^" else "end")
        if character == "\\":
            return ("char", self.escape())
        if character in ("*", "+", "?", "{", "}", "]"):
            if character in ("}", "]"):
                return ("char", character.__eq__)
            raise self.fail("nothing to repeat.")
        return ("char", character.__eq__)

    def escape(self):
        character = self.take()
        if character.lower() in _CLASSES and character:
            test = _CLASSES[character.lower()]
            return test if character.islower() else (lambda other: not test(other))
        if not character or character.isalnum():
            raise self.fail("unknown escape.")
        return character.__eq__

    def character_set(self):
        negated = self.peek() == "^"
        if negated:
            self.take()
        tests = []
        while self.peek() != "]" or not tests:
            first = self.take()
            if not first:
                raise self.fail("unterminated character set.")
            if first == "\\":
                tests.append(self.escape())
                continue
            last = self.text[self.position + 1 : self.position + 2]
            if self.peek() == "-" and last not in ("", "]"):
                self.position += 2
                tests.append(lambda other, low=first, high=last: low <= other <= high)
            else:
                tests.append(first.__eq__)
        self.take()
        if negated:
            return lambda other: not any(test(other) for test in tests)
        return lambda other: any(test(other) for test in tests)

    def build(self, node, then):
        self.states += 1
        if self.states > MAX_STATES:
            raise self.fail("is too large.")
        kind = node[0]
        if kind == "char":
            return _State(takes=node[1], then=then)
        if kind == "at":
            return _State(outs=(then,), at=node[1])
        if kind == "then":
            for item in reversed(node[1]):
                then = self.build(item, then)
            return then
        if kind == "or":
            return _State(outs=[self.build(branch, then) for branch in node[1]])
        _, inner, low, high = node
        if high is None:
            loop = _State(outs=[then])
            loop.outs.append(self.build(inner, loop))
            then = loop
        else:
            end = then
            for _ in range(high - low):
                then = _State(outs=(self.build(inner, then), end))
        for _ in range(low):
            then = self.build(inner, then)
        return then
