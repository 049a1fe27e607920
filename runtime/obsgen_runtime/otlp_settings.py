"""What OpenTelemetry's variables say about a collector: headers, time, and where exactly, by its specification."""

from __future__ import annotations

import re
from urllib.parse import unquote

Headers = tuple[tuple[str, str], ...]

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_OF_EACH_REQUEST = frozenset(
    {"content-type", "content-length", "content-encoding", "transfer-encoding", "connection", "host", "user-agent"}
)
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SECRET_NAME = re.compile(r"auth|token|key|secret|passw|cookie|credential|signature", re.IGNORECASE)
_SHORTEST_SECRET = 6
_SECONDS_BELOW = 100.0
SENT_AS = "http/protobuf"
"""The one protocol of OTLP that spans are sent with, as `OTEL_EXPORTER_OTLP_PROTOCOL` calls it."""


class BadHeaders(ValueError):  # noqa: N818  (it says what is bad)
    """The text is no list of headers; the message does not hold any part of it."""


def read_headers(text: str) -> Headers:
    """
    Return names in lower case with values: `name=value,name=value`, percent-encoded.

    Headers that a request has anyway, such as its length, are left out; of two with one name the last counts. The
    specification takes the format of W3C Baggage, in which a percent sign itself has to be encoded: one that begins no
    encoding is refused, since programs differ in what they make of it.

    Raises:
        BadHeaders: If it is no such list, or a value cannot be a header's.
    """
    found: dict[str, str] = {}
    for number, item in enumerate((part for part in text.split(",") if part.strip()), 1):
        name, equals, value = item.partition("=")
        if _LONE_PERCENT.search(item):
            raise BadHeaders(
                f"has a % without two hexadecimal digits, see its item {number}: write %25 for a percent sign"
            )
        name, value = unquote(name.strip()).lower(), unquote(value.strip(), errors="strict").strip()
        if not equals or not _NAME.match(name):
            raise BadHeaders(f"is no list of headers, see its item {number}: write name=value,name=value")
        if not value.isascii() or not value.isprintable():
            raise BadHeaders(f"has a value that no header can have, see its item {number}: write printable ASCII")
        if name not in _OF_EACH_REQUEST:
            found[name] = value
    return tuple(found.items())


def secrets_in(headers: Headers) -> tuple[str, ...]:
    """Return what must not be told of headers: values of those that hold keys by their name, with and without `Bearer`."""
    found = []
    for name, value in headers:
        if _SECRET_NAME.search(name):
            found += [value, value.rpartition(" ")[2]]
    return tuple(dict.fromkeys(secret for secret in found if len(secret) >= _SHORTEST_SECRET))


def seconds_of_timeout(number: float) -> float:
    """
    Return the seconds that a timeout means.

    The specification has milliseconds, OpenTelemetry's Python SDK reads seconds; nobody means to wait less than 100 ms,
    so that numbers below 100 are seconds.
    """
    return number if number < _SECONDS_BELOW else number / 1000
