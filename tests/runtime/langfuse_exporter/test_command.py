"""The command, as a process of its own, and what a real Prometheus sees of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager

import pytest
from obsgen_runtime.langfuse_exporter import Plan
from obsgen_runtime.langfuse_exporter.command import address, flat, seconds

from tests import tools


@pytest.fixture
def environment(server, child_environment):
    kept = {name: value for name, value in child_environment.items() if not name.startswith("LANGFUSE_")}
    keys = {"LANGFUSE_PUBLIC_KEY": "pk-lf-test", "LANGFUSE_SECRET_KEY": "sk-lf-test"}
    return {**kept, **keys, "LANGFUSE_BASE_URL": server.url}


def run(environment, *arguments):
    command = [sys.executable, "-m", "obsgen_runtime", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def started(command, **options):
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def until(found, seconds=30):
    """Ask until there is an answer that is true, and return it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            answer = found()
        except OSError:
            answer = None
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError("nothing within the time")


def test_once(server, environment, observation, inside):
    """`--once` prints one poll's metrics; a failure is said and makes the exit code 1."""
    server.observations.append(observation(at=inside, is_root=True, cost=0.5))
    done = run(environment, "langfuse-exporter", "--once", "--flat", "copilot=10")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nlangfuse_tasks 1.0\n" in done.stdout
    assert 'langfuse_projected_month_cost_usd{plan="flat"} 10.0' in done.stdout
    server.status = 401
    done = run(environment, "langfuse-exporter", "--once")
    assert done.returncode == 1
    assert "refuses the keys" in done.stderr
    assert "sk-lf" not in done.stdout + done.stderr


def test_serves_until_it_is_told_to_stop(server, environment, observation, inside):
    """The page answers as soon as the line says so, and SIGTERM ends the process with 0."""
    server.observations.append(observation(at=inside, is_root=True))
    command = [sys.executable, "-m", "obsgen_runtime", "langfuse-exporter", "--listen", "127.0.0.1:0", "--every", "1s"]
    with started(command, env=environment) as process:
        line = process.stdout.readline()
        url = line.split("(")[1].split(")")[0]
        until(lambda: b"langfuse_tasks 1.0" in urllib.request.urlopen(url, timeout=5).read())
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert "Traceback" not in process.stderr.read()


@contextmanager
def watched_by_prometheus(environment, folder, *arguments):
    """Run the exporter and a real Prometheus that scrapes it twice a second; yield what answers a query."""
    page, prometheus = free_port(), free_port()
    config = folder / "prometheus.yml"
    config.write_text(
        "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\n"
        f"scrape_configs: [{{job_name: langfuse, static_configs: [{{targets: ['127.0.0.1:{page}']}}]}}]\n"
    )
    exporter = [sys.executable, "-m", "obsgen_runtime", "langfuse-exporter", "--listen", f"127.0.0.1:{page}"]
    store = [tools.require("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}"]
    store += [f"--web.listen-address=127.0.0.1:{prometheus}"]

    def ask(query):
        url = f"http://127.0.0.1:{prometheus}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return [each["value"][1] for each in json.load(answer)["data"]["result"]]

    with started([*exporter, *arguments], env=environment), started(store, env=dict(os.environ), cwd=folder):
        yield ask


def test_staleness_in_prometheus(server, environment, observation, inside, tmp_path):
    """In an outage the series end for Prometheus, instead of staying or falling to 0, and `up` says why."""
    server.observations.append(observation(at=inside, is_root=True))
    with watched_by_prometheus(environment, tmp_path, "--every", "1s", "--stale-after", "2") as ask:
        until(lambda: ask("langfuse_tasks") == ["1"])
        server.status = 503
        until(lambda: ask("langfuse_exporter_up") == ["0"] and not ask("langfuse_tasks"))
        assert ask("min_over_time(langfuse_tasks[1m])") == ["1"]
        assert int(ask('langfuse_exporter_errors_total{reason="server_error"}')[0]) >= 1
        server.status = None
        until(lambda: ask("langfuse_tasks") == ["1"])


def test_no_panel_is_empty(server, environment, observation, score, inside, tmp_path):
    """Every query of the shipped dashboard finds something in a real Prometheus."""
    server.observations += [
        observation(at=inside, is_root=True, cost=0.1, tags=("agent:claude",)),
        observation(at=inside, type="GENERATION", model="sonnet", cost=0.2, latency_ms=10, first_token_ms=3, input=1),
    ]
    server.scores.append(score(at=inside, value=0.9, tags=("agent:claude",)))
    board = json.loads((tools.CHECKOUT / "generated/grafana/dashboards/langfuse/langfuse.json").read_text())
    queries = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    assert len(queries) > 20
    with watched_by_prometheus(environment, tmp_path) as ask:
        until(lambda: ask("rate(langfuse_exporter_polls_total[10s])"))
        ready = [query.replace("$__rate_interval", "10s").replace("$__range", "10s") for query in queries]
        assert [query for query in ready if not ask(query)] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--every", "often"], "write 30s, 15m"),
        (["--listen", "9494"], "write 127.0.0.1:9494"),
        (["--flat", "copilot=lots"], "write copilot=10"),
        (["--window", "90s"], "whole minutes"),
        (["--listen", "127.0.0.1:99999"], "not a port"),
    ],
)
def test_wrong_arguments(environment, arguments, said):
    """A setting that makes no sense ends the command with 2 and what to write instead."""
    done = run(environment, "langfuse-exporter", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_keys(environment):
    """Without keys the command says which are missing."""
    done = run({**environment, "LANGFUSE_SECRET_KEY": ""}, "langfuse-exporter")
    assert done.returncode == 2
    assert "LANGFUSE_SECRET_KEY not set" in done.stderr


def test_help(environment):
    """The help of the command and of the subcommand name what there is; an unknown one is refused."""
    assert "langfuse-exporter" in run(environment, "--help").stdout
    assert "--requests-per-day" in run(environment, "langfuse-exporter", "--help").stdout
    assert run(environment, "nonsense").returncode == 2
    assert run(environment, "--version").stdout.startswith("obsgen-runtime ")


def test_words():
    """Durations, addresses and flat plans as they are written."""
    assert [seconds(each) for each in ("90", "30s", "15m", "1h", "1.5d")] == [90, 30, 900, 3600, 129_600]
    assert [address(each) for each in ("127.0.0.1:1", "[::1]:2")] == [("127.0.0.1", 1), ("::1", 2)]
    assert flat("a=b=100/year") == ("a=b", Plan(kind="flat", usd=100, period="year"))
