"""Units in words."""

from __future__ import annotations


def in_words(unit: str) -> str:
    """Return *unit* as it is said of a result: "in seconds", "a number per second"."""
    if unit in ("ratio", "seconds/second"):
        return "a ratio"
    if unit == "percent":
        return "a percentage, from 0 to 100"
    if unit == "/second":
        return "a number per second"
    return f"in {unit.replace('/second', ' per second').replace('/', ' per ')}" if unit else "a number without unit"
