"""Words of other languages, numbers and times as people write them, and what PromQL has instead."""

from __future__ import annotations

import re
from typing import NamedTuple


class Slip(NamedTuple):
    """
    What somebody wrote that is no PromQL.

    Attributes:
        start, end: Where, as offsets.
        said: What is wrong with it, and what to write.
    """

    start: int
    end: int
    said: str


MATCHINGS = frozenset({"on", "ignoring", "group_left", "group_right"})
GROUPINGS = MATCHINGS | {"by", "without"}

#: Two signs that stand together -> what is said behind them.
PAIRS = {
    "=<": "is written `<=`",
    "=>": "is written `>=`",
    "<>": "is written `!=`",
    "===": "is written `==`",
    "!==": "is written `!=`",
    "=!": "is written `!=`",
    "**": "is written `^`",
    "//": "begins no comment; a comment begins with `#`",
    "&&": "is written `and`",
    "||": "is written `or`",
}
#: Words of other languages -> what to do instead.
WORDS = {
    "not": "write `unless`, or compare with `== 0`",
    "is": "write `==`",
    "eq": "write `==`",
    "gt": "write `>`",
    "lt": "write `<`",
    "xor": "write `(a or b) unless (a and b)`",
    "where": "labels are asked for in braces behind the metric",
    "per": "write `by`",
    "group": "write `by (..)` alone",
    "select": "a query is the metric itself",
    "from": "a query is the metric itself",
    "if": "a condition is a comparison, such as `x > 5`",
    "when": "a condition is a comparison, such as `x > 5`",
    "then": "a condition is a comparison, such as `x > 5`",
    "else": "write `or`",
    "for": "how long it lasts stands in `for:` of the alert",
    "between": "write `x > 1 and x < 5`",
    "like": "write `=~` with a regular expression, in braces",
    "last": "write a window, such as `[5m]`",
    "ago": "write `offset 1h`",
    "mod": "write `%`",
}

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0, "y": 31_536_000.0}
_LONG = {
    "milliseconds": "ms", "millisecond": "ms", "millis": "ms", "msec": "ms",
    "seconds": "s", "second": "s", "secs": "s", "sec": "s",
    "minutes": "m", "minute": "m", "mins": "m", "min": "m",
    "hours": "h", "hour": "h", "hrs": "h", "hr": "h",
    "days": "d", "day": "d", "weeks": "w", "week": "w", "wk": "w", "years": "y", "year": "y", "yr": "y",
}  # fmt: skip
_TIME = re.compile("(?=[0-9])" + "".join(f"(?:[0-9]+{unit})?" for unit in ("y", "w", "d", "h", "m", "s", "ms")))
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)([a-z]+)")
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([kKMGTP])(i?)[bB]?")
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


def is_time(text: str) -> bool:
    """Return whether Prometheus reads *text* as a length of time, with units from long to short."""
    return _TIME.fullmatch(text) is not None


def time(written: str) -> str:
    """Return what is wrong with *written*, which should be a length of time and is none."""
    meant = _meant(re.sub(r"\s+", "", written))
    instead = f"write `{meant}`" if meant else "write a number with a unit, such as `5m`"
    return f"`{written}` is no time; {instead}"


def _meant(text: str) -> str:
    text = text if _PART.match(text) is None or text.lower() in UNITS else text.lower()
    parts = [(float(count), _LONG.get(unit, unit)) for count, unit in _PART.findall(text)]
    if not parts or _PART.sub("", text) or any(unit not in UNITS for _, unit in parts):
        return ""
    if len(parts) == 1 and parts[0][0].is_integer():
        return f"{int(parts[0][0])}{parts[0][1]}"
    left = round(sum(count * UNITS[unit] for count, unit in parts) * 1000)
    out = ""
    # Weeks and years would surprise whoever wrote days.
    for unit in ("d", "h", "m", "s", "ms"):
        count, left = divmod(left, round(UNITS[unit] * 1000))
        out += f"{count}{unit}" if count else ""
    return out


def number(written: str) -> str:
    """Return what is wrong with *written*, which begins with a digit and is neither a number nor a time."""
    plain = re.sub("[_,]", "", written)
    if plain.isdigit():
        return f"a number has no separators; write `{plain}`"
    if _LONG.get(re.sub(r"[0-9.]", "", written)) and (meant := _meant(written)):
        return f"`{written}` is no time; write `{meant}`"
    size = _SIZE.fullmatch(written)
    if size:
        power = _POWERS[size[2].lower()]
        meant = f"{size[1]} * 2^{10 * power}" if size[3] else f"{size[1]}e{3 * power}"
        return f"`{written}` is no number and no time; write `{meant}`"
    if re.fullmatch(r"[0-9]+[A-Za-z_]\w{3,}", written):
        return f"`{written}` is no name, which never begins with a digit"
    return f"`{written}` is no number and no time"
