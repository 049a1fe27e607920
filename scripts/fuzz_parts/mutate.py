"""Changes to a text that mostly leave something readable: words for words, lines moved, doubled and left out, texts joined."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_WORD = re.compile(r"[A-Za-z_$][\w$]*|[0-9.]+[a-z]*|\s+|.", re.DOTALL)
#: Words of every language that is read, and what breaks out of them.
WORDS = (
    "sum", "avg", "count", "max by (kind)", "without (le)", "by ()", "rate(", "increase(", "histogram_quantile(0.9, ", "label_replace(",
    "label_join(", "absent(", "absent_over_time(", "vector(", "scalar(", "time()", "quantile(2, ", "topk(3, ", 'count_values("kind", ',
    " and ", " or ", " unless ", " on (kind) ", " ignoring () ", " group_left (oven) ", " group_right ", " bool ", " offset ", " @ ", "start()",
    "-1", "0", "1e400", "-0", "0x1F", "NaN", "Inf", "51e400", "[5m]", "[5m:1m]", "[1h:]", "[0]", "[$__rate_interval]", "$__range", "$kind",
    "${kind:regex}", "[[kind]]", "bakery_orders_total", "bakery_bake_duration_seconds_bucket", "bakery_oven_info", "bakery_crust_quality_ratio",
    "bakery:orders:rate5m", "up", "ALERTS", '{kind="rye"}', '{result=~"fail.*"}', '{__name__=~".+"}', '{le="2.5"}', "kind", "oven", "le",
    " > ", " == ", " != ", " >= bool ", " / ", " ^ ", " % ", " atan2 ", "(", ")", "{", "}", "[", "]", ",", ":", '"', "'", "`", "\\", "\\x", "\\u",
    "#", "# obsgen: allow query/syntax because", "---\n", "...\n", "- ", "? ", "|\n", ">-\n", "!!binary ", "&a ", "*a", "<<: ", "~", "null", "true",
    "\t", "\n", "\r", "\u2028", "\ufeff", "\x00", "\ud7ff", "\U0001f600", "e\u0301", "{{ $labels.kind }}", "{{ $value | humanizePercentage }}",
    "{{ with query ", "{{ end }}", "expr: ", "alert: ", "record: ", "for: ", "promql: ", "when: ", "allow: {query/syntax: x}", "values: ",
    "buckets: [1, .inf]", "2001-01-01", "99999999999999999999", "1_000", "5%", "1.5h", '"targets": ', '"expr": ', '"panels": ', "[]", "{}",
)  # fmt: skip
_LONGEST = 20_000


def mutated(text: str, others: Sequence[str], dice: random.Random) -> str:
    """Return *text* with one to four changes; parts of *others* may get into it."""
    for _ in range(dice.choice((1, 1, 2, 4))):
        change = dice.choice((_word, _word, _word, _dropped, _doubled, _lines, _joined, _digits, _cut))
        text = change(text, others, dice)
    return text[:_LONGEST]


def _word(text: str, _others: Sequence[str], dice: random.Random) -> str:
    words = _WORD.findall(text) or [""]
    place = dice.randrange(len(words))
    words[place : place + dice.randrange(2)] = [dice.choice(WORDS)]
    return "".join(words)


def _dropped(text: str, _others: Sequence[str], dice: random.Random) -> str:
    words = _WORD.findall(text) or [""]
    place = dice.randrange(len(words))
    return "".join((*words[:place], *words[place + dice.choice((1, 1, 2, 8)) :]))


def _doubled(text: str, _others: Sequence[str], dice: random.Random) -> str:
    words = _WORD.findall(text) or [""]
    start = dice.randrange(len(words))
    part = words[start : start + dice.choice((1, 3, 9, 30))]
    place = dice.randrange(len(words))
    return "".join((*words[:place], *part, *words[place:]))


def _lines(text: str, _others: Sequence[str], dice: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    first, second = dice.randrange(len(lines)), dice.randrange(len(lines))
    if dice.random() < 0.5:
        lines[first], lines[second] = lines[second], lines[first]
    else:
        lines[first] = dice.choice((" ", "  ", "- ", "")) + lines[first].lstrip(" " if dice.random() < 0.5 else "")
    return "".join(lines)


def _joined(text: str, others: Sequence[str], dice: random.Random) -> str:
    if not others:
        return text
    other = dice.choice(others)
    start = dice.randrange(len(other) + 1)
    part = other[start : start + dice.choice((5, 20, 80, 400))]
    place = dice.randrange(len(text) + 1)
    return text[:place] + part + text[place:]


def _digits(text: str, _others: Sequence[str], dice: random.Random) -> str:
    return re.sub(r"\d+", lambda match: dice.choice((match[0], match[0], "0", "9" * 30, "-1", "1e9")), text, count=3)


def _cut(text: str, _others: Sequence[str], dice: random.Random) -> str:
    place = dice.randrange(len(text) + 1)
    return (
        text[:place]
        if dice.random() < 0.3
        else text[:place] + chr(dice.choice((0, 9, 10, 34, 39, 92, 0x85, 0x2028, 0x1F600))) + text[place:]
    )
