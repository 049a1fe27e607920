"""
Langfuse's REST interface, for prompts, datasets and checks.

It stands on the standard library: it is needed without any extra, and one call at a time needs no connection pool.
Requests go to the configured host only; a redirect is an error, so that keys never travel elsewhere.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any, Literal
from urllib.parse import quote, urlencode

from obsgen_runtime.langfuse.access import Access

Failure = Literal[
    "connection", "timeout", "unauthorized", "rate_limited", "rejected", "server_error", "closed", "encoding"
]
_LARGEST_BYTES = 32 * 1024 * 1024


class LangfuseUnavailable(Exception):  # noqa: N818  (it names a state, as the application sees it)
    """
    Langfuse did not do what it was asked.

    Attributes:
        reason: What failed, in the words of `obsgen_runtime_export_errors_total`; `not_configured` without keys.
        status: Of the HTTP answer; None if there was none.
        retry_after: The header of that name, as it came; None if there was none.
    """

    def __init__(
        self,
        reason: Failure | Literal["not_configured"],
        message: str,
        status: int | None = None,
        *,
        retry_after: str | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """
    An answer.

    Attributes:
        content: Decoded from JSON.
        headers: Names as they came; look-ups ignore their case.
    """

    content: Any
    headers: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthCheck:
    """
    Whether Langfuse takes the keys; true only if it does.

    Attributes:
        state: `ok`, `refused` (it answered, and said no), `unreachable` (nobody knows), `not_configured`.
        detail: In a line, without the keys.
        project: Name of the project the keys belong to.
    """

    state: Literal["ok", "refused", "unreachable", "not_configured"]
    detail: str
    project: str | None = None

    def __bool__(self) -> bool:
        return self.state == "ok"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """Follow none: the answer is an error then."""


class Api:
    """
    Calls of one project.

    Args:
        access: Server and keys.
        timeout_seconds: Longest wait for an answer.
    """

    def __init__(self, access: Access, *, timeout_seconds: float = 5.0) -> None:
        self._access = access
        self._timeout_seconds = timeout_seconds
        self._opener = urllib.request.build_opener(_NoRedirects())

    @property
    def project(self) -> str:
        """What tells this project from others: server and public key."""
        return f"{self._access.base_url} {self._access.public_key}"

    def get(self, path: str, query: Mapping[str, object] | None = None, *, timeout_seconds: float | None = None) -> Any:
        """
        Read `/api/public` + *path*; returns the decoded answer.

        Raises:
            LangfuseUnavailable: If there is no answer, or one that says no.
        """
        return self.read(path, query, timeout_seconds=timeout_seconds).content

    def read(
        self, path: str, query: Mapping[str, object] | None = None, *, timeout_seconds: float | None = None
    ) -> Read:
        """
        Read `/api/public` + *path*; returns the decoded answer and its headers.

        Raises:
            LangfuseUnavailable: If there is no answer, or one that says no.
        """
        asked = {key: value for key, value in (query or {}).items() if value is not None}
        return self._call("GET", path + (f"?{urlencode(asked)}" if asked else ""), None, timeout_seconds)

    def post(self, path: str, body: Mapping[str, object], *, timeout_seconds: float | None = None) -> Any:
        """
        Write to `/api/public` + *path*; returns the decoded answer. Keys whose value is None are left out.

        Raises:
            LangfuseUnavailable: If there is no answer, or one that says no.
        """
        sent = {key: value for key, value in body.items() if value is not None}
        try:
            data = json.dumps(sent, allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise LangfuseUnavailable("encoding", f"this cannot be written as JSON: {error}") from error
        return self._call("POST", path, data, timeout_seconds).content

    def auth_check(self, *, timeout_seconds: float | None = None) -> AuthCheck:
        """Ask whether the keys are taken; never raises."""
        try:
            answer = self.get("/projects", timeout_seconds=timeout_seconds)
            projects = answer.get("data") if isinstance(answer, dict) else None
            if not isinstance(projects, list):
                return AuthCheck(state="unreachable", detail="the answer is not Langfuse's")
        except LangfuseUnavailable as error:
            refused = error.reason == "unauthorized"
            return AuthCheck(state="refused" if refused else "unreachable", detail=str(error))
        if not projects:
            return AuthCheck(state="refused", detail="the keys belong to no project")
        name = projects[0].get("name") if isinstance(projects[0], dict) else None
        return AuthCheck(state="ok", detail="the keys are taken", project=name if isinstance(name, str) else None)

    def health(self, *, timeout_seconds: float | None = None) -> str:
        """
        Return the version that the server says it is; empty if it does not say.

        Raises:
            LangfuseUnavailable: If it does not answer, or is not well.
        """
        answer = self.get("/health", timeout_seconds=timeout_seconds)
        version = answer.get("version") if isinstance(answer, dict) else None
        return version if isinstance(version, str) else ""

    def _call(self, method: str, path: str, data: bytes | None, timeout_seconds: float | None) -> Read:
        request = urllib.request.Request(  # noqa: S310  (the scheme was checked with the base URL)
            f"{self._access.base_url}/api/public{path}", data=data, method=method
        )
        request.add_header("Authorization", self._access.authorization)
        request.add_header("Accept", "application/json")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        raw, headers = self._send(request, self._timeout_seconds if timeout_seconds is None else timeout_seconds)
        try:
            return Read(content=json.loads(raw) if raw else None, headers=headers)
        except (ValueError, RecursionError) as error:
            raise LangfuseUnavailable("encoding", "the answer is no JSON") from error

    def _send(self, request: urllib.request.Request, timeout_seconds: float) -> tuple[bytes, Message]:
        try:
            deadline = time.monotonic() + timeout_seconds
            with self._opener.open(request, timeout=timeout_seconds) as answer:
                return _read(answer, deadline), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error.code, error.headers.get("Retry-After")) from None
        except TimeoutError:
            raise LangfuseUnavailable("timeout", f"no answer within {timeout_seconds:g} s") from None
        except urllib.error.URLError as error:
            raise _unreached(error.reason, timeout_seconds) from None
        except (http.client.HTTPException, ConnectionError) as error:
            raise LangfuseUnavailable("closed", f"the connection broke: {type(error).__name__}") from None
        except OSError as error:
            raise LangfuseUnavailable("connection", f"cannot connect: {error}") from None


def _read(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    parts, size = [], 0
    while part := answer.read1(65_536):
        parts.append(part)
        size += len(part)
        if size > _LARGEST_BYTES:
            raise LangfuseUnavailable("rejected", "the answer is larger than 32 MB")
        if time.monotonic() > deadline:
            raise TimeoutError
    if answer.length:
        raise LangfuseUnavailable("closed", "the connection broke in the middle of the answer")
    return b"".join(parts)


def segment(name: str) -> str:
    """Return *name* as one part of a path, whatever is in it; folders of prompts are part of their names."""
    return quote(name, safe="")


def _refusal(status: int, retry_after: str | None) -> LangfuseUnavailable:
    reason, message = _said(status)
    return LangfuseUnavailable(reason, message, status, retry_after=retry_after)


def _said(status: int) -> tuple[Failure, str]:
    if status in (401, 403):
        return "unauthorized", f"Langfuse refuses the keys (HTTP {status})"
    if status == 429:
        return "rate_limited", "Langfuse asks for fewer requests (HTTP 429)"
    if status >= 500:
        return "server_error", f"Langfuse fails (HTTP {status})"
    if 300 <= status < 400:
        return "rejected", f"the base URL leads elsewhere (HTTP {status}); name the target"
    return "rejected", f"Langfuse refuses the request (HTTP {status})"


def _unreached(reason: object, timeout_seconds: float) -> LangfuseUnavailable:
    if isinstance(reason, TimeoutError):
        return LangfuseUnavailable("timeout", f"no answer within {timeout_seconds:g} s")
    if isinstance(reason, ssl.SSLError):
        return LangfuseUnavailable("connection", f"the connection cannot be encrypted: {reason.reason}")
    return LangfuseUnavailable("connection", f"cannot connect: {reason}")
