"""What promql-parser's messages mean, in our words and at the word that they are about."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

from obsgen.promql.scan import AGGREGATORS
from obsgen.promql.slips import Slip
from obsgen.promql.tokens import OPERATORS, Token, unquoted
from obsgen.words import nearest

#: What is said of messages that name no word.
_PLAIN = {
    "": "it cannot be read",
    "invalid promql query": "look for a missing operator, comma or quote",
    "comparisons between scalars must use BOOL modifier": "two numbers are compared, which needs `bool`",
    "vector selector must contain at least one non-empty matcher": (
        "a selector needs a metric, or a label with a value that is not empty"
    ),
    "bool modifier can only be used on comparison operators": "`bool` stands behind comparisons only, such as `> bool`",
}
#: How functions and aggregations are called whose arguments are often confused.
_CALLS = {
    "histogram_quantile": "histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))",
    "quantile": "quantile(0.95, x)",
    "topk": "topk(5, x)",
    "bottomk": "bottomk(5, x)",
    "limitk": "limitk(5, x)",
    "limit_ratio": "limit_ratio(0.1, x)",
    "count_values": 'count_values("label", x)',
    "quantile_over_time": "quantile_over_time(0.95, x[5m])",
    "label_replace": 'label_replace(x, "new", "$1", "old", "(.*)")',
    "label_join": 'label_join(x, "new", "-", "one", "other")',
    "predict_linear": "predict_linear(x[1h], 3600)",
    "clamp": "clamp(x, 0, 1)",
    "clamp_min": "clamp_min(x, 0)",
    "clamp_max": "clamp_max(x, 1)",
    "round": "round(x, 0.1)",
    "absent": "absent(x)",
    "time": "time()",
    "vector": "vector(1)",
}
_QUOTED = re.compile(r"'([^']+)'")


def plain(message: str) -> str:
    """Return *message* for people, about the whole expression."""
    return " ".join(_PLAIN.get(message, message).split())


def translate(message: str, found: tuple[Token, ...]) -> Slip | None:
    """Return what *message* says about one word of *found*, or None."""
    for pattern, rule in _RULES:
        if match := pattern.fullmatch(message):
            return rule(match, found)
    # Whatever else it says, it may name a word.
    words = _QUOTED.findall(message)
    return next((seen for word in words if (seen := _at(word, plain(message), found))), None)


def _at(word: str, said: str, found: tuple[Token, ...]) -> Slip | None:
    token = next((one for one in found if one.text == word), None)
    return Slip(token.start, token.end, said) if token else None


def _unknown(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    from obsgen.promql.meaning.functions import FUNCTIONS  # noqa: PLC0415 - most queries parse

    name = match[1]
    guess = nearest(name, (*FUNCTIONS, *AGGREGATORS))
    return _at(name, f"there is no function `{name}`" + (f"; did you mean `{guess}`?" if guess else ""), found)


def _calls(found: tuple[Token, ...], name: str) -> Iterator[tuple[int, int]]:
    """Yield where each call of *name* opens and closes."""
    for at, token in enumerate(found[:-1]):
        if token.text == name and found[at + 1].text == "(":
            depth = 0
            for end in range(at + 1, len(found)):
                depth += (found[end].text in "([{") - (found[end].text in ")]}") if found[end].kind == "sign" else 0
                if depth == 0:
                    yield at + 1, end
                    break


def _no_window(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    name = match[1]
    for opening, closing in _calls(found, name):
        inside = found[opening + 1 : closing]
        if not inside or inside[-1].text == "]":
            continue
        first = inside[0]
        if inside[-1].text == ")" and len(inside) > 1 and inside[1].text in ("(", "by", "without"):
            if first.text in AGGREGATORS and name in ("rate", "irate", "increase"):
                said = f"`{name}` needs a window; take it first, such as `{first.text}({name}(x[5m]))`"
            else:
                said = f"`{name}` needs a window; behind `{first.text}(..)` it has a colon, such as `[1h:]`"
            return Slip(found[opening - 1].start, found[opening - 1].end, said)
        break
    return _at(name, f"`{name}` needs a window, such as `[5m]` behind the selector", found)


def _wrong_type(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    wanted, name, got = match.groups()
    if name in _CALLS and (wanted, got) != ("vector", "scalar"):
        said = (
            f"`{name}` is given {_NOUNS.get(got, got)} for {_NOUNS.get(wanted, wanted)}; write it like `{_CALLS[name]}`"
        )
    elif (wanted, got) == ("vector", "scalar"):
        # A number may be meant as such; where it is not, arguments are swapped.
        swapped = f", or swap the arguments: `{_CALLS[name]}`" if name in _CALLS else ""
        said = f"`{name}` is given a number; put `vector(..)` around it{swapped}"
    elif got == "matrix":
        said = f"`{name}` takes no window; remove it, or put a function such as `rate` around it"
    else:
        said = f"`{name}` is given {_NOUNS.get(got, got)} for {_NOUNS.get(wanted, wanted)}"
    return _at(name, said, found)


_NOUNS = {"vector": "series", "matrix": "a window", "scalar": "a number", "string": "a text in quotes"}


def _count(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    bound, wanted, name, got = match[1] or "", int(match[2]), match[3], match[4]
    noun = "argument" if wanted == 1 else "arguments"
    said = f"`{name}` takes {bound}{wanted or 'no'} {noun}, here {'is' if got == '1' else 'are'} {got if got != '0' else 'none'}"
    return _at(name, f"{said}; write it like `{_CALLS[name]}`" if name in _CALLS else said, found)


def _aggregation(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    """The message names no aggregation; those with a parameter are the ones that are called wrongly."""
    wanted = match.groupdict().get("wanted") or ""
    for token, following in itertools.pairwise(found):
        if token.text.lower() not in AGGREGATORS or following.text not in ("(", "by", "without"):
            continue
        name = token.text.lower()
        if name in _CALLS:
            return Slip(token.start, token.end, f"`{token.text}` is written like `{_CALLS[name]}`")
        if not wanted or "vector" in wanted:
            return Slip(token.start, token.end, f"`{token.text}` takes series, and nothing else")
    return None


def _no_argument(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    return _at(match[1], f"`{match[1]}` has no argument; write `{match[1]}(x)`", found)


def _pattern(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    token = next((one for one in found if one.kind == "string" and unquoted(one.text)[0] == match[1]), None)
    return Slip(token.start + 1, token.end - 1, f"`{match[1]}` is no regular expression") if token else None


def _escape(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    for token in found:
        at = re.search(rf"(?<!\\)(?:\\\\)*(\\{re.escape(match[1])})", token.text) if token.kind == "string" else None
        if at is not None:
            start = token.start + at.start(1)
            return Slip(start, start + 2, f"`\\{match[1]}` is no escape; a backslash in quotes is written `\\\\`")
    return None


def _operands(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    """A text or a window beside an operator."""
    del match
    for at, token in enumerate(found):
        beside = {found[near].text.lower() for near in (at - 1, at + 1) if 0 <= near < len(found)}
        if token.kind == "string" and beside & OPERATORS:
            return Slip(
                token.start, token.end, "a text cannot be compared; the value of a label is asked for in braces"
            )
        if token.text == "]" and at + 1 < len(found) and found[at + 1].text.lower() in OPERATORS:
            opening = next(before for before in range(at, -1, -1) if found[before].text == "[")
            said = "a window cannot be compared or counted with; put a function around it, such as `rate(x[5m])`"
            return Slip(found[opening].start, token.end, said)
    return None


def _unary(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    del match
    for sign, behind in itertools.pairwise(found):
        if sign.text in ("-", "+") and behind.kind == "string":
            return Slip(sign.start, behind.end, "a text has no sign")
    return None


def _subquery(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    del match
    for at, token in enumerate(found[:-1]):
        if token.text == ")" and found[at + 1].text == "[":
            window = found[at + 2].text if at + 2 < len(found) and found[at + 2].kind == "number" else "1h"
            return Slip(
                found[at + 1].start, found[at + 1].end, f"behind `)` a range needs a colon, such as `[{window}:]`"
            )
    return None


def _twice(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    said = f"the metric has two names, `{match[1]}` and `{match[2]}`; remove `__name__`"
    return _at("__name__", said, found) or _at(match[1], said, found)


def _no_number(match: re.Match[str], found: tuple[Token, ...]) -> Slip | None:
    # The parser stops inside of the word.
    token = next((one for one in found if one.text.startswith(match[1])), None)
    return Slip(token.start, token.end, f"`{token.text}` is no number and no time") if token else None


_Rule = Callable[[re.Match[str], tuple[Token, ...]], Slip | None]
_RULES: tuple[tuple[re.Pattern[str], _Rule], ...] = tuple(
    (re.compile(pattern, re.DOTALL), rule)
    for pattern, rule in (
        (r"unknown function with name '(\w+)'", _unknown),
        (r"expected type matrix in call to function '(\w+)', got vector", _no_window),
        (r"expected type (\w+) in call to function '(\w+)', got (\w+)", _wrong_type),
        (r"expected (at most |at least )?(\d+) argument\(s\) in call to '(\w+)', got (\d+)", _count),
        (r"wrong number of arguments for aggregate expression provided.*", _aggregation),
        (r"expected type (?P<wanted>\w+) in aggregation (?:expression|parameter), got \w+", _aggregation),
        (r"no arguments for aggregate expression '(\w+)' provided", _no_argument),
        (r"illegal regex for (.*)", _pattern),
        (r"unknown escape sequence '(.)'", _escape),
        (r"binary expression must contain only scalar and instant vector types", _operands),
        (r"ranges only allowed for vector selectors", _subquery),
        (r"unary expression only allowed .*", _unary),
        (r"metric name must not be set twice: '([^']*)' or '([^']*)'", _twice),
        (r"bad number or duration syntax: (.+)", _no_number),
        (r"ParseFloatError\. (\S+) can't.*", _no_number),
    )
)
