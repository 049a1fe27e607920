"""The metrics page inside of an ASGI application, and start and end with its lifespan; the loop is never blocked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry

from obsgen_runtime._default import Observability, initialize_observability
from obsgen_runtime.exposition import answer

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class MetricsApp:
    """
    An ASGI application that shows metrics: `app.mount("/metrics", metrics_app())`.

    In the client's multiprocess mode it shows those of all processes.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Show *registry*; the client's default one if None."""
        self._registry = REGISTRY if registry is None else registry

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one connection. Metrics are collected and encoded in a thread."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        else:
            await self._answer(scope, send)

    async def _answer(self, scope: Message, send: Send) -> None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        content = await asyncio.to_thread(
            answer,
            self._registry,
            scope["method"],
            scope["path"].removeprefix(scope.get("root_path", "")),
            scope.get("query_string", b"").decode("latin-1"),
            headers.get(b"accept", ""),
            headers.get(b"accept-encoding", ""),
        )
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in content.headers]
        await send({"type": "http.response.start", "status": content.status, "headers": pairs})
        await send({"type": "http.response.body", "body": content.body})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def metrics_app(registry: CollectorRegistry | None = None) -> MetricsApp:
    """Return an ASGI application that shows *registry*, the client's default one if None; it only reads."""
    return MetricsApp(registry)


def lifespan_with(**options: Any) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """
    Return a lifespan for `FastAPI(lifespan=...)` that starts and shuts down observability in a thread.

    Args:
        options: As `initialize_observability` takes them, such as `service_name="shop"`; with
            `enable_prometheus=False` there is no port of its own, and `metrics_app` shows the metrics.
    """

    @asynccontextmanager
    async def live(app: Any) -> AsyncIterator[None]:  # noqa: ARG001  (the framework passes it)
        handle: Observability = await asyncio.to_thread(_start, options)
        try:
            yield
        finally:
            # Shielded: a server that is told twice to stop cancels its lifespan, and what waits would be lost.
            await asyncio.shield(asyncio.to_thread(handle.shutdown))

    return live


def _start(options: dict[str, Any]) -> Observability:
    return initialize_observability(**options)


def lifespan(app: Any) -> AbstractAsyncContextManager[None]:
    """Start and shut down with the application: `FastAPI(lifespan=lifespan)`; settings come from the environment."""
    return lifespan_with()(app)
