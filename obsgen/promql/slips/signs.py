"""Signs, numbers, operators and commas that are not those of PromQL, or that lack a side."""

from __future__ import annotations

import re

from obsgen.promql.slips.place import Place
from obsgen.promql.slips.vocabulary import PAIRS, Slip, number
from obsgen.promql.tokens import OPERATORS, Token


def pair(place: Place) -> Slip | None:
    """Two signs that make one of another language."""
    following = place.following
    if following is None or following.start != place.here.end:
        return None
    written = PAIRS.get(place.here.text + following.text)
    return place.said(f"`{place.here.text}{following.text}` {written}", ahead=1) if written else None


def sign(place: Place) -> Slip | None:
    """A sign that only labels have."""
    if place.here.kind != "sign":
        return None
    if place.here.text == "=" and place.word(1) != "=":
        return place.said("`=` is for labels, in braces; values are compared with `==`")
    if place.here.text in ("=~", "!~"):
        return place.said(f"`{place.here.text}` is for labels, in braces; values are compared with `==` or `>`")
    if place.here.text == "!":
        return place.said("`!` turns nothing round; compare with `== 0`, or write `unless`")
    return None


def numbers(place: Place) -> Slip | None:
    """A number with a separator, a size or a unit that PromQL does not have."""
    if place.here.kind != "number":
        return None
    end = place.at + 1
    while end < len(place.found) and place.found[end].start == place.found[end - 1].end:
        comma = place.found[end].text == "," and _is_thousands(place.found, end) and not _is_argument(place)
        if place.found[end].kind not in ("name", "number") and not comma and place.found[end - 1].text != ",":
            break
        end += 1
    if end > place.at + 1:
        written = place.text[place.here.start : place.found[end - 1].end]
        return place.said(number(written), ahead=end - place.at - 1)
    behind = place.word(2)
    if place.word(1) == "%" and (place.at + 2 >= len(place.found) or behind in OPERATORS | {")", ","}):
        try:
            share = f"{float(place.here.text) / 100:g}"
        except ValueError:
            return None
        return place.said(f"`%` is the rest of a division here; {place.here.text} percent are `{share}`", ahead=1)
    return None


def _is_thousands(found: tuple[Token, ...], at: int) -> bool:
    behind = found[at + 1] if at + 1 < len(found) else None
    return behind is not None and behind.start == found[at].end and re.fullmatch(r"[0-9]{3}", behind.text) is not None


def _is_argument(place: Place) -> bool:
    opening = place.openings[place.at]
    return opening is not None and opening > 0 and place.found[opening - 1].kind == "name"


def operators(place: Place) -> Slip | None:
    """An operator without something on each side."""
    word = place.word()
    if word not in OPERATORS or place.here.kind == "string":
        return None
    before = place.word(-1)
    if word not in ("+", "-"):
        if place.at == 0 or before in ("(", ","):
            return place.said(f"nothing stands before `{place.here.text}`")
        if before in OPERATORS:
            return place.said(f"nothing stands between `{before}` and `{place.here.text}`", back=1)
    if place.at + 1 == len(place.found) or place.word(1) in (")", ","):
        return place.said(f"nothing stands behind `{place.here.text}`")
    return None


def commas(place: Place) -> Slip | None:
    """A comma with nothing behind it, or before a window."""
    if place.word() != ",":
        return None
    if place.word(1) == "[":
        return place.said("a window stands right behind its selector, without a comma")
    if place.word(1) in (")", ","):
        return place.said("nothing stands behind this comma")
    if place.following is None:
        return place.said("nothing stands behind this comma")
    return (
        place.said("a comma joins no queries; write `or`, or two queries") if place.openings[place.at] is None else None
    )
