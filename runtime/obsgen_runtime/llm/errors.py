"""What failed, by type names and status codes: no provider's library is imported for it. Pure functions."""

from __future__ import annotations

from asyncio import CancelledError
from typing import Any, Literal

ErrorKind = Literal[
    "timeout",
    "rate_limit",
    "authentication",
    "invalid_request",
    "content_filter",
    "connection",
    "server",
    "cancelled",
    "unknown",
]

_CANCELLED = (CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit)

# Words that providers put into `code` or `type` of an error that has no status of its own.
_BY_CODE: dict[str, ErrorKind] = {
    "content_filter": "content_filter",
    "content_policy_violation": "content_filter",
    "rate_limit_exceeded": "rate_limit",
    "rate_limit_error": "rate_limit",
    "insufficient_quota": "rate_limit",
    "overloaded_error": "server",
    "server_error": "server",
    "api_error": "server",
    "invalid_api_key": "authentication",
    "authentication_error": "authentication",
    "permission_error": "authentication",
    "context_length_exceeded": "invalid_request",
    "invalid_request_error": "invalid_request",
    "invalid_prompt": "invalid_request",
}

_BY_STATUS: dict[int, ErrorKind] = {
    401: "authentication",
    403: "authentication",
    408: "timeout",
    429: "rate_limit",
    504: "timeout",
}

# Parts of type names, the first that fits; a timeout while connecting is a timeout.
_BY_NAME: tuple[tuple[tuple[str, ...], ErrorKind], ...] = (
    (("ContentFilter", "ContentPolicy", "BlockedPrompt", "StopCandidate"), "content_filter"),
    (("Timeout", "DeadlineExceeded"), "timeout"),
    (("RateLimit", "ResourceExhausted", "TooManyRequests", "Throttling"), "rate_limit"),
    (("Authentication", "PermissionDenied", "Unauthenticated", "Unauthorized", "Forbidden"), "authentication"),
    (
        ("BadRequest", "InvalidArgument", "InvalidRequest", "NotFound", "Unprocessable", "RequestTooLarge", "Conflict"),
        "invalid_request",
    ),
    (("InternalServer", "ServiceUnavailable", "Overloaded", "ServerError"), "server"),
    (("Connect", "NetworkError", "RemoteProtocolError", "ReadError", "WriteError"), "connection"),
)


def error_kind(error: BaseException) -> ErrorKind:
    """
    Return what kind of failure *error* is.

    The order is: cancellation, the provider's own word for it, the HTTP status, and the names of the type and its bases.
    Never raises, whatever the attributes of *error* do.
    """
    if isinstance(error, _CANCELLED):
        return "cancelled"
    if isinstance(error, TimeoutError):
        return "timeout"
    return _by_code(error) or _by_status(error) or _by_name(error)


def _by_code(error: BaseException) -> ErrorKind | None:
    for name in ("code", "type"):
        word = _get(error, name)
        if isinstance(word, str) and word.lower() in _BY_CODE:
            return _BY_CODE[word.lower()]
    return None


def _by_status(error: BaseException) -> ErrorKind | None:
    for holder in (error, _get(error, "response")):
        for name in ("status_code", "code", "status"):
            status = _get(holder, name)
            if isinstance(status, int) and 400 <= status < 600:  # HTTPStatus is an int, too
                return _BY_STATUS.get(status, "server" if status >= 500 else "invalid_request")
    return None


def _by_name(error: BaseException) -> ErrorKind:
    names = [kind.__name__ for kind in type(error).__mro__]
    for parts, kind in _BY_NAME:
        if any(part in name for name in names for part in parts):
            return kind
    return "unknown"


def _get(holder: Any, name: str) -> Any:
    try:
        return getattr(holder, name, None)
    except Exception:  # noqa: BLE001  (an attribute that cannot be read says nothing)
        return None
