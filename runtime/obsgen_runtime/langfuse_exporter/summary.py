"""The route `GET /langfuse/summary`: the last window as JSON, from memory, for an ASGI application."""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from obsgen_runtime.langfuse_exporter.gauges import Figures
from obsgen_runtime.langfuse_exporter.plans import Projection
from obsgen_runtime.langfuse_exporter.poller import LangfuseExporter
from obsgen_runtime.langfuse_exporter.state import State

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]

_PATHS = frozenset({"/summary", "/langfuse/summary"})
_FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip"})


class SummaryApp:
    """
    Answers with what the exporter knows; asks nobody, so a request never waits.

    Mounted at `/langfuse`, or at the root, the page is `/langfuse/summary`.
    """

    def __init__(self, exporter: LangfuseExporter, *, token: str | None = None) -> None:
        """
        Prepare.

        Args:
            exporter: Whose figures; the caller starts it.
            token: What a client has to bring as `Authorization: Bearer`, unless it is on this machine; without one,
                nobody else is answered.

        Raises:
            ValueError: If the token is empty or not ASCII.
        """
        if token is not None and not (token and token.isascii() and token.isprintable()):
            raise ValueError("token: printable ASCII, and not empty")
        self._exporter = exporter
        self._token = None if token is None else token.encode()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        else:
            status, body, headers = self._answer(scope)
            payload = json.dumps(body, allow_nan=False).encode()
            fixed = (
                (b"content-type", b"application/json"),
                (b"content-length", str(len(payload)).encode()),
                (b"cache-control", b"no-store"),
            )
            await send({"type": "http.response.start", "status": status, "headers": [*fixed, *headers]})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else payload})

    def _answer(self, scope: Message) -> tuple[int, dict[str, Any], Headers]:
        if not self._lets_in(scope):
            return 401, {"detail": "a bearer token is needed"}, ((b"www-authenticate", b"Bearer"),)
        if scope["path"].removeprefix(scope.get("root_path", "")).rstrip("/") not in _PATHS:
            return 404, {"detail": "the summary is at /langfuse/summary"}, ()
        if scope["method"] != "GET":
            return 405, {"detail": "the summary can only be read"}, ((b"allow", b"GET"),)
        status, body = answer(self._exporter)
        return status, body, ((b"retry-after", b"60"),) if status == 503 else ()

    def _lets_in(self, scope: Message) -> bool:
        given = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
        if self._token is not None and len(given) == 1:
            scheme, _, token = given[0].partition(b" ")
            if scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(), self._token):
                return True
        return not given and _is_local(scope)


def summary_app(exporter: LangfuseExporter, *, token: str | None = None) -> SummaryApp:
    """
    Return the route as an ASGI application, for `app.mount("/langfuse", ...)`; see `SummaryApp` for the arguments.

    Raises:
        ValueError: If the token is empty or not ASCII.
    """
    return SummaryApp(exporter, token=token)


def answer(exporter: LangfuseExporter) -> tuple[int, dict[str, Any]]:
    """
    Return status and body.

    503 without keys, or before the first figures; 502 when Langfuse fails, with the age of what is known of it.
    """
    state = exporter.state
    figures = state.figures
    if not exporter.is_configured:
        return 503, {"detail": "there are no keys for Langfuse"}
    if state.problem is not None or (figures is not None and not exporter.is_fresh(figures)):
        return 502, _failure(state, exporter.age_seconds)
    if figures is None:
        return 503, {"detail": "nothing was asked yet; try again"}
    return 200, summary(figures, age_seconds=exporter.age_seconds(figures))


def summary(figures: Figures, *, age_seconds: float) -> dict[str, Any]:
    """Return the figures as the route shows them; None is what nobody knows."""
    snapshot = figures.snapshot
    return {
        "total_tasks": _whole(snapshot.total.count),
        "total_cost": snapshot.total.cost_usd,
        "avg_quality": snapshot.total.quality,
        "agent_breakdown": {name: _whole(group.count) for name, group in snapshot.agents.items()},
        "window": {
            "start": snapshot.window.start.isoformat(),
            "end": snapshot.window.end.isoformat(),
            "age_seconds": round(age_seconds, 3),
        },
        "projection": _projection(figures.projection),
    }


def _projection(projection: Projection) -> dict[str, Any]:
    return {
        "metered_usd_per_month": projection.metered_usd_per_month,
        "metered_usd_per_year": projection.metered_usd_per_year,
        "flat_usd_per_month": projection.flat_usd_per_month,
        "flat_usd_per_year": projection.flat_usd_per_year,
        "unknown": list(projection.unknown),
    }


def _failure(state: State, age_seconds: Callable[[Figures], float]) -> dict[str, Any]:
    figures, problem = state.figures, state.problem
    return {
        "detail": problem.message if problem else "no poll for too long",
        "reason": problem.reason if problem else "stale",
        "known_age_seconds": None if figures is None else round(age_seconds(figures), 3),
        "known_until": None if figures is None else figures.snapshot.window.end.isoformat(),
    }


def _whole(number: float | None) -> float | int | None:
    return int(number) if number is not None and number.is_integer() else number


def _is_local(scope: Message) -> bool:
    """
    Return whether a request was made on this machine, by somebody who meant this machine.

    A proxy on this machine brings requests of others, which its headers tell; a page in a browser may reach loopback
    under a name of its own, which the Host header tells.
    """
    headers = {name.lower(): value for name, value in scope["headers"]}
    if _FORWARDED & headers.keys():
        return False
    client = scope.get("client")
    return client is not None and _is_loopback(client[0]) and _is_loopback(_host(headers.get(b"host", b"")))


def _host(header: bytes) -> str:
    text = header.decode("latin-1")
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0]


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
