"""`by`, `on`, `group_left`, `bool`, `offset` and `@` where they do not belong, or without what belongs to them."""

from __future__ import annotations

from obsgen.promql.scan import AGGREGATORS
from obsgen.promql.slips.place import Place, word_at
from obsgen.promql.slips.vocabulary import GROUPINGS, MATCHINGS, Slip
from obsgen.promql.tokens import COMPARISONS, OPERATORS, SETS


def modifiers(place: Place) -> Slip | None:
    """`on`, `group_left` and `bool` where they do not belong."""
    word, before = place.word(), place.word(-1)
    if word == "bool" and before not in COMPARISONS:
        return place.said("`bool` stands behind a comparison, such as `> bool`")
    if word == "bool" and (place.following is None or place.word(1) in (")", ",")):
        return place.said("nothing stands behind `bool`")
    if word in ("on", "ignoring") and before not in OPERATORS | {"bool"}:
        return place.said(f"`{word}` stands behind an operator, such as `/ {word} (..)`")
    if word in ("group_left", "group_right"):
        if place.grouped(place.at - 1) not in ("on", "ignoring"):
            return place.said(f"`{word}` stands behind `on (..)` or `ignoring (..)`")
        operator = word_at(place.found, place.begin(place.at - 1) - 2)
        if operator in SETS:
            return place.said(f"`{operator}` compares labels only, so that it needs no `{word}`")
    if word in GROUPINGS and (place.following is None or place.word(1) == ")"):
        return place.said(f"nothing stands behind `{word}`")
    if word in GROUPINGS - {"group_left", "group_right"} and place.following is not None and place.word(1) != "(":
        label = place.following
        if label.kind in ("name", "variable", "string"):
            return place.said(f"the labels of `{word}` stand in parentheses, such as `{word} ({label.text})`", ahead=1)
    return None


def ends(place: Place) -> Slip | None:
    """A group of labels behind which something is missing, or stands too much."""
    group = place.grouped(place.at)
    if not group:
        return None
    opening = place.begin(place.at)
    name, last = word_at(place.found, opening - 2), place.following is None or place.word(1) in (")", ",")
    if group in MATCHINGS and last:
        operator = next(
            (word_at(place.found, at) for at in range(opening, -1, -1) if word_at(place.found, at) in OPERATORS), ""
        )
        return place.said(f"nothing stands behind `{operator or group}`", back=place.at - opening + 1)
    if group in ("by", "without"):
        if name in AGGREGATORS and place.word(1) != "(":
            start, inner = place.text[place.found[opening - 2].start : place.here.end], _operand(place)
            said = f"what `{name}` takes stands in parentheses, such as `{start} ({inner})`"
            return place.said(said, back=place.at - opening + 2)
        if place.word(1) in ("by", "without"):
            return place.said("an aggregation has one `by` or one `without`, and this is the second", ahead=1)._replace(
                start=place.found[place.at + 1].start
            )
    return None


def _operand(place: Place) -> str:
    """Return the word behind, as an example of an argument."""
    behind = place.following
    return behind.text if behind is not None and behind.kind in ("name", "variable") else ".."


def offset(place: Place) -> Slip | None:
    """`offset` and `@` at the wrong place, or without a time."""
    word = place.word()
    if word not in ("offset", "@"):
        return None
    if place.word(-1) == ")" and place.word(-2) != "(":
        return place.said(f"`{word}` stands behind a selector or a window, inside of the parentheses")
    behind = place.following
    if word == "@":
        named = place.word(1) in ("start", "end") and place.word(2) != "("
        return place.said(f"`@ {place.word(1)}` is written `@ {place.word(1)}()`", ahead=1) if named else None
    if behind is not None and behind.kind == "string":
        return place.said(f"a time stands without quotes, such as `offset {behind.text[1:-1]}`", ahead=1)
    if behind is None or (behind.kind not in ("number", "variable") and behind.text not in ("-", "+", "(")):
        return place.said("behind `offset` a time is missing, such as `offset 1h`")
    if place.word(2) == "[":
        return place.said(f"`offset` stands behind the window, such as `[5m] offset {behind.text}`", ahead=1)
    return None
