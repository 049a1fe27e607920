"""Two things with nothing between them, and words of other languages."""

from __future__ import annotations

from obsgen.promql.scan import AGGREGATORS, KEYWORDS
from obsgen.promql.slips.place import Place, word_at
from obsgen.promql.slips.vocabulary import UNITS, WORDS, Slip
from obsgen.promql.tokens import Token

_BRACES = {
    "}": "a selector has one pair of braces; put a comma between its labels",
    "]": "the braces stand before the window, such as `x{..}[5m]`",
    ")": "labels are asked for at the metric, inside of the parentheses, such as `sum(x{..})`",
}


def neighbours(place: Place) -> Slip | None:
    """Two things with nothing between them."""
    behind, word = place.following, place.word()
    if behind is None or not place.is_value(place.at) or (place.here.kind == "sign" and word == "("):
        return None
    sign = behind.text if behind.kind == "sign" else ""
    if sign == "{" and word in ("}", "]", ")"):
        return Slip(behind.start, behind.end, _BRACES[word])
    if sign == "[" and place.here.kind == "name" and _is_called(place):
        return Slip(behind.start, behind.end, f"the window stands behind the selector, such as `{word}(x[5m])`")
    starts = behind.kind in ("number", "string", "variable") or (
        behind.kind == "name" and place.word(1) not in KEYWORDS
    )
    if (
        not starts
        and not (sign == "(" and place.here.kind in ("number", "string"))
        and not (sign == "(" and word in (")", "}", "]"))
    ):
        return None
    return _foreign(place, behind) or place.said(
        f"between `{place.here.text}` and `{behind.text}` an operator or a comma is missing", ahead=1
    )


def _is_called(place: Place) -> bool:
    """Return whether parentheses stand behind the window that begins behind this word."""
    closing = next(
        (at for at in range(place.at + 2, len(place.found)) if word_at(place.found, at) == "]"), len(place.found)
    )
    return word_at(place.found, closing + 1) == "("


def _foreign(place: Place, behind: Token) -> Slip | None:
    """Words of another language, aggregations without parentheses, and names with a blank in them."""
    word, other = place.word(), behind.text.lower()
    if behind.kind == "variable" and behind.text.startswith("[["):
        return Slip(
            behind.start,
            behind.end,
            f"`{behind.text}` is a variable alone; a window is written `[${behind.text[2:-2]}]`",
        )
    if place.here.kind == "number" and other in UNITS:
        return place.said(f"a time has no blank in it; write `{place.here.text}{other}`", ahead=1)
    if behind.kind == "name" and other in WORDS:
        return Slip(behind.start, behind.end, f"`{behind.text}` is no word of PromQL; {WORDS[other]}")
    if word in WORDS:
        return place.said(f"`{place.here.text}` is no word of PromQL; {WORDS[word]}")
    if word in AGGREGATORS and place.here.kind == "name":
        if behind.kind == "number" and place.word(2) == "(":
            return place.said(f"`{word}` takes its number inside, such as `{word}({behind.text}, ..)`", ahead=1)
        inner = behind.text if behind.kind != "string" else ".."
        return place.said(f"what `{word}` takes stands in parentheses, such as `{word}({inner})`", ahead=1)
    if place.here.kind == behind.kind == "name":
        if place.word(2) in ("[", "{") and _is_function(word):
            return place.said(
                f"what `{word}` takes stands in parentheses, such as `{word}({behind.text}[5m])`", ahead=1
            )
        said = f"between `{place.here.text}` and `{behind.text}` an operator is missing; a name with a blank is written `{place.here.text}_{behind.text}`"
        return place.said(said, ahead=1)
    if word == ")" and behind.text == "(":
        name = word_at(place.found, place.begin(place.at) - 1)
        for grouping in ("by", "without"):
            if name.endswith(grouping) and name.removesuffix(grouping) in AGGREGATORS:
                start = place.found[place.begin(place.at) - 1]
                return Slip(
                    start.start, start.end, f"`{start.text}` is written `{name.removesuffix(grouping)} {grouping}`"
                )
    return None


def _is_function(word: str) -> bool:
    from obsgen.promql.meaning.functions import FUNCTIONS  # noqa: PLC0415 - most queries parse

    return word in FUNCTIONS
