"""A real Prometheus on loopback, and its HTTP API."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

from .processes import CannotRunError, EndedError, Leashed, start

HOST = "127.0.0.1"
READY_WITHIN_SECONDS = 30.0
_LISTENING = re.compile(r'msg="Listening on".* address=\S+:(\d+)')
_TAKEN = "address already in use"
#: Loopback is never reached through a proxy, whatever the environment says.
_OPENER = build_opener(ProxyHandler({}))


class QueryError(Exception):
    """Prometheus refused a request; the message is its own."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """
    The HTTP API of a Prometheus.

    Attributes:
        url: Its address without a slash at the end.
    """

    url: str

    def get(self, path: str, parameters: Mapping[str, str] | Sequence[tuple[str, str]] = ()) -> Any:
        """
        Return the `data` of the answer to a request below `/api/v1/`.

        Raises:
            QueryError: If Prometheus refuses it.
            EndedError: If nobody answers.
        """
        try:
            with _OPENER.open(f"{self.url}/api/v1/{path}?{urlencode(parameters)}", timeout=10) as answer:
                return json.load(answer)["data"]
        except HTTPError as problem:
            with problem:
                raise QueryError(_reason(problem)) from None
        except OSError as problem:
            raise EndedError(f"Prometheus does not answer any more: {problem}") from None

    def is_ready(self) -> bool:
        """Return whether it answers queries yet."""
        try:
            with _OPENER.open(f"{self.url}/-/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def _reason(problem: HTTPError) -> str:
    text = problem.read().decode("utf-8", errors="replace")
    try:
        return str(json.loads(text)["error"])
    except (ValueError, KeyError):
        return f"HTTP {problem.code}"


def find(checkout: Path) -> Path:
    """Return the command, from the PATH or from what `scripts/setup --tools` unpacked; raises `CannotRunError`."""
    found = shutil.which("prometheus") or shutil.which("prometheus", path=str(checkout / ".tools" / "bin"))
    if found is None:
        raise CannotRunError("prometheus is neither on the PATH nor in .tools/bin; `scripts/setup --tools` gets it")
    return Path(found)


def serve(command: Path, configuration: Path, folder: Path, port: int) -> Leashed:
    """
    Start Prometheus with *configuration*; its data, its log and everything else of it stays in *folder*.

    Args:
        command: The program.
        configuration: Path of its `prometheus.yml`.
        folder: Removed with the process, also if the demo dies.
        port: 0 for any free one.
    """
    arguments = {
        "config.file": configuration,
        "storage.tsdb.path": folder / "data",
        "web.listen-address": f"{HOST}:{port}",
    }
    options = [f"--{name}={value}" for name, value in arguments.items()]
    return start("Prometheus", [command, *options], log=folder / "prometheus.log", remove=folder)


def wait_until_ready(server: Leashed, port: int) -> Api:
    """
    Return the API of *server* once it answers.

    The address comes from the server's own log: whoever else listens somewhere cannot be mistaken for it.

    Raises:
        CannotRunError: If *port* is taken.
        EndedError: If it ends instead, or does not become ready in time.
    """
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    api = None
    while time.monotonic() < deadline:
        log = server.log.read_text(encoding="utf-8", errors="replace")
        if server.ended:
            if _TAKEN in log:
                raise CannotRunError(f"port {port} on {HOST} is taken; leave out --port to take any free one")
            server.require()
        if api is None and (match := _LISTENING.search(log)):
            api = Api(url=f"http://{HOST}:{match[1]}")
        if api is not None and api.is_ready():
            return api
        time.sleep(0.05)
    raise EndedError(f"Prometheus is not ready after {READY_WITHIN_SECONDS:.0f} seconds\n{server.last_words()}")


def targets(api: Api) -> list[dict[str, Any]]:
    """Return the active targets, as the API describes them."""
    found: list[dict[str, Any]] = api.get("targets", {"state": "active"})["activeTargets"]
    return found


def version(api: Api) -> str:
    """Return the version of the server."""
    return str(api.get("status/buildinfo")["version"])
