"""HTTP requests that end in time, whatever the other side does: never answers, drips, or never stops."""

from __future__ import annotations

import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Thread
from typing import IO, Any, Literal, TypeVar

Returned = TypeVar("Returned")
Failure = Literal["refused", "timeout", "too_large", "broken"]

LARGEST_BYTES = 16 * 1024 * 1024
"""Of an answer. Ten thousand series of 200 characters take two megabytes."""


class Overdue(Exception):  # noqa: N818  (it names a state)
    """Something did not end in time; it is left behind."""


class Unreached(Exception):  # noqa: N818  (it names a state)
    """
    There is no whole answer.

    Attributes:
        reason: `refused` (nobody there), `timeout`, `too_large`, or `broken` (no HTTP, or cut off).
    """

    def __init__(self, reason: Failure, message: str) -> None:
        super().__init__(message)
        self.reason: Failure = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """
    An answer, of whatever status.

    Attributes:
        kind: Media type in lower case, without parameters; empty if the answer names none.
        date: The header Date; empty if there is none.
        seconds: How long it took.
    """

    status: int
    kind: str
    date: str
    body: bytes
    seconds: float


def within(until: float, work: Callable[[], Returned]) -> Returned:
    """
    Return what *work* returns, or raise what it raises.

    Raises:
        Overdue: If it has not ended at *until*, a time of `time.monotonic`.
    """
    results: list[Returned] = []
    problems: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as problem:  # noqa: BLE001  (it is raised again below)
            problems.append(problem)

    worker = Thread(target=run, name="obsgen-runtime-doctor", daemon=True)
    worker.start()
    worker.join(max(0.0, until - time.monotonic()))
    if problems:
        raise problems[0]
    if not results:
        raise Overdue
    return results[0]


def fetch(
    url: str,
    *,
    until: float,
    headers: Mapping[str, str] | None = None,
    largest: int = LARGEST_BYTES,
    use_proxies: bool = True,
) -> Reply:
    """
    Read a page. Redirects are not followed: they are answers.

    Args:
        url: http or https.
        until: When to give up, a time of `time.monotonic`.
        headers: Sent with the request.
        largest: Bytes of the body at most.
        use_proxies: Whether to go through the proxies of the environment.

    Raises:
        Unreached: If there is no whole answer by then.
    """
    seconds = max(0.05, until - time.monotonic())
    late = Unreached("timeout", f"no whole answer within {seconds:.1f} s")
    try:
        return within(until, lambda: _fetch(url, headers or {}, until, largest, use_proxies))
    except (Overdue, TimeoutError):
        raise late from None
    except urllib.error.URLError as problem:
        if isinstance(problem.reason, TimeoutError):
            raise late from None
        raise _unreached(problem.reason) from None
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise _unreached(problem) from None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """Follow none."""


def _fetch(url: str, headers: Mapping[str, str], until: float, largest: int, use_proxies: bool) -> Reply:
    began = time.monotonic()
    handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
    if not use_proxies:
        handlers.append(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310  (the arguments' scheme was checked)
    opener = urllib.request.build_opener(*handlers)
    try:
        answer = opener.open(request, timeout=max(0.05, until - began))
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        body = _body(answer, until, largest)
    return Reply(
        status=int(answer.status or 0),
        kind=(answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower(),
        date=answer.headers.get("Date") or "",
        body=body,
        seconds=time.monotonic() - began,
    )


def _body(answer: http.client.HTTPResponse | urllib.error.HTTPError, until: float, largest: int) -> bytes:
    parts, size = [], 0
    while part := answer.read(65_536) if isinstance(answer, urllib.error.HTTPError) else answer.read1(65_536):
        parts.append(part)
        size += len(part)
        if size > largest:
            raise Unreached("too_large", f"the answer is larger than {largest // 2**20} MB")
        if time.monotonic() > until:
            raise TimeoutError
    if getattr(answer, "length", None):
        raise Unreached("broken", "the connection broke in the middle of the answer")
    return b"".join(parts)


def _unreached(problem: object) -> Unreached:
    if isinstance(problem, Unreached):
        return problem
    if isinstance(problem, ssl.SSLError):
        return Unreached("broken", f"the connection cannot be encrypted: {problem.reason}")
    if isinstance(problem, (http.client.HTTPException, ConnectionResetError, ValueError)):
        return Unreached("broken", f"the answer is no HTTP, or was cut off ({type(problem).__name__})")
    return Unreached("refused", f"cannot connect: {getattr(problem, 'strerror', None) or problem}")
