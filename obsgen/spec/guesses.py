"""What somebody probably meant who wrote a name or a duration in another spelling."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_UNIT_WORDS = {
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
    "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "w", "weeks": "w",
}  # fmt: skip
_AMOUNT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) *([a-z]*)\Z")


def key(word: str) -> tuple[str, ...]:
    """`Night Shift`, `night_shift` and `NightShift` mean `night-shift`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", word)
    return (re.sub(r"[^a-z0-9]+", "-", parted.lower()).strip("-"),)


def name(word: str) -> tuple[str, ...]:
    """`http-requests.total` means `http_requests_total`."""
    return (re.sub(r"[^A-Za-z0-9_]", "_", word.strip()),)


def unit(word: str) -> tuple[str, ...]:
    """`Loaves Of Bread` means `loaves_of_bread`."""
    return (re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_"),)


def alert(word: str) -> tuple[str, ...]:
    """`queue too long` means `QueueTooLong`."""
    return ("".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9_]+", word)),)


def path(word: str) -> tuple[str, ...]:
    """`metrics` means `/metrics`."""
    return ("/" + word.strip("/ "),)


def duration(word: str) -> tuple[str, ...]:
    """`5 min` means `5m`, `1.5h` means `90m`, a bare `300` means `300s` or `5m`, a bare `5` means `5s` or `5m`."""
    found = _AMOUNT.match(word.strip().lower())
    if found is None:
        return ()
    count, written = Decimal(found[1]), found[2]
    if not written:
        minutes = count / 60 if count >= 60 and count % 60 == 0 else count
        return tuple(f"{_digits(number)}{letter}" for number, letter in ((count, "s"), (minutes, "m")))
    letter = _UNIT_WORDS.get(written, written)
    if letter not in _SECONDS or count == count.to_integral_value():
        return (f"{_digits(count)}{letter}",)
    seconds = count * _SECONDS[letter]
    smaller = next((unit for unit in ("d", "h", "m", "s") if seconds % _SECONDS[unit] == 0), "")
    return (f"{_digits(seconds / _SECONDS[smaller])}{smaller}",) if smaller else (f"{_digits(seconds * 1000)}ms",)


def quantity(word: str) -> tuple[str, ...]:
    """`20 %` means `20%`; otherwise as a duration."""
    head, sign, rest = word.partition("%")
    if not sign or rest.strip():
        return duration(word)
    try:
        return (f"{_digits(Decimal(head.strip()))}%",)
    except InvalidOperation:
        return ()


def _digits(number: Decimal) -> str:
    return format(number.normalize(), "f")
