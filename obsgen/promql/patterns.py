"""Regular expressions in matchers (RE2, anchored at both ends): their branches, and which values they describe."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

_LITERAL = re.compile(r"(?:[^\\.+*?()|\[\]{}^$]|\\[^A-Za-z0-9])*\Z")
# What Python and RE2 read alike. A repeated group is left out: Python may need exponential time for it.
_ALIKE = re.compile(
    r"""
    (?: [^\\\[\]()]
      | \\[^A-Za-z0-9\s] | \\[dwsDWS]
      | \[\^?[A-Za-z0-9_.,:/ ]+(?:-[A-Za-z0-9])?[A-Za-z0-9_.,:/ -]*\]
      | \((?:\?:)? | \)(?![*+{])
    )*\Z
    """,
    re.VERBOSE,
)
_FLAGS = re.compile(r"\(\?(?!:)")
_MAX_REPEATS = 3
_MAX_LENGTH = 1000


def branches(pattern: str) -> tuple[tuple[int, int], ...]:
    """
    Return the alternatives of *pattern* as offsets.

    `a|b` and `(a|b)` have two; `x(a|b)` has one, because its parts are no values by themselves.
    """
    start, end = 0, len(pattern)
    if _FLAGS.search(pattern):
        return ((start, end),)
    cuts = _cuts(pattern, start, end)
    while not cuts and (inner := _unwrapped(pattern, start, end)):
        start, end = inner
        cuts = _cuts(pattern, start, end)
    edges = (start - 1, *cuts, end)
    return tuple((before + 1, after) for before, after in itertools.pairwise(edges))


def _cuts(pattern: str, start: int, end: int) -> tuple[int, ...]:
    """Return where `|` stands outside of all groups."""
    return tuple(at for at, char, depth in _walk(pattern, start, end) if char == "|" and depth == 0)


def _unwrapped(pattern: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the inside of the one group that `pattern[start:end]` consists of, or None."""
    if start >= end or pattern[start] != "(":
        return None
    closing = next((at for at, char, depth in _walk(pattern, start, end) if char == ")" and depth == 0), None)
    if closing != end - 1:
        return None
    return start + (3 if pattern.startswith("(?:", start) else 1), closing


def _walk(pattern: str, start: int, end: int) -> Iterable[tuple[int, str, int]]:
    """Yield offset, character and depth in groups of every character that is neither escaped nor in a class."""
    depth, in_class, position = 0, False, start
    while position < end:
        char = pattern[position]
        if char == "\\":
            position += 2
            continue
        if in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        else:
            depth -= char == ")"
            yield position, char, depth
            depth += char == "("
        position += 1


def only_text(pattern: str) -> str | None:
    """Return the one text that *pattern* describes, or None where it describes several or where that cannot be told."""
    return re.sub(r"\\(.)", r"\1", pattern) if _LITERAL.match(pattern) else None


def describes_any(pattern: str, texts: Iterable[str]) -> bool:
    """Return whether *pattern* describes one of *texts*; True where that cannot be told."""
    if (
        len(pattern) > _MAX_LENGTH
        or sum(pattern.count(char) for char in "*+{") > _MAX_REPEATS
        or not _ALIKE.match(pattern)
    ):
        return True
    try:
        compiled = re.compile(pattern, re.ASCII)
    except re.error:
        return True
    return any(compiled.fullmatch(text) for text in texts)
