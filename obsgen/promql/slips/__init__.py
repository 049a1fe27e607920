"""Slips that many make in PromQL, seen in the words of a text that does not parse: the first one by place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from obsgen.promql.slips import inside
from obsgen.promql.slips.groups import ends, modifiers, offset
from obsgen.promql.slips.neighbours import neighbours
from obsgen.promql.slips.place import Place, word_at
from obsgen.promql.slips.signs import commas, numbers, operators, pair, sign
from obsgen.promql.slips.vocabulary import GROUPINGS, Slip
from obsgen.promql.tokens import Token

__all__ = ["Slip", "slip"]

_RULES: tuple[Callable[[Place], Slip | None], ...] = (
    pair, sign, numbers, operators, modifiers, ends, offset, commas, neighbours,
)  # fmt: skip


def slip(text: str, found: tuple[Token, ...]) -> Slip | None:
    """Return the first slip in *text*, whose words are *found* and whose brackets all have a partner; else None."""
    openings = _openings(found)
    return next(_slips(text, found, openings), None)


def _slips(text: str, found: tuple[Token, ...], openings: tuple[int | None, ...]) -> Iterator[Slip]:
    for at, token in enumerate(found):
        seen = _inside(text, found, openings, at, openings[at])
        if seen is None and token.kind == "sign" and token.text in ")]}" and (opening := openings[at]) is not None:
            # A bracket ends what is in it, and is part of what is around it.
            seen = _inside(text, found, openings, at, openings[opening])
        if seen is not None:
            yield seen


def _inside(
    text: str, found: tuple[Token, ...], openings: tuple[int | None, ...], at: int, opening: int | None
) -> Slip | None:
    """Return the slip at the word *at*, which stands in the bracket *opening*, or in none."""
    around = "" if opening is None else found[opening].text
    if around == "{":
        return inside.braces(text, found, at)
    if around == "[":
        return inside.brackets(text, found, at)
    if opening is not None and word_at(found, opening - 1) in GROUPINGS:
        return inside.labels(found, at)
    return _outside(Place(text, found, openings, at))


def _openings(found: tuple[Token, ...]) -> tuple[int | None, ...]:
    """Return, for each word, where the innermost bracket around it opens; a closing bracket stands inside of its own."""
    stack: list[int] = []
    out: list[int | None] = []
    for at, token in enumerate(found):
        out.append(stack[-1] if stack else None)
        if token.kind == "sign" and token.text in "([{":
            stack.append(at)
        elif token.kind == "sign" and token.text in ")]}" and stack:
            stack.pop()
    return tuple(out)


def _outside(place: Place) -> Slip | None:
    return next((seen for rule in _RULES if (seen := rule(place)) is not None), None)
