"""
Units as words of the catalog, and what arithmetic makes of them.

A unit is a plural word (`seconds`, `tokens`), empty for a bare count, `ratio` for a share of 1 and `percent` for one of
100. With `/second` behind it (or `/minute`, `/hour`, `/day`) it is a rate, with `/` between two words it is one thing per
another. None is unknown, and whatever is done with an unknown unit is unknown.
"""

from __future__ import annotations

from typing import TypeAlias

Unit: TypeAlias = str | None

_SHARES = ("ratio", "percent")
_PER = {60.0: "minute", 3600.0: "hour", 86_400.0: "day"}
_SCALED = {
    ("ratio", 100.0): "percent",
    ("percent", 0.01): "ratio",
    ("seconds", 1e3): "milliseconds",
    ("seconds", 1e6): "microseconds",
    ("seconds", 1e9): "nanoseconds",
    ("milliseconds", 1e-3): "seconds",
    ("seconds", 1 / 60): "minutes",
    ("seconds", 1 / 3600): "hours",
    ("seconds", 1 / 86_400): "days",
    ("bytes", 1 / 1024): "kibibytes",
    ("bytes", 1 / 1024**2): "mebibytes",
    ("bytes", 1 / 1024**3): "gibibytes",
    ("kibibytes", 1 / 1024): "mebibytes",
    ("mebibytes", 1 / 1024): "gibibytes",
    ("minutes", 1 / 60): "hours",
    ("hours", 1 / 24): "days",
    ("bytes", 1e-3): "kilobytes",
    ("bytes", 1e-6): "megabytes",
    ("bytes", 1e-9): "gigabytes",
    ("bytes", 8.0): "bits",
    ("bytes/second", 8.0): "bits/second",
}
# Money and measures are converted by factors that look like any other.
_CONVERTIBLE = frozenset({"usd", "celsius", "meters", "grams", "joules", "watts", "volts", "amperes", "hertz"})


def per_second(unit: Unit) -> Unit:
    """Return the unit of a rate of what is counted in *unit*."""
    if unit is None or "/" in unit:
        return None
    return f"{unit}/second"


def divided(a: Unit, b: Unit) -> Unit:
    """Return the unit of `a / b`; unknown for one bare count per another, as nothing says whether it is a share."""
    if a is None or b is None:
        return None
    if a == b:
        return "ratio" if a and not a.startswith("/") else None
    if b in ("", *_SHARES):
        return None if b == "percent" else a
    (top, below), (top_b, below_b) = _parts(a), _parts(b)
    if below == below_b:
        return _per(top, top_b)
    if below and below_b:
        return None
    if below:
        return f"/{below}" if top == top_b else None
    if not below_b:
        return None
    return _plural(below_b) if top == top_b else None


def _per(a: str, b: str) -> Unit:
    if not b:
        return a
    if a in _SHARES:
        return None
    return f"{a}/{_singular(b)}"


def multiplied(a: Unit, b: Unit) -> Unit:
    """Return the unit of `a * b`."""
    if a is None or b is None or "percent" in (a, b):
        return None
    if b in ("", "ratio"):
        return "" if not b and a == "ratio" else a
    if a in ("", "ratio"):
        return b
    (top, below), (top_b, below_b) = _parts(a), _parts(b)
    if below and not below_b and _plural(below) == top_b:
        return top
    if below_b and not below and _plural(below_b) == top:
        return top_b
    return None


def scaled(unit: Unit, factor: float) -> Unit:
    """Return the unit of something in *unit* times a number that is written in the query."""
    if unit is None or factor == 0:
        return None
    for (known, times), result in _SCALED.items():
        if unit == known and abs(factor - times) <= 1e-12 * times:
            return result
    top, below = _parts(unit)
    if below == "second" and factor in _PER:
        return f"{top}/{_PER[factor]}"
    if top in _CONVERTIBLE or below or not _is_plain(abs(factor)):
        return None
    return unit


def _is_plain(factor: float) -> bool:
    """Return whether *factor* only makes more or less of a thing: a share such as 0.8, or a small multiple."""
    return 0.05 <= factor < 8 and factor != 0.1


def added(a: Unit, b: Unit) -> Unit:
    """Return the unit of `a + b` and of `a - b`."""
    return a if a == b else None


def _parts(unit: str) -> tuple[str, str]:
    top, _, below = unit.partition("/")
    return top, below


def _singular(word: str) -> str:
    return "second" if word == "seconds" else word


def _plural(word: str) -> str:
    return f"{word}s" if word in ("second", "minute", "hour", "day") else word
