"""
One HTTP connection of the export thread: a POST with a hard deadline, and what became of it.

Why not OpenTelemetry's exporter or urllib: see docs/decisions, "spans leave by a connection of our own".
"""

from __future__ import annotations

import gzip
import http.client
import io
import math
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from obsgen_runtime import __version__
from obsgen_runtime.otlp.ledger import ExportError

Verdict = Literal["accepted", "refused", "too_large", "again"]
_LARGEST_ANSWER = 1024 * 1024
_WORTH_COMPRESSING = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    What became of a request.

    Attributes:
        verdict: `again` if another attempt may succeed.
        error: How it failed.
        status: Of the answer; None if there was none.
        retry_after: Seconds the server asked to wait.
        body: Of an answer that accepted.
    """

    verdict: Verdict
    error: ExportError | None = None
    status: int | None = None
    retry_after: float | None = None
    body: bytes = b""


class Sender:
    """Sends to one URL, over one connection that is kept open. Used by one thread; `abort` by any."""

    def __init__(
        self, url: str, headers: Mapping[str, str], *, timeout_seconds: float, compresses: bool = True
    ) -> None:
        self._url = urlsplit(url)
        self._compresses = compresses
        self._headers = {"User-Agent": f"obsgen-runtime/{__version__}", **headers}
        self._timeout_seconds = timeout_seconds
        self._connection: http.client.HTTPConnection | None = None
        self._clock: _Clocked | None = None

    def post(self, body: bytes, content_type: str) -> Outcome:
        """Send *body*, compressed if that pays; ends within the timeout, except for looking up the host's name."""
        headers = {**self._headers, "Content-Type": content_type}
        if self._compresses and len(body) >= _WORTH_COMPRESSING:
            body = gzip.compress(body, 3)
            headers["Content-Encoding"] = "gzip"
        kept = self._connection is not None
        outcome = self._attempt(body, headers)
        if kept and outcome.error == "closed" and outcome.status is None:
            # The server may close an idle connection at any time: that is no failure of its own.
            outcome = self._attempt(body, headers)
        return outcome

    def abort(self) -> None:
        """Break off what is under way; the thread in `post` returns soon."""
        connection = self._connection
        raw = connection.sock if connection is not None else None
        if raw is not None:
            with suppress(OSError):
                raw.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection; the next post opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def forget(self) -> None:
        """Leave the connection to the parent, of which this process is a fork."""
        connection, self._connection = self._connection, None
        raw = connection.sock if connection is not None else None
        if raw is not None:
            raw.close()

    def _attempt(self, body: bytes, headers: Mapping[str, str]) -> Outcome:
        deadline = time.monotonic() + self._timeout_seconds
        status = None
        try:
            connection = self._connected(deadline)
            connection.request("POST", self._target, body, dict(headers))
            with connection.getresponse() as answer:
                status = answer.status
                announced = answer.length
                content = answer.read(_LARGEST_ANSWER)
            if announced is None or announced > _LARGEST_ANSWER or answer.will_close:
                self.close()  # the rest of the answer would be taken for the next one
            if announced is not None and len(content) < min(announced, _LARGEST_ANSWER):
                # `read` says nothing of an answer that ends early.
                raise http.client.IncompleteRead(content, announced - len(content))
            return _judged(status, answer.headers.get("Retry-After"), content)
        except TimeoutError:
            self.close()
            return Outcome(verdict="again", error="timeout", status=status)
        except (http.client.HTTPException, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError):
            self.close()
            return Outcome(verdict="again", error="closed", status=status)
        except OSError:
            self.close()
            return Outcome(verdict="again", error="connection", status=status)

    @property
    def _target(self) -> str:
        path = self._url.path or "/"
        path = f"{path}?{self._url.query}" if self._url.query else path
        if self._url.scheme == "http" and _proxy(self._url) is not None:
            return f"http://{self._url.netloc}{path}"
        return path

    def _connected(self, deadline: float) -> http.client.HTTPConnection:
        if self._connection is None:
            connection = _connection(self._url, max(0.001, deadline - time.monotonic()))
            # Kept before it is connected, so that `abort` reaches it.
            self._connection = connection
            connection.connect()
            self._clock = _Clocked(connection.sock)
            connection.sock = self._clock
        if self._clock is not None:
            self._clock.deadline = deadline
        return self._connection


def _connection(url: SplitResult, timeout: float) -> http.client.HTTPConnection:
    host, port = url.hostname or "", url.port
    proxy = _proxy(url)
    if proxy is None:
        if url.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=timeout)
        return http.client.HTTPConnection(host, port, timeout=timeout)
    if url.scheme == "http":
        return http.client.HTTPConnection(proxy.hostname or "", proxy.port, timeout=timeout)
    tunnel = http.client.HTTPSConnection(proxy.hostname or "", proxy.port, timeout=timeout)
    tunnel.set_tunnel(host, port)
    return tunnel


def _proxy(url: SplitResult) -> SplitResult | None:
    found = getproxies().get(url.scheme)
    if not found or proxy_bypass(url.hostname or ""):
        return None
    return urlsplit(found if "://" in found else f"http://{found}")


def _judged(status: int, retry_after: str | None, body: bytes) -> Outcome:
    if 200 <= status < 300:
        return Outcome(verdict="accepted", status=status, body=body)
    if status == 413:
        return Outcome(verdict="too_large", error="rejected", status=status)
    if status == 429:
        return Outcome(verdict="again", error="rate_limited", status=status, retry_after=_seconds(retry_after))
    if status >= 500 or status == 408:
        return Outcome(verdict="again", error="server_error", status=status, retry_after=_seconds(retry_after))
    if status in (401, 403):
        return Outcome(verdict="refused", error="unauthorized", status=status)
    return Outcome(verdict="refused", error="rejected", status=status)


def _seconds(retry_after: str | None) -> float | None:
    if not retry_after:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(retry_after).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return min(max(seconds, 0.0), 3600.0) if math.isfinite(seconds) else None


class _Clocked:
    """A socket whose operations share one deadline: a server that answers byte by byte does not get more time."""

    def __init__(self, raw: socket.socket) -> None:
        self._raw = raw
        self.deadline = 0.0

    def left(self) -> float:
        """Seconds until the deadline; raises TimeoutError once it has passed."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline of the request has passed")
        return left

    def sendall(self, data: Any) -> None:
        self._raw.settimeout(self.left())
        self._raw.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002  (http.client asks for "rb")
        return io.BufferedReader(_ClockedReader(self._raw, self))

    def shutdown(self, how: int) -> None:
        self._raw.shutdown(how)

    def close(self) -> None:
        self._raw.close()


class _ClockedReader(io.RawIOBase):
    def __init__(self, raw: socket.socket, clock: _Clocked) -> None:
        self._raw = raw
        self._clock = clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._raw.settimeout(self._clock.left())
        return self._raw.recv_into(buffer)
