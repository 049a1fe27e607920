"""The demo shows what it promises, says what is missing, and leaves nothing behind."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import tools
from tests.demo.conftest import Start, starting

SOON = 20.0


def ports(text: str) -> list[int]:
    """Return the ports of the service and of Prometheus from the head of a report."""
    return [
        int(port) for port in re.findall(r"^  (?:service|prometheus)\s+http://127\.0\.0\.1:(\d+)", text, re.MULTILINE)
    ]


def is_open(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def nothing_is_left(ports: list[int], scratch: Path) -> bool:
    """Wait until the processes are gone and their files too; return whether that happened soon."""
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        if not any(map(is_open, ports)) and not list(scratch.iterdir()):
            return True
        time.sleep(0.1)
    return False


def head(process: subprocess.Popen[str]) -> str:
    """Return what *process* says up to its first empty line."""
    assert process.stdout is not None
    lines: list[str] = []
    while (line := process.stdout.readline()) not in ("\n", ""):
        lines.append(line)
    return "".join(lines)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A demo that has ended: its exit code, what it said and complained about, and how long it took."""

    code: int
    said: str
    errors: str
    seconds: float
    scratch: Path


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Return two demos that ran side by side, since both mostly wait: one as it comes, and one with two faults."""
    broken = tmp_path_factory.mktemp("broken") / "generated"
    shutil.copytree(tools.CHECKOUT / "generated", broken)
    replace(broken / "prometheus/rules/hypertool.yml", "_remaining) < 0", "_remaining) < -1e9")
    dashboard = broken / "grafana/dashboards/hypertool/persona-overview.json"
    replace(dashboard, "hypertool_persona_duration_seconds_count", "hypertool_persona_duration_seconds_number")
    folders = {name: tmp_path_factory.mktemp(name) for name in ("broken", "whole")}
    with starting(folders["whole"]) as whole, starting(folders["broken"]) as with_faults:
        begun = time.monotonic()
        processes = {"broken": with_faults("--generated", broken, "--seconds", "20"), "whole": whole()}
        found = {}
        for name, process in processes.items():
            said, errors = process.communicate(timeout=120)
            found[name] = Ended(
                code=process.returncode, said=said, errors=errors, seconds=time.monotonic() - begun,
                scratch=folders[name],
            )  # fmt: skip
    return found


def test_fast_form(ended: dict[str, Ended]) -> None:
    """Within two minutes all alerts come and every panel of the generated dashboards has data; then nothing is left."""
    demo = ended["whole"]
    said = demo.said
    assert (demo.code, demo.errors) == (0, ""), said
    assert re.search(r"^  up  http://127\.0\.0\.1:\d+/metrics  job=\"hypertool\"", said, re.MULTILINE)
    for alert in ("PersonaTokenBudgetExceeded", "WorkflowQualityGateFailure", "WorkflowStageSlow"):
        assert re.search(rf"^  {alert} +pending \d+ s +pending \d+ s  firing \d+ s$", said, re.MULTILINE)
    assert re.search(r"^  HighPersonaSwitchRate .*firing \d+ s$", said, re.MULTILINE)
    for title in panel_titles():
        assert re.search(rf"^  {re.escape(title)}  .* [1-9]\d* (series|buckets)\b", said, re.MULTILINE), title
    assert said.splitlines()[-1].startswith("ok: 7 alert states came and 8 panels have data")
    assert "\033" not in said
    assert "\r" not in said
    assert nothing_is_left(ports(said), demo.scratch)
    assert demo.seconds < 120


def panel_titles() -> list[str]:
    """Return the titles of all panels of the demo's service with data, read from the generated files without the demo's own code."""
    folder = tools.CHECKOUT / "generated" / "grafana" / "dashboards" / "hypertool"
    boards = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.json"))]
    listed = [panel for board in boards for row in board["panels"] for panel in (row, *row.get("panels", ()))]
    titles = [panel["title"] for panel in listed if panel.get("targets")]
    assert titles
    return titles


def test_what_is_missing_is_named(ended: dict[str, Ended]) -> None:
    """A rule that cannot fire and a panel that finds nothing are each named, and the exit code is 1."""
    demo = ended["broken"]
    said = demo.said
    assert (demo.code, demo.errors) == (1, "")
    missing = {re.sub(r"within \d+ s", "in time", line) for line in said.splitlines() if line.startswith("missing")}
    # Twenty seconds may be too short for other alerts, so that more can be missing.
    assert missing >= {
        "missing  PersonaTokenBudgetExceeded, as generated, has to be pending in time; it is inactive",
        "missing  panel Persona Overview / Average session duration: no data",
    }
    assert not [one for one in missing if "Tokens by persona" in one]
    assert said.splitlines()[-1].startswith(f"failed: {len(missing)} missing after ")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_rules_that_prometheus_refuses(start: Start, generated: Path, scratch: Path) -> None:
    """A broken rule file ends the demo at once with Prometheus's own words."""
    replace(generated / "prometheus/rules/hypertool.yml", "min by", "min buy")
    process = start("--generated", generated)
    said, errors = process.communicate(timeout=60)

    assert (process.returncode, said) == (1, "")
    assert errors.startswith("demo: error: Prometheus ended with exit code 1\n")
    assert "PersonaTokenBudgetExceeded" in errors
    assert nothing_is_left([], scratch)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_the_demo(start: Start, scratch: Path, number: signal.Signals) -> None:
    """However the demo is ended, `kill -9` included, its processes and files go with it."""
    process = start("--keep")
    found = ports(head(process))
    assert len(found) == 2
    assert all(map(is_open, found))
    assert list(scratch.iterdir())

    process.send_signal(number)

    assert process.wait(SOON) in (-signal.SIGKILL, 130, 128 + number)
    assert nothing_is_left(found, scratch)


def test_only_loopback(start: Start) -> None:
    """Neither the service nor Prometheus can be reached from another machine."""
    process = start("--keep")
    found = ports(head(process))
    listening = [
        line.split() for file in ("tcp", "tcp6") for line in Path("/proc/net", file).read_text().splitlines()[1:]
    ]
    listeners = {tuple(fields[1].split(":")) for fields in listening if fields[3] == "0A"}
    assert {address for address, port in listeners if int(port, 16) in found} == {"0100007F"}


def test_port_that_is_taken(start: Start, scratch: Path) -> None:
    """A port asked for that somebody else listens on is named, and the exit code is 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start("--port", str(port))
        said, errors = process.communicate(timeout=60)
    assert (process.returncode, said) == (2, "")
    assert errors == f"demo: error: port {port} on 127.0.0.1 is taken; leave out --port to take any free one\n"
    assert nothing_is_left([], scratch)


def test_nothing_generated(start: Start, tmp_path: Path) -> None:
    """Without generated files the demo names the first one and the command that writes them."""
    process = start("--generated", tmp_path / "nowhere")
    said, errors = process.communicate(timeout=60)
    assert (process.returncode, said) == (2, "")
    file = tmp_path / "nowhere" / "prometheus" / "prometheus.yml"
    assert errors == f"demo: error: there is no {file}; run `obsgen build` first\n"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return the script in a checkout without environment and tools."""
    shutil.copytree(tools.CHECKOUT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "scripts" / "demo"


def test_prometheus_missing(elsewhere: Path) -> None:
    """Without Prometheus the demo says how to get it, and the exit code is 2."""
    generated = tools.CHECKOUT / "generated"
    result = subprocess.run(
        [sys.executable, "-c", RUN_WITHOUT_PATH, elsewhere, generated],
        cwd=tools.CHECKOUT,
        text=True,
        capture_output=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (2, "")
    advice = "prometheus is neither on the PATH nor in .tools/bin; `scripts/setup --tools` gets it"
    assert result.stderr == f"demo: error: {advice}\n"


RUN_WITHOUT_PATH = """
import os, runpy, sys
script, generated = sys.argv[1:]
os.environ["PATH"] = ""
sys.argv = [script, "--generated", generated]
sys.path[0] = os.path.dirname(script)
runpy.run_path(script, run_name="__main__")
"""


def test_set_up_missing(elsewhere: Path) -> None:
    """An interpreter without obsgen, in a checkout without environment, is told what to run; the exit code is 2."""
    result = subprocess.run(
        [sys.executable, "-I", "-S", elsewhere], text=True, capture_output=True, check=False, cwd=elsewhere.parent
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert re.fullmatch(r"demo: error: .* lacks obsgen, .*; run `scripts/setup --tools` first\n", result.stderr)


def test_environment_of_the_checkout_is_used(elsewhere: Path) -> None:
    """An interpreter without obsgen hands over to the one of the checkout, with the same arguments."""
    python = elsewhere.parents[1] / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    result = subprocess.run(
        [sys.executable, "-I", "-S", elsewhere, "--keep", "--seconds", "5"], text=True, capture_output=True, check=False
    )
    assert (result.returncode, result.stdout) == (0, f"{elsewhere} --keep --seconds 5\n")
