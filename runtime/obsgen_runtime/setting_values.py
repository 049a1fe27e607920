"""One value of a setting each: what it means, or what to write instead. Every function raises `Refused` for nonsense."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isnan
from urllib.parse import urlsplit

from obsgen_runtime.otlp_settings import BadHeaders, Headers, read_headers, seconds_of_timeout


class Refused(ValueError):  # noqa: N818  (never leaves the reading of settings)
    """Says what to write instead."""


def read_text(value: object) -> str:
    """Return one line of text."""
    if not isinstance(value, str) or not value.strip():
        raise Refused("is no text: write a word")
    if not value.isprintable():
        raise Refused("holds control characters: write one line of text")
    return value.strip()


def read_service(value: object) -> str:
    """Return the name of a service."""
    if value == "":
        raise Refused("- service_name is empty: give the name of the service in the catalog")
    return read_text(value)


def read_secret(value: object) -> str:
    """Return a key."""
    text = read_text(value)
    if not text.isascii() or " " in text:
        raise Refused("is no key: copy it again, it has no blanks and only ASCII characters")
    return text


def read_port(value: object) -> int:
    """Return a port of TCP; 0 is any."""
    port = int(value) if isinstance(value, str) and value.isdecimal() and value.isascii() and len(value) < 9 else value
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise Refused("is not a port: give a whole number between 0 and 65535")
    return port


def are_swapped(public_key: str, secret_key: str) -> bool:
    """Return whether a key begins as only the other one does; keys of a server's own making may begin as they like."""
    return public_key.startswith("sk-") or secret_key.startswith("pk-")


def key_beginning(own: str, other: str, belongs_to: str) -> Callable[[object], str]:
    """Return what reads a key, and refuses the *other* half of Langfuse's pair, which is known by how it begins."""

    def read(value: object) -> str:
        text = read_secret(value)
        if text.startswith(other):
            raise Refused(f"begins with {other}, not {own}: swap it with {belongs_to}")
        return text

    return read


_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def read_switch(value: object) -> bool:
    """Return whether something is on."""
    word = value.lower() if isinstance(value, str) else value
    if isinstance(word, bool):
        return word
    if not isinstance(word, str) or word not in _WORDS:
        raise Refused(f"is no switch: write one of {', '.join(_WORDS)}")
    return _WORDS[word]


def number_between(least: float, most: float, unit: str) -> Callable[[object], float]:
    """Return what reads a number of *unit* within these bounds."""

    def read(value: object) -> float:
        return _within(_number(value), least, most, f"{unit} between {least:g} and {most:g}")

    return read


def _number(value: object) -> float | None:
    """Return a number; None if it is none, such as `10s` and `50%`."""
    try:
        return float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None
    except ValueError:
        return None


def _within(number: float | None, least: float, most: float, advice: str) -> float:
    if number is None or isnan(number):
        raise Refused(f"is no number: write {advice}")
    if not least <= number <= most:
        raise Refused(f"is out of range: write {advice}")
    return number


def read_bytes(value: object) -> int:
    """Return the size of a queue."""
    number = (
        int(value) if isinstance(value, str) and value.isdecimal() and value.isascii() and len(value) < 15 else value
    )
    if isinstance(number, bool) or not isinstance(number, int) or number < 1024 * 1024:
        raise Refused("is no size of a queue: write a whole number of bytes, at least 1048576")
    return number


def header_list(value: object) -> Headers:
    """Return headers by name."""
    try:
        return read_headers(read_text(value))
    except BadHeaders as problem:
        raise Refused(str(problem)) from None
    except UnicodeDecodeError:
        raise Refused("is no list of headers: what is percent-encoded in it is no UTF-8") from None


def read_timeout(value: object) -> float:
    """Return the seconds that one request may take."""
    number = _number(value)
    seconds = None if number is None else seconds_of_timeout(number)
    return _within(seconds, 0.1, 300, "milliseconds between 100 and 300000, or seconds below 100, without a unit")


def read_url(value: object) -> str:
    """Return an address, without a slash at its end."""
    text = read_text(value)
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise Refused("is no URL: write http(s)://host[:port]") from None
    if parts.scheme not in {"http", "https"} or not has_host or " " in text:
        raise Refused("is no URL: write http(s)://host[:port]")
    return text.rstrip("/")


def read_public_url(value: object) -> str:
    """Return an address without user and password."""
    text = read_url(value)
    if urlsplit(text).username is not None:
        raise Refused("holds a user name, and it would be logged: write http(s)://host[:port] without it")
    return text


_ENVIRONMENT = re.compile(r"(?!langfuse)[a-z0-9_-]{1,40}\Z")


def read_environment(value: object) -> str:
    """Return the name of an environment, as Langfuse takes it."""
    text = read_text(value)
    if not _ENVIRONMENT.match(text):
        raise Refused(
            "is no environment: write at most 40 lower-case letters, digits, `_` and `-`, not beginning with `langfuse`"
        )
    return text
