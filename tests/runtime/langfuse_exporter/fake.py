"""
A server on loopback that computes the answers of Langfuse's metrics interface from rows that a test gives.

Written from the interface's description: it groups, filters, orders and cuts, and tells numbers as text.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

NAMES = {
    "traceName": "trace_name",
    "name": "name",
    "providedModelName": "model",
    "isRootObservation": "is_root",
    "tags": "tags",
    "type": "type",
}
MEASURES = {
    "totalCost": "cost",
    "latency": "latency_ms",
    "timeToFirstToken": "first_token_ms",
    "inputTokens": "input",
    "outputTokens": "output",
    "value": "value",
}


@dataclass(frozen=True, kw_only=True)
class Observation:
    at: float
    trace_name: str | None = "agent.claude"
    is_root: bool = False
    type: str = "SPAN"
    model: str | None = None
    tags: tuple[str, ...] = ()
    cost: float | None = None
    latency_ms: float = 0.0
    first_token_ms: float | None = None
    input: int = 0
    output: int = 0


@dataclass(frozen=True, kw_only=True)
class Score:
    at: float
    value: float
    name: str = "quality_score"
    tags: tuple[str, ...] = ()


@dataclass
class Fake:
    """What the server holds, and how it behaves."""

    observations: list[Observation] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    versions: set[str] = field(default_factory=lambda: {"v1", "v2"})
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    rewrite: dict[str, object] = field(default_factory=dict)
    delay_seconds: float = 0.0
    ahead_seconds: float = 0.0
    paths: list[str] = field(default_factory=list)
    queries: list[dict] = field(default_factory=list)

    def __enter__(self):
        self.http = _Http(("127.0.0.1", 0), _Handler)
        self.http.fake = self
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.port = self.http.server_port
        Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exc_info):
        self.http.shutdown()
        self.http.server_close()

    def answer(self, version, query):
        start, end = (datetime.fromisoformat(query[key]).timestamp() for key in ("fromTimestamp", "toTimestamp"))
        rows = [row for row in self._rows(version, query["view"]) if start <= row["at"] <= end]
        for wanted in query["filters"]:
            rows = [row for row in rows if row[NAMES[wanted["column"]]] == wanted["value"]]
        groups: dict[tuple, list[dict]] = {} if query["dimensions"] else {(): rows}
        for row in rows:
            if query["dimensions"]:
                key = tuple(row[NAMES[each["field"]]] for each in query["dimensions"])
                groups.setdefault(key, []).append(row)
        found = []
        for key, group in groups.items():
            told = {
                each["field"]: list(value) if isinstance(value, tuple) else value
                for each, value in zip(query["dimensions"], key, strict=True)
            }
            for metric in query["metrics"]:
                name = f"{metric['aggregation']}_{metric['measure']}"
                told[name] = self.rewrite.get(name, _number(metric, group))
            found.append(told)
        for order in query["orderBy"] or ():
            found.sort(key=lambda row: -float(row[order["field"]] or 0))
        return {"data": found[: query["config"]["row_limit"]]}

    def _rows(self, version, view):
        if view == "scores-numeric":
            return [vars(each) for each in self.scores]
        if view == "observations":
            return [vars(each) for each in self.observations]
        assert view == "traces"
        assert version == "v1"  # version 2 refuses this view
        # Roots of one name and moment share the cost of what has both, too.
        return [
            {**vars(root), "name": root.trace_name, "cost": self._cost_of(root)}
            for root in self.observations
            if root.is_root
        ]

    def _cost_of(self, root):
        same = [each for each in self.observations if (each.trace_name, each.at) == (root.trace_name, root.at)]
        costs = [each.cost for each in same if each.cost is not None]
        return sum(costs) / sum(each.is_root for each in same) if costs else None


def _number(metric, group):
    if metric["aggregation"] == "count":
        return str(len(group))
    values = sorted(
        row[MEASURES[metric["measure"]]] or 0 for row in group if row[MEASURES[metric["measure"]]] is not None
    )
    if not values:
        return None
    if metric["aggregation"] == "sum":
        return str(sum(values))
    if metric["aggregation"] == "avg":
        return sum(values) / len(values)
    assert metric["aggregation"] == "p95"
    return values[-1]


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    fake: Fake

    def handle_error(self, request, client_address):
        """Say nothing: these are clients that gave up waiting."""


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format, *args):
        """Say nothing."""

    def date_time_string(self, timestamp=None):  # noqa: ARG002  (as the base class calls it)
        return formatdate(time.time() + self.server.fake.ahead_seconds, usegmt=True)

    def do_GET(self):
        fake, place = self.server.fake, urlsplit(self.path)
        fake.paths.append(place.path)
        version = {"/api/public/v2/metrics": "v2", "/api/public/metrics": "v1"}.get(place.path)
        query = json.loads(parse_qs(place.query)["query"][0])
        fake.queries.append(query)
        time.sleep(fake.delay_seconds)
        if fake.status is not None:
            status, body = fake.status, b"{}"
        elif version not in fake.versions:
            status, body = 404, b'{"message": "Not found"}'
        else:
            status, body = 200, fake.body or json.dumps(fake.answer(version, query)).encode()
        self.send_response(status)
        for name, text in fake.headers.items():
            self.send_header(name, text)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
