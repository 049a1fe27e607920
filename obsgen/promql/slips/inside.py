"""Slips between brackets of PromQL: labels and values in braces, windows, lists of labels."""

from __future__ import annotations

import re

from obsgen.promql.slips.vocabulary import Slip, is_time, time
from obsgen.promql.tokens import COMPARISONS, Token

_MATCHERS = frozenset({"=", "!=", "=~", "!~"})
_NOT_IN_A_LABEL = re.compile(r"[^A-Za-z0-9_]")
_JOINED = {
    "and": "between two labels `and` is written `,`",
    "or": 'labels are joined by `,`, which means `and`; for one or the other write `=~"a|b"`, or two selectors with `or`',
}
#: Signs of other languages, and what stands between a label and its value.
_INSTEAD = {"==": "=", ":": "=", "~": "=~", "!=~": "!~", "==~": "=~", "=!": "!=", "=~~": "=~", "<>": "!=", "!": "!="}


def braces(text: str, found: tuple[Token, ...], at: int) -> Slip | None:
    """Return the slip at the word *at*, which stands in braces, or None."""
    here, before = found[at], found[at - 1]
    if here.text == "{" == before.text and here.start == before.end:
        end = text.find("}}", here.end)
        said = "`{{ .. }}` is for templates, which are filled in before or after; PromQL has none"
        return Slip(before.start, here.end if end < 0 else end + 2, said)
    if here.text == ",":
        return Slip(here.start, here.end, "nothing stands before this comma") if before.text in ("{", ",") else None
    if before.text in ("{", ","):
        return _label(text, found, at)
    if before.kind == "string" and here.kind in ("name", "string") and found[at - 2].text in _MATCHERS:
        return Slip(here.start, here.end, _JOINED.get(here.text.lower(), f"a comma is missing before `{here.text}`"))
    if before.kind == "string" and here.text in (";", "&", "|"):
        return Slip(here.start, here.end, f"between two labels `{here.text}` is written `,`")
    if before.text in _MATCHERS and here.kind in ("name", "number", "variable", "sign", "unknown"):
        return _value(text, found, at)
    return None


def _label(text: str, found: tuple[Token, ...], at: int) -> Slip | None:
    """Return what is wrong from the name of a label on, up to its value."""
    here = found[at]
    if here.kind not in ("name", "number"):
        return None
    if here.text.endswith(":"):
        return Slip(here.end - 1, here.end, "between a label and its value `:` is written `=`")
    end = at + 1
    while end < len(found) and found[end].start == found[end - 1].end and _is_in_a_name(found[end]):
        end += 1
    name = text[here.start : found[end - 1].end]
    if (end > at + 1 or here.kind == "number") and end < len(found) and found[end].text not in ("}", ","):
        good = _NOT_IN_A_LABEL.sub("_", f"_{name}" if here.kind == "number" else name)
        return Slip(
            here.start, found[end - 1].end, f"`{name}` is no name of a label; write `{good}`, if it is called so"
        )
    if end >= len(found):
        return None
    sign = found[end]
    if sign.text in ("}", ","):
        return Slip(here.start, here.end, f'the label `{name}` has no value; write `{name}="..."`')
    if sign.text.lower() in ("in", "not"):
        values = [token.text[1:-1] for token in found[end:] if token.kind == "string"]
        listed = "|".join(values[:3]) or "a|b"
        return Slip(sign.start, sign.end, f'`{sign.text}` is no word of PromQL; write `{name}=~"{listed}"`')
    joined = sign.text
    behind = found[end + 1] if end + 1 < len(found) else None
    if behind is not None and behind.start == sign.end and joined + behind.text in _INSTEAD:
        return Slip(sign.start, behind.end, f"`{joined + behind.text}` is written `{_INSTEAD[joined + behind.text]}`")
    if joined in _INSTEAD:
        return Slip(sign.start, sign.end, f"between a label and its value `{joined}` is written `{_INSTEAD[joined]}`")
    if joined in COMPARISONS - {"!="}:
        said = f"`{joined}` compares numbers, and the values of labels are texts; write `=`, `!=`, `=~` or `!~`"
        return Slip(sign.start, sign.end, said)
    return None


def _is_in_a_name(token: Token) -> bool:
    return token.kind in ("name", "number") or token.text in ("-", ".")


def _value(text: str, found: tuple[Token, ...], at: int) -> Slip | None:
    """Return what is wrong with a value without quotes."""
    here, sign = found[at], found[at - 1]
    if here.text in ("}", ","):
        return Slip(sign.start, sign.end, f"behind `{sign.text}` a value is missing")
    if here.text in _MATCHERS | {"~", "!"}:
        return None
    if here.kind == "unknown" and here.text in "\"'`\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}":
        return None
    if here.kind == "unknown" and not here.text.isascii():
        return None
    end = at
    while end + 1 < len(found) and found[end + 1].text not in ("}", ",") and found[end + 1].kind != "string":
        end += 1
    value = text[here.start : found[end].end]
    label = found[at - 2].text if found[at - 2].kind == "name" else ""
    return Slip(here.start, found[end].end, f'a value stands in quotes, such as `{label}{sign.text}"{value}"`')


def brackets(text: str, found: tuple[Token, ...], at: int) -> Slip | None:
    """Return the slip in the part of a window that begins at the word *at*, or None."""
    here, before = found[at], found[at - 1]
    if before.text not in ("[", ":"):
        return None
    if here.text == "]":
        empty = before.text == "["
        return Slip(before.start, here.end, "a window needs a time, such as `[5m]`") if empty else None
    if here.text == ":":
        return (
            Slip(here.start, here.end, "before the colon a time is missing, such as `[1h:]`")
            if before.text == "["
            else None
        )
    end = at
    while end + 1 < len(found) and found[end + 1].text not in ("]", ":"):
        end += 1
    words, written = found[at : end + 1], text[here.start : found[end].end]
    if any(word.kind == "variable" for word in words):
        return None
    if len(words) == 1 and here.kind == "string":
        return Slip(here.start, here.end, f"a time stands without quotes, such as `{here.text[1:-1]}`")
    if here.text in ("-", "+"):
        return Slip(here.start, here.end, "a window has no sign; it always ends now, or where `offset` says")
    if is_time(written) and re.search("[1-9]", written) is None:
        return Slip(here.start, found[end].end, f"`{written}` is no window, which has to be longer than nothing")
    if is_time(written) or (len(words) == 1 and re.fullmatch(r"[0-9.]+", written) and float_or_none(written)):
        return None
    return Slip(here.start, found[end].end, time(written))


def float_or_none(text: str) -> float | None:
    """Return the number *text*, None where it is none."""
    try:
        return float(text)
    except ValueError:
        return None


def labels(found: tuple[Token, ...], at: int) -> Slip | None:
    """Return the slip at the word *at*, which stands in a list of labels, or None."""
    here, before = found[at], found[at - 1]
    if before.kind in ("name", "string", "variable") and here.kind in ("name", "string", "variable"):
        return Slip(here.start, here.end, f"a comma is missing before `{here.text}`")
    if before.kind == "name" and here.text in ("=", "=~", "!=", "!~", "=="):
        said = "here stand labels alone; their values are asked for in braces behind the metric"
        return Slip(here.start, here.end, said)
    return None
