"""The demo from its arguments to its exit code."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import alerts, configuration, panels, prometheus, report
from .processes import CannotRunError, EndedError, Leashed, end_on_signals, first_line, start

PASSED, MISSING, COULD_NOT_RUN = 0, 1, 2
WORKLOAD = Path(__file__).with_name("workload.py")
POLL_SECONDS = 0.5
TARGETS_WITHIN_SECONDS = 30.0
#: Prometheus writes ALERTS from the third evaluation of a group on, because it restores what it knew of older alerts
#: first, and the generated rules are evaluated every 15 seconds.
PANELS_WITHIN_SECONDS = 45.0


@dataclass(frozen=True, kw_only=True)
class Settings:
    """
    What was asked for.

    Attributes:
        real_time: Wait for the alerts of the generated rules to fire.
        keep: Leave everything running afterwards.
        limit_seconds: For the whole demo.
        port: Of Prometheus; 0 for any.
        generated: Output folder of `obsgen build`.
        specs: The catalog.
    """

    real_time: bool
    keep: bool
    limit_seconds: float
    port: int
    generated: Path
    specs: Path


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be started: the generated files, the rules in fast motion, the server's program and its port."""

    generated: configuration.Generated
    fast: Mapping[str, str]
    command: Path
    port: int


@dataclass(frozen=True, kw_only=True)
class Running:
    """The two processes, where they listen, and the clock that counts from now on."""

    service: Leashed
    metrics: str
    server: Leashed
    api: prometheus.Api
    since: float

    @property
    def seconds(self) -> float:
        """Seconds since Prometheus was ready."""
        return time.monotonic() - self.since

    def require(self) -> None:
        """Raise `EndedError` if one of the two has ended."""
        self.service.require()
        self.server.require()


def run(arguments: Sequence[str], checkout: Path) -> int:
    """Run the demo and return its exit code; nothing of it is left afterwards."""
    settings = parse(arguments, checkout)
    end_on_signals()
    on = report.paper(sys.stdout)
    try:
        return demonstrate(settings, checkout, on)
    except CannotRunError as problem:
        return _fail(on, problem, COULD_NOT_RUN)
    except (EndedError, prometheus.QueryError) as problem:
        return _fail(on, problem, MISSING)
    except KeyboardInterrupt:
        return _fail(on, "interrupted", 130)
    except BrokenPipeError:
        # Whoever read the report has gone; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return MISSING


def _fail(on: report.Paper, problem: object, code: int) -> int:
    on.clear()
    print(f"demo: error: {problem}", file=sys.stderr)
    return code


def parse(arguments: Sequence[str], checkout: Path) -> Settings:
    """Return the settings that *arguments* ask for; argparse ends the process with 2 if they make no sense."""
    parser = argparse.ArgumentParser(prog="scripts/demo", add_help=False, allow_abbrev=False)
    parser.add_argument("--real-time", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--seconds", type=_positive, default=float("inf"), dest="limit_seconds", metavar="N")
    parser.add_argument("--port", type=_port, default=0, metavar="N")
    parser.add_argument("--generated", type=Path, default=checkout / "generated", metavar="DIR")
    parser.add_argument("--specs", type=Path, default=checkout / "specs", metavar="DIR")
    return Settings(**vars(parser.parse_args(arguments)))


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above zero")
    return number


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, a number up to 65535")
    return int(text)


def demonstrate(settings: Settings, checkout: Path, on: report.Paper) -> int:
    """Start everything, watch, report; return the exit code."""
    begun = time.monotonic()
    on.progress("reading the catalog and what was generated from it")
    generated = configuration.read(settings.generated.resolve())
    plan = Plan(
        generated=generated,
        command=prometheus.find(checkout),
        fast=configuration.fast_motion(settings.specs.resolve(), checkout),
        port=settings.port,
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="obsgen-demo-", ignore_cleanup_errors=True)))
        running = launch(stack, plan, folder)
        left = settings.limit_seconds - (running.since - begun)
        wanted = alerts.expectations(real_time=settings.real_time, limit_seconds=left)
        report.addresses(
            on,
            metrics=running.metrics,
            prometheus=running.api.url,
            version=prometheus.version(running.api),
            rules=[_shown(generated.rule_file(name), checkout) for name in generated.rules],
        )
        if settings.real_time:
            on.write("Waiting for the real alerts: their windows and delays take about twelve minutes.", "")
        complaints = watch(running, wanted, generated, on, left)
        report.verdict(on, complaints, wanted=len(wanted), panels=_count(generated), seconds=time.monotonic() - begun)
        if settings.keep:
            keep(running, left, on)
    return MISSING if complaints else PASSED


def _shown(path: Path, checkout: Path) -> str:
    return str(path.relative_to(checkout)) if path.is_relative_to(checkout) else str(path)


def _count(generated: configuration.Generated) -> int:
    return sum(len(panels.read(path).panels) for path in generated.dashboards)


def launch(stack: ExitStack, plan: Plan, folder: Path) -> Running:
    """Start the service and a Prometheus that scrapes it; both end with *stack*, and all their files are in *folder*."""
    service = stack.enter_context(start_service(plan.generated, folder / "service.log"))
    port = first_line(service.process.stdout)
    if not port:
        service.process.wait()
        service.require()
    address = f"{prometheus.HOST}:{port}"
    file = configuration.write(plan.generated, plan.fast, address, folder)
    server = stack.enter_context(prometheus.serve(plan.command, file, folder, plan.port))
    api = prometheus.wait_until_ready(server, plan.port)
    return Running(service=service, metrics=f"http://{address}/metrics", server=server, api=api, since=time.monotonic())


def start_service(generated: configuration.Generated, log: Path) -> Leashed:
    """Start the workload with the *generated* collectors; its first line tells its port."""
    paths = [str(generated.python), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
    return start("the service", [sys.executable, "-P", WORKLOAD], log=log, answers=True, environment=environment)


def watch(
    running: Running,
    wanted: Sequence[alerts.Expectation],
    generated: configuration.Generated,
    on: report.Paper,
    limit_seconds: float,
) -> list[str]:
    """Wait for the alerts, then ask the panels, and write the report; return what is missing."""
    found = wait_for_targets(running, on, limit_seconds)
    report.targets(on, found)
    timeline = wait_for_alerts(running, wanted, on)
    report.alerts(on, timeline)
    pages = wait_for_panels(running, generated, on, limit_seconds)
    report.pages(on, pages)
    return [
        *(f"target {one['scrapeUrl']} is {one['health']}" for one in found if one["health"] != "up"),
        *(["Prometheus has no target"] if not found else []),
        *alerts.complaints(timeline, wanted),
        *(complaint for page in pages for complaint in page.complaints()),
    ]


def wait_for_targets(running: Running, on: report.Paper, limit_seconds: float) -> list[dict[str, Any]]:
    """Return the targets once all of them are up, or when there was time enough."""
    while True:
        running.require()
        found = prometheus.targets(running.api)
        up = found and all(one["health"] == "up" for one in found)
        if up or running.seconds >= min(TARGETS_WITHIN_SECONDS, limit_seconds):
            return found
        on.progress(f"{running.seconds:3.0f} s  waiting for the first scrape")
        time.sleep(POLL_SECONDS)


def wait_for_alerts(running: Running, wanted: Sequence[alerts.Expectation], on: report.Paper) -> alerts.Timeline:
    """Return what the alerts did until all that was *wanted* came, or could not come in time any more."""
    timeline = alerts.Timeline()
    while True:
        running.require()
        seconds = running.seconds
        timeline.record(running.api.get("rules"), seconds)
        if not timeline.open(wanted, seconds):
            return timeline
        on.progress(report.progress(timeline, wanted, seconds))
        time.sleep(POLL_SECONDS)


def wait_for_panels(
    running: Running, generated: configuration.Generated, on: report.Paper, limit_seconds: float
) -> list[panels.Page]:
    """Return what the dashboards show once no panel is empty, or when there was time enough."""
    dashboards = [panels.read(path) for path in generated.dashboards]
    deadline = min(running.seconds + PANELS_WITHIN_SECONDS, limit_seconds)
    while True:
        running.require()
        pages = [panels.ask(running.api, dashboard, time.time()) for dashboard in dashboards]
        empty = [complaint for page in pages for complaint in page.complaints()]
        if not empty or running.seconds >= deadline:
            return pages
        on.progress(f"{running.seconds:3.0f} s  {empty[0]} so far")
        time.sleep(POLL_SECONDS)


def keep(running: Running, limit_seconds: float, on: report.Paper) -> None:
    """Return when somebody presses Ctrl-C, or the time is up."""
    on.write("", f"Still running: {running.api.url}/alerts and {running.metrics}; Ctrl-C ends it.")
    try:
        while running.seconds < limit_seconds:
            running.require()
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        on.clear()
