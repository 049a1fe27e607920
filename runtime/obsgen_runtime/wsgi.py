"""The metrics page inside of a WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry

from obsgen_runtime.exposition import answer

StartResponse = Callable[..., object]


def metrics_wsgi_app(
    registry: CollectorRegistry | None = None,
) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    """
    Return a WSGI application that shows the metrics of this process, and in multiprocess mode those of all.

    Args:
        registry: What is shown; the client's default registry if None.
    """
    shown = REGISTRY if registry is None else registry

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        content = answer(
            shown,
            environ["REQUEST_METHOD"],
            environ.get("PATH_INFO", ""),
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_ACCEPT", ""),
            environ.get("HTTP_ACCEPT_ENCODING", ""),
        )
        start_response(f"{content.status} {content.reason}", list(content.headers))
        return [content.body]

    return app
