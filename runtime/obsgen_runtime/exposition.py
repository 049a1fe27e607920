"""What the metrics page answers to a request, whoever carries it: the listener, WSGI or ASGI. It only reads."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from urllib.parse import parse_qs

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from obsgen_runtime.families import is_multiprocess

PATHS = frozenset({"", "/", "/metrics", "/metrics/"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer; *headers* hold the content's length, too."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def answer(registry: CollectorRegistry, method: str, path: str, query: str, accept: str, encodings: str) -> Answer:
    """
    Return the answer to one request.

    Args:
        registry: What is shown. In the client's multiprocess mode that of all processes instead.
        method: GET and HEAD are served; everything else is refused with 405.
        path: Below the place where the page is mounted; others than `/metrics` are refused with 404.
        query: Query string; `name[]` picks series.
        accept: The Accept header, which chooses text format or OpenMetrics.
        encodings: The Accept-Encoding header; gzip is used if it is in there.
    """
    if method not in {"GET", "HEAD"}:
        return _plain(405, "Method Not Allowed", b"metrics can only be read\n", (("Allow", "GET, HEAD"),))
    if path not in PATHS:
        return _plain(404, "Not Found", b"metrics are at /metrics\n")
    try:
        encode, kind = choose_encoder(accept)
    except (TypeError, ValueError):  # an Accept header whose version is none
        encode, kind = choose_encoder("")
    shown = everything(registry)
    names = parse_qs(query).get("name[]")
    body = encode(shown.restricted_registry(names) if names else shown)
    headers: tuple[tuple[str, str], ...] = (("Content-Type", kind), ("Vary", "Accept, Accept-Encoding"))
    if "gzip" in {each.split(";")[0].strip() for each in encodings.lower().split(",")}:
        body = gzip.compress(body, compresslevel=1)
        headers = (*headers, ("Content-Encoding", "gzip"))
    return _finished(200, "OK", headers, body, method)


def everything(registry: CollectorRegistry) -> CollectorRegistry:
    """Return *registry*, or in the client's multiprocess mode a registry that reads what all processes wrote."""
    if not is_multiprocess():
        return registry
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415  (a rare mode)

    shared = CollectorRegistry(support_collectors_without_names=True)
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


def _plain(status: int, reason: str, body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    return _finished(status, reason, (("Content-Type", "text/plain; charset=utf-8"), *headers), body, "GET")


def _finished(status: int, reason: str, headers: tuple[tuple[str, str], ...], body: bytes, method: str) -> Answer:
    return Answer(
        status=status,
        reason=reason,
        headers=(*headers, ("Content-Length", str(len(body)))),
        body=b"" if method == "HEAD" else body,
    )
