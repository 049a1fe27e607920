"""Grafana's variables in an expression, replaced before it is parsed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from obsgen.promql.tokens import Token

_NO_NAME = re.compile(r"[^A-Za-z0-9_]")
# With n of them there are 2**n ways to read the expression.
_MAX_GUESSED = 5


def spellings(found: tuple[Token, ...]) -> Iterator[tuple[tuple[Token, str], ...]]:
    """
    Yield ways to read the dashboard variables: each with a word of the same length, so that offsets stay what they are.

    Outside of windows only Grafana knows whether a variable holds a name or a number; names come first.
    """
    choices: list[tuple[str, ...]] = []
    variables: list[Token] = []
    in_window = False
    for index, token in enumerate(found):
        if token.kind == "sign" and token.text in "[]":
            in_window = token.text == "["
        elif token.kind == "variable":
            variables.append(token)
            length = len(token.text)
            length_of_time = _length_of_time(found, index) if in_window or _behind_offset(found, index) else ""
            name = _NO_NAME.sub("_", token.text)
            choices.append((length_of_time,) if length_of_time else (name, "1".ljust(length)))
    if sum(len(choice) > 1 for choice in choices) > _MAX_GUESSED:
        ways: Iterable[tuple[str, ...]] = (
            tuple(choice[0] for choice in choices),
            tuple(choice[-1] for choice in choices),
        )
    else:
        ways = itertools.product(*choices)
    for way in ways:
        yield tuple(zip(variables, way, strict=True))


def _behind_offset(found: tuple[Token, ...], index: int) -> bool:
    before = [one.text.lower() for one in found[max(0, index - 2) : index]]
    return before[-1:] == ["offset"] or before == ["offset", "-"]


def _length_of_time(found: tuple[Token, ...], index: int) -> str:
    """Return the word for a variable that holds a duration."""
    token = found[index]
    # `[${__range_s}s]`: the unit stands behind the variable.
    unit = index + 1 < len(found) and found[index + 1].start == token.end and found[index + 1].kind == "name"
    return "1".rjust(len(token.text), "0") if unit else "1m".ljust(len(token.text))


def replaced(text: str, words: tuple[tuple[Token, str], ...]) -> str:
    """Return *text* with the given tokens replaced."""
    out, position = [], 0
    for token, word in words:
        out += [text[position : token.start], word]
        position = token.end
    return "".join([*out, text[position:]])
