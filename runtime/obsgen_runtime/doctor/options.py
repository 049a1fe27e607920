"""What the doctor is asked for, from the command line."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from obsgen_runtime.doctor.prometheus_checks import alerts_of

_USAGE = 2


class BadArguments(Exception):  # noqa: N818  (it names a state)
    """
    Arguments that make no sense, or a question for help.

    Attributes:
        exit_code: 2, or 0 after help was printed.
    """

    def __init__(self, message: str, exit_code: int = _USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    What to check, and how to say it.

    Attributes:
        url: The metrics page.
        packages: Generated packages whose metrics must be there.
        format: `text` or `json`.
        deadline_seconds: How long it takes at most.
        env_file: File with variables; that of OBSGEN_ENV_FILE if None.
        langfuse: Whether Langfuse is asked, and a span is sent there.
        required: Parts whose absence is a failure.
        prometheus: Base URL of a server to ask; None asks none.
        alerts: Alerts that it should have loaded.
        strict: Whether warnings fail.
    """

    url: str
    packages: tuple[str, ...]
    format: Literal["text", "json"]
    deadline_seconds: float
    env_file: str | None
    langfuse: bool
    required: frozenset[str]
    prometheus: str | None
    alerts: frozenset[str]
    strict: bool


def read_options(argv: Sequence[str]) -> Options:
    """
    Return the options of a command line.

    Raises:
        BadArguments: If they make no sense (argparse has printed why then), or after `--help`.
    """
    parser = _parser()
    try:
        given = parser.parse_args(argv)
    except SystemExit as end:
        raise BadArguments("", int(end.code or 0)) from None
    if "langfuse" in given.required and not given.langfuse:
        raise BadArguments("--required langfuse and --no-langfuse contradict each other")
    return Options(
        url=_page(given.url),
        packages=tuple(name.strip() for text in given.metrics for name in text.split(",") if name.strip()),
        format=given.format,
        deadline_seconds=_seconds(given.deadline),
        env_file=given.env_file,
        langfuse=given.langfuse,
        required=frozenset(given.required),
        prometheus=None if given.prometheus is None else _http("--prometheus", given.prometheus),
        alerts=_alerts(given.rules, given.prometheus),
        strict=given.strict,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="obsgen-runtime doctor",
        description="Check a live process and its surroundings. Exit codes: 0 nothing failed, 1 something did, "
        "2 bad arguments.",
    )
    add = parser.add_argument
    add("--url", default="http://127.0.0.1:9464/metrics", help="the metrics page (%(default)s)")
    add("--metrics", action="append", default=[], metavar="PACKAGE,...", help="generated packages that it serves")
    add("--env-file", help="file with variables, as the process reads it")
    add("--langfuse", action=argparse.BooleanOptionalAction, default=True, help="ask Langfuse, and send it one span")
    add("--required", action="append", default=[], choices=["langfuse"], help="without it, the result is a failure")
    add("--prometheus", metavar="URL", help="ask this server whether it scrapes the page and has the alerts")
    add("--rules", type=Path, metavar="PATH", help="generated rule files whose alerts that server should have")
    add("--deadline", default="10", metavar="SECONDS", help="how long all of it takes at most (%(default)s)")
    add("--format", choices=["text", "json"], default="text")
    add("--strict", action="store_true", help="warnings fail, too")
    return parser


def _page(url: str) -> str:
    checked = _http("--url", url)
    return checked if urlsplit(checked).path else f"{checked}/metrics"


def _http(option: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url or any(not 32 < ord(letter) < 127 for letter in url):
        raise BadArguments(f"{option} is no URL: write http://host:port")
    if parts.username is not None or parts.password is not None:
        raise BadArguments(f"{option} holds a user name, and it would be printed: write it without")
    return url.rstrip("/")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0.5 <= seconds <= 600:
        raise BadArguments("--deadline is out of range: write seconds between 0.5 and 600")
    return seconds


def _alerts(rules: Path | None, prometheus: str | None) -> frozenset[str]:
    if rules is None:
        return frozenset()
    if prometheus is None:
        raise BadArguments("--rules needs --prometheus: the server that should have them")
    try:
        return alerts_of(rules)
    except (OSError, ValueError) as problem:
        raise BadArguments(f"--rules: {problem}") from None
