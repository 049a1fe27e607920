"""Failures are told apart by names and statuses of the providers' errors, without their libraries."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from types import SimpleNamespace

import httpx
import pytest
from obsgen_runtime.llm import error_kind


def of(name: str, *bases: str, **attributes: object) -> Exception:
    """Return an error whose type, and the types it stands on, have these names."""
    kind: type = Exception
    for one in (*reversed(bases), name):
        kind = type(one, (kind,), {})
    error = kind("failed")
    for key, value in attributes.items():
        setattr(error, key, value)
    return error


RESPONSE = httpx.Response(429, request=httpx.Request("POST", "https://bakery.example"))

CASES = [
    (of("APITimeoutError", "APIConnectionError"), "timeout"),
    (of("APIConnectionError", "APIError"), "connection"),
    (of("RateLimitError", "APIStatusError", status_code=429), "rate_limit"),
    (of("AuthenticationError", status_code=401), "authentication"),
    (of("PermissionDeniedError", status_code=403), "authentication"),
    (of("BadRequestError", status_code=400), "invalid_request"),
    (of("BadRequestError", status_code=400, code="content_filter"), "content_filter"),
    (of("NotFoundError", status_code=404), "invalid_request"),
    (of("InternalServerError", status_code=500), "server"),
    (of("OverloadedError", status_code=529), "server"),
    (of("APIError", type="overloaded_error"), "server"),
    (of("APIError", code="rate_limit_exceeded"), "rate_limit"),
    (of("ContentFilterFinishReasonError"), "content_filter"),
    (of("ClientError", "APIError", code=429, status="RESOURCE_EXHAUSTED"), "rate_limit"),
    (of("ServerError", "APIError", code=503), "server"),
    (of("ResourceExhausted", code=HTTPStatus.TOO_MANY_REQUESTS), "rate_limit"),
    (of("DeadlineExceeded", code=HTTPStatus.GATEWAY_TIMEOUT), "timeout"),
    (of("BlockedPromptException"), "content_filter"),
    (httpx.ConnectTimeout("slow"), "timeout"),
    (httpx.ReadTimeout("slow"), "timeout"),
    (httpx.ConnectError("refused"), "connection"),
    (httpx.RemoteProtocolError("cut off"), "connection"),
    (httpx.HTTPStatusError("no", request=RESPONSE.request, response=RESPONSE), "rate_limit"),
    (TimeoutError(), "timeout"),
    (ConnectionResetError(), "connection"),
    (asyncio.CancelledError(), "cancelled"),
    (GeneratorExit(), "cancelled"),
    (KeyboardInterrupt(), "cancelled"),
    (ValueError("rate limit"), "unknown"),
    (of("Odd", response=SimpleNamespace(status_code="429")), "unknown"),
]


@pytest.mark.parametrize(("error", "kind"), CASES, ids=lambda one: one if isinstance(one, str) else repr(one)[:40])
def test_kind(error: BaseException, kind: str) -> None:
    """Each error of the providers and of the ways to them has its kind."""
    assert error_kind(error) == kind


def test_attributes_that_raise_say_nothing() -> None:
    """An error whose attributes cannot be read is of unknown kind."""

    class Broken(Exception):  # noqa: N818
        @property
        def code(self) -> int:
            raise RuntimeError("not now")

    assert error_kind(Broken()) == "unknown"
