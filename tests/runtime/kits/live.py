"""An example of the runtime as a process, and a real Prometheus that scrapes it with the generated rules loaded."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any
from urllib.request import ProxyHandler, build_opener

import yaml
from obsgen_runtime.testing import RecordedSpan, RecordingServer

from scripts.demo_parts import panels, prometheus
from scripts.demo_parts.prometheus import Api
from tests import tools

GENERATED = tools.CHECKOUT / "generated"
SCRAPE_SECONDS = 1
KEYS = ("pk-lf-test", "sk-lf-0123456789abcdef")
_OPENER = build_opener(ProxyHandler({}))


def free_port() -> int:
    """Return a port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(server: RecordingServer | None = None, **more: str) -> dict[str, str]:
    """Return the environment of an example: keys for *server*, or none, and nothing else that steers the runtime."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LANGFUSE_", "OTEL_", "OBSGEN_"))}
    if server is not None:
        clean |= {"LANGFUSE_PUBLIC_KEY": KEYS[0], "LANGFUSE_SECRET_KEY": KEYS[1], "LANGFUSE_HOST": server.url}
    return {**clean, "PYTHONUNBUFFERED": "1", **more}


def run_example(
    name: str, *arguments: str, server: RecordingServer | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run `scripts/example` to its end; return what it said."""
    return subprocess.run(
        [sys.executable, tools.CHECKOUT / "scripts" / "example", name, *arguments],
        cwd=tools.CHECKOUT,
        env=environment(server, **{"OBSGEN_PROMETHEUS_PORT": "0", **more}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


class Running:
    """
    An example that runs.

    Attributes:
        said: Lines of its standard output, up to now.
        complained: Lines of its standard error, up to now.
    """

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.said: list[str] = []
        self.complained: list[str] = []
        self._news: Queue[None] = Queue()
        self._readers = [
            Thread(target=self._read, args=pair, daemon=True)
            for pair in ((process.stdout, self.said), (process.stderr, self.complained))
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: Any, lines: list[str]) -> None:
        for line in stream:
            lines.append(line.rstrip("\n"))
            self._news.put(None)

    def wait_for(self, words: str, timeout: float = 40.0) -> None:
        """Wait until a line of its output begins with *words*."""
        deadline = time.monotonic() + timeout
        while not any(line.startswith(words) for line in (*self.said, *self.complained)):
            ended = self.process.poll() is not None and not any(reader.is_alive() for reader in self._readers)
            assert not ended, f"it ended without saying {words!r}: {self.said} {self.complained}"
            assert time.monotonic() < deadline, f"it has not said {words!r}: {self.said} {self.complained}"
            try:
                self._news.get(timeout=0.2)
            except Empty:
                continue

    def scrape(self) -> str:
        """Return what it serves now."""
        with _OPENER.open(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            text: str = answer.read().decode()
            return text

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)
        for reader in self._readers:
            reader.join(5)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@contextmanager
def example(name: str, *arguments: str, port: int, server: RecordingServer | None = None) -> Iterator[Running]:
    """Start `scripts/example` with its metrics on *port*; end it after the block."""
    process = subprocess.Popen(
        [sys.executable, tools.CHECKOUT / "scripts" / "example", name, *arguments],
        cwd=tools.CHECKOUT,
        env=environment(server, OBSGEN_PROMETHEUS_PORT=str(port)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    running = Running(process, port)
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def scraping(job: str, port: int, folder: Path) -> Iterator[Api]:
    """
    Start a Prometheus with all generated rules and the one scrape job *job*, and give its API once it scrapes.

    It scrapes every second, so what happens faster than that is seen as one rise.

    Args:
        job: As in the generated `prometheus.yml`.
        port: Where the job's only target serves.
        folder: An empty folder for everything of it.
    """
    command = Path(tools.require("prometheus"))
    generated = yaml.safe_load((GENERATED / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    shutil.copytree(GENERATED / "prometheus" / "rules", folder / "rules")
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(_only(generated, job, f"127.0.0.1:{port}")), encoding="utf-8")
    with prometheus.serve(command, file, folder, 0) as server:
        api = prometheus.wait_until_ready(server, 0)
        _wait_for_attempt(api)
        yield api


def _wait_for_attempt(api: Api, timeout: float = 30.0) -> None:
    """Wait until it has tried to scrape, which it begins some seconds after it is ready: all is to be seen as it rises."""
    deadline = time.monotonic() + timeout
    while not any(one["health"] != "unknown" for one in prometheus.targets(api)):
        assert time.monotonic() < deadline, "Prometheus does not scrape"
        time.sleep(0.1)


def _only(generated: Mapping[str, Any], job: str, address: str) -> dict[str, Any]:
    (found,) = (one for one in generated["scrape_configs"] if one["job_name"] == job)
    every = f"{SCRAPE_SECONDS}s"
    statics = [{**one, "targets": [address]} for one in found["static_configs"][:1]]
    return {
        **generated,
        "global": {**generated.get("global", {}), "evaluation_interval": every},
        "scrape_configs": [
            {**found, "scrape_interval": every, "scrape_timeout": every, "static_configs": statics},
        ],
    }


def value(api: Api, expr: str) -> float | None:
    """Return the only value that *expr* has now, None if it has none."""
    result = api.get("query", {"query": expr})["result"]
    assert len(result) <= 1, f"{expr} has {len(result)} values"
    return float(result[0]["value"][1]) if result else None


def wait_for_value(api: Api, expr: str, wanted: float, timeout: float = 20.0) -> None:
    """Wait until *expr* has the value *wanted*, which is when the last event was scraped."""
    deadline = time.monotonic() + timeout
    while (found := value(api, expr)) != wanted:
        assert time.monotonic() < deadline, f"{expr} is {found}, expected {wanted}"
        time.sleep(0.2)


def empty_panels(api: Api, dashboard: str) -> set[str]:
    """
    Return the titles of the panels of *dashboard* that show nothing, each asked as Grafana would, "All" chosen.

    The smallest step is that of the scrape, a second here.

    Args:
        api: Of the Prometheus that has scraped the example.
        dashboard: Path below `generated/grafana/dashboards`, such as `hypertool/persona-overview`.
    """
    board = panels.read(GENERATED / "grafana" / "dashboards" / f"{dashboard}.json")
    fast = replace(board, panels=tuple(replace(one, interval=f"{SCRAPE_SECONDS}s") for one in board.panels))
    page = panels.ask(api, fast, time.time())
    problems = [one.problem for one in page.answers if one.problem]
    assert page.answers
    assert not problems
    assert all(page.values.values()), f"variables without values: {page.values}"
    return {one.panel.title for one in page.answers if not one.series}


def documented_as_empty(dashboard: str) -> set[str]:
    """Return the titles of the panels that say what they mean when they show nothing (`no_data` in the catalog)."""
    data = json.loads((GENERATED / "grafana" / "dashboards" / f"{dashboard}.json").read_text(encoding="utf-8"))
    listed = [*data["panels"], *(inner for one in data["panels"] for inner in one.get("panels", ()))]
    return {one["title"] for one in listed if one.get("fieldConfig", {}).get("defaults", {}).get("noValue")}


def children(spans: tuple[RecordedSpan, ...], parent: RecordedSpan) -> list[RecordedSpan]:
    """Return the spans below *parent*, in the order they began."""
    return sorted((one for one in spans if one.parent_id == parent.span_id), key=lambda one: one.start_ns)


def tree(spans: tuple[RecordedSpan, ...], root: RecordedSpan) -> tuple[Any, ...]:
    """Return *root* as its name, followed by the trees below it."""
    return (root.name, *(tree(spans, one) for one in children(spans, root)))


def metadata(span: RecordedSpan, name: str) -> Any:
    """Return a value of the metadata of *span*."""
    return span.attributes[f"langfuse.observation.metadata.{name}"]


def rule_tests(service: str) -> dict[str, tuple[bool, bool]]:
    """
    Return alert -> whether its generated test expects it to fire somewhere, and to be quiet.

    Each of these tests is also an item of its own, which promtool runs.

    Args:
        service: As in the catalog.
    """
    rules = yaml.safe_load((GENERATED / "prometheus" / "rules" / f"{service}.yml").read_text(encoding="utf-8"))
    alerts = [rule["alert"] for group in rules["groups"] for rule in group["rules"] if "alert" in rule]
    found = {}
    for alert in alerts:
        path = GENERATED / "prometheus" / "tests" / f"{service}.{alert}.yml"
        firing = [
            bool(one["exp_samples"])
            for case in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]
            for one in case.get("promql_expr_test", ())
            if one["expr"] == f'ALERTS{{alertname="{alert}",alertstate="firing"}}'
        ]
        found[alert] = (True in firing, False in firing)
    return found
