"""Units that a metric's name may end in, and what they mean."""

from __future__ import annotations

#: Base units of the Prometheus naming rules, and `usd`, which no rule names. Anything else counts things.
BASE_UNITS = frozenset(
    {"seconds", "bytes", "ratio", "celsius", "meters", "volts", "amperes", "joules", "watts", "grams", "hertz", "usd"}
)


def unit_of_name(name: str) -> str:
    """Return the base unit that a metric's *name* ends in (before `_total`), or an empty text."""
    word = name.removesuffix("_total").rpartition("_")[2]
    return word if word in BASE_UNITS else ""
