"""The command `obsgen-runtime langfuse-exporter`."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from collections.abc import Sequence
from threading import Event
from types import FrameType

from prometheus_client import CollectorRegistry, generate_latest

from obsgen_runtime.langfuse.access import NoAccess, find_access
from obsgen_runtime.langfuse_exporter.plans import FREE, Plan
from obsgen_runtime.langfuse_exporter.poller import LangfuseExporter
from obsgen_runtime.listener import PortInUse, listen

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}


def run(argv: Sequence[str]) -> int:
    """Run the command until it is told to stop; returns its exit code: 0, 1 if a poll failed, 2 for wrong settings."""
    parser = _parser()
    options = parser.parse_args(argv)
    access = find_access(os.environ)
    if isinstance(access, NoAccess):
        parser.exit(2, f"{parser.prog}: {access.reason}\n")
    registry = CollectorRegistry()
    try:
        exporter = LangfuseExporter(
            access,
            registry=registry,
            every_seconds=options.every,
            window_seconds=options.window,
            lag_seconds=options.lag,
            score=options.score,
            agent_tag=options.agent_tag,
            plans={**dict(options.flat), **dict.fromkeys(options.free, FREE)},
            requests_per_day=options.requests_per_day,
            stale_after_polls=options.stale_after,
            timeout_seconds=options.timeout,
        )
    except ValueError as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    if options.once:
        return _once(exporter)
    host, port = options.listen
    return _serve(exporter, host, port, parser)


def _once(exporter: LangfuseExporter) -> int:
    problem = exporter.poll().problem
    sys.stdout.write(generate_latest(exporter.registry).decode())
    if problem is not None:
        sys.stderr.write(f"{problem.message}\n")
    return 1 if problem else 0


def _serve(exporter: LangfuseExporter, host: str, port: int, parser: argparse.ArgumentParser) -> int:
    stop = Event()

    def told(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  (as `signal` calls it)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, told)
    try:
        page = listen("langfuse-exporter", exporter.registry, host, (port,))
    except (PortInUse, OSError, ValueError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    with exporter:
        sys.stdout.write(
            f"langfuse-exporter: metrics live ({page.url}), a poll every {exporter.interval_seconds:g} s\n"
        )
        sys.stdout.flush()
        stop.wait()
    page.shutdown()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="obsgen-runtime langfuse-exporter",
        description="Poll Langfuse's metrics interface and serve the last closed window as gauges.",
        epilog="Keys and server: LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY, LANGFUSE_BASE_URL. Durations: 30s, 15m, 1h, 1d.",
    )
    add = parser.add_argument
    add("--listen", type=address, default=("127.0.0.1", 9494), metavar="HOST:PORT", help="default 127.0.0.1:9494")
    add("--every", type=seconds, default=900.0, metavar="TIME", help="shortest time between polls; default 15m")
    add("--window", type=seconds, default=3600.0, metavar="TIME", help="length of the window; default 1h")
    add("--lag", type=seconds, default=600.0, metavar="TIME", help="how late data may arrive; default 10m")
    add("--score", default="quality_score", metavar="NAME", help="score that means quality; default quality_score")
    add("--agent-tag", default="agent:", metavar="TEXT", help="what tags of agents begin with; empty asks for none")
    add("--flat", type=flat, action="append", default=[], metavar="NAME=USD[/year]", help="a flat plan, by month")
    add("--free", action="append", default=[], metavar="NAME", help="an agent that costs nothing")
    add("--requests-per-day", type=int, metavar="N", help="what the server allows; 100 on the smallest cloud plan")
    add("--stale-after", type=int, default=3, metavar="POLLS", help="missed polls until the figures vanish; default 3")
    add("--timeout", type=seconds, default=30.0, metavar="TIME", help="longest wait for an answer; default 30s")
    add("--once", action="store_true", help="poll once, print the metrics, and end")
    return parser


def seconds(text: str) -> float:
    """
    Return a duration such as `15m` in seconds.

    Raises:
        argparse.ArgumentTypeError: If it is none.
    """
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)([smhd]?)", text, re.ASCII)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration: write 30s, 15m, 1h or 1d")
    return float(found[1]) * _UNITS[found[2]]


def address(text: str) -> tuple[str, int]:
    """
    Return host and port of `127.0.0.1:9494` or `[::1]:9494`.

    Raises:
        argparse.ArgumentTypeError: If there is no port.
    """
    host, colon, port = text.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is no address: write 127.0.0.1:9494")
    return host.removeprefix("[").removesuffix("]"), int(port)


def flat(text: str) -> tuple[str, Plan]:
    """
    Return name and plan of `copilot=10` or `copilot=100/year`.

    Raises:
        argparse.ArgumentTypeError: If it is none.
    """
    found = re.fullmatch(r"(.+)=([0-9]{1,9}(?:\.[0-9]{1,9})?)(?:/(month|year))?", text, re.ASCII)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no flat plan: write copilot=10 or copilot=100/year")
    return found[1], Plan(kind="flat", usd=float(found[2]), period="year" if found[3] == "year" else "month")
