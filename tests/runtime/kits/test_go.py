"""The page for components in Go: its table is what the kit sends, and its code sends the same."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest
import yaml
from obsgen_runtime.kits.projects import key_variables, project_backend
from obsgen_runtime.kits.sessions import SessionKit, lifecycle_ids
from obsgen_runtime.testing import RecordingServer
from prometheus_client import CollectorRegistry, generate_latest

from tests import tools
from tests.runtime.kits import live
from tests.test_readme import run

PAGE = tools.CHECKOUT / "docs" / "runtime" / "go.md"
COMPONENT = tools.CHECKOUT / "runtime" / "examples" / "session_runner" / "go"
SESSIONS = tools.CHECKOUT / "docs" / "runtime" / "sessions.md"
KEYS = ("pk-lf-go", "sk-lf-go-0123456789abcdef")
PHASES = ("Creating", "Running", "Failed")
LIFECYCLE = "agentic-session-lifecycle"
TURN = "agentic-session"
METRICS = (
    "platform_job_creations_total",
    "platform_session_phase_transitions_total",
    "platform_session_phase_duration_seconds",
)


def block(language):
    """Return the one block of code of that language on the page."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return found


@pytest.fixture(scope="module")
def platform():
    """Return the module that is generated for the platform."""
    sys.path.insert(0, str(live.GENERATED / "python"))
    try:
        import platform_metrics
    finally:
        sys.path.pop(0)
    return platform_metrics


@pytest.fixture(scope="module")
def python(platform):
    """Return the spans of a failed session by name, and the metrics, as the kit for Python sends them."""
    registry = CollectorRegistry()
    with RecordingServer() as server:
        environment = {"LANGFUSE_BASE_URL": server.url, **dict(zip(key_variables("project-foo"), KEYS, strict=True))}
        backend = project_backend(
            ["project-foo"], service_name="platform", environment=environment, registry=registry
        )  # fmt: skip
        kit = SessionKit(platform.PlatformMetrics(registry), backend=backend, lifecycle=True, registry=registry)
        session = kit.session(
            "session-1", namespace="project-foo", project="project-foo", user="ada", timeout=300, interactive=True
        )
        kit.job("created")
        session.change("Creating")
        with session.turn("x") as turn:
            turn.answer("done")
            turn.failed("max_turns")
        session.change("Failed")
        assert kit.close(10)
        backend.shutdown()
        return {one.name: one for one in server.spans}, generate_latest(registry).decode()


def table():
    """Return the rows of the table of attributes: name, type, and when each of the two spans has it."""
    rows = re.findall(r"^\| `([\w.]+)` \| ([\w ]+) \| ([\w -]+) \| ([\w -]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(rows) > 20
    return rows


@pytest.mark.parametrize(("column", "name"), [(2, LIFECYCLE), (3, TURN)])
def test_the_table_is_what_the_kit_sends(python, column, name):
    """The page lists exactly the attributes of the decoded spans of the kit, with their types."""
    types = {"string": str, "bool": bool, "number": int, "string array": list}
    attributes = python[0][name].attributes
    listed = {row[0]: types[row[1]] for row in table() if row[column] != "-"}
    assert listed == {key: type(value) for key, value in attributes.items()}


def test_ids_on_the_page():
    """The example of the derivation is right."""
    trace_id, span_id = lifecycle_ids("project-foo", "session-1")
    text = PAGE.read_text(encoding="utf-8")
    assert f"`{trace_id}`" in text
    assert f"`{span_id}`" in text


def test_the_code_on_the_page_is_the_component():
    """The page shows the program that the tests run."""
    assert block("go") == (COMPONENT / "main.go").read_text(encoding="utf-8")


def test_manifests_hold_no_secret():
    """Both sources of variables are optional, and the Secret has no values."""
    config, secret, job = yaml.safe_load_all(block("yaml"))
    assert (config["kind"], secret["kind"], job["kind"]) == ("ConfigMap", "Secret", "Job")
    assert not {"data", "stringData"} & set(secret)
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert [next(iter(one.values())) for one in container["envFrom"]] == [
        {"name": "langfuse-config", "optional": True}, {"name": "langfuse-keys", "optional": True},
    ]  # fmt: skip
    assert {one["metadata"]["namespace"] for one in (config, secret, job)} == {"project-foo"}


SESSION_BLOCKS = re.findall(r"^```python\n(.*?)^```$", SESSIONS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", SESSION_BLOCKS, ids=["sessions", "projects"])
def test_the_page_of_sessions_runs(code, tmp_path):
    """Every block of Python on the page runs on its own."""
    run(code, tmp_path)


@pytest.fixture(scope="module")
def binary(tmp_path_factory):
    """
    Return the component, built.

    Set-up installs no Go, so that it stays quick: where Go or its modules cannot be had, these tests are skipped.
    """
    go = shutil.which("go")
    if go is None:
        pytest.skip("no Go on this machine: the component is not built")
    made = tmp_path_factory.mktemp("go") / "component"
    environment = {**os.environ, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local"}
    modules = subprocess.run(
        [go, "list", "-deps", "."], cwd=COMPONENT, env=environment, capture_output=True, check=False
    )
    if modules.returncode:
        pytest.skip("the modules of Go cannot be had: the component is not built")
    built = subprocess.run(
        [go, "build", "-ldflags=-s -w", "-o", made, "."],
        cwd=COMPONENT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return made


@pytest.fixture(scope="module")
def component(binary):
    """Return the spans and the metrics of the component in Go, run with the environment of the page."""
    port = live.free_port()
    with RecordingServer() as server:
        keys = base64.b64encode(":".join(KEYS).encode()).decode()
        environment = {
            "PATH": os.environ["PATH"],
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": server.traces_url,
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS": f"Authorization=Basic%20{keys},x-langfuse-ingestion-version=4",
            "METRICS_ADDRESS": f"127.0.0.1:{port}",
        }
        process = subprocess.Popen([binary], env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("serving")
            yield server.wait_for(1), page(port)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def page(port):
    """Return what the component serves."""
    for _ in range(50):
        try:
            with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                return answer.read().decode()
        except URLError:
            time.sleep(0.1)
    raise TimeoutError("the component serves nothing")


def test_go_sends_the_same_span(python, component):
    """Name, ids, attributes, status and events of the lifecycle are those of the kit for Python."""
    ours = python[0][LIFECYCLE]
    (theirs,) = component[0]
    for one in ("name", "trace_id", "parent_id", "status", "message", "attributes"):
        assert getattr(theirs, one) == getattr(ours, one), one
    for one in (ours, theirs):
        assert [(event.name, event.attributes["to"]) for event in one.events] == [("phase", to) for to in PHASES]
    for header in ("authorization", "x-langfuse-ingestion-version", "content-type"):
        assert theirs.headers[header] == ours.headers[header]


def test_go_has_the_catalogs_metrics(python, component, read_exposition):
    """Names, types, help, labels and buckets of the component's metrics are those that are generated for Python."""
    ours, theirs = read_exposition(python[1]), read_exposition(component[1])
    for name in METRICS:
        family = name.removesuffix("_total")
        assert theirs.families[family] == ours.families[family]
        for text in (f"# HELP {name} ",):
            assert line(component[1], text) == line(python[1], text)
    for name in (*METRICS[:2], f"{METRICS[2]}_bucket"):
        ours_labels, theirs_labels = ours.labels(name), theirs.labels(name)
        assert {tuple(sorted(one)) for one in theirs_labels} == {tuple(sorted(one)) for one in ours_labels}
        assert {bucket(one) for one in theirs_labels} == {bucket(one) for one in ours_labels}
    assert theirs.value("platform_job_creations_total", result="created") == 1
    for pair in (("none", "Pending"), ("Pending", "Creating"), ("Creating", "Running"), ("Running", "Failed")):
        labels = dict(zip(("from_phase", "to_phase"), pair, strict=True))
        counts = [one.value("platform_session_phase_transitions_total", **labels) for one in (ours, theirs)]
        assert counts == [1, 1]


def line(text, start):
    """Return the one line that begins so."""
    (found,) = (one for one in text.splitlines() if one.startswith(start))
    return found


def bucket(labels):
    """Return the upper bound of a bucket as a number, None for a series that is none."""
    return float(labels["le"]) if "le" in labels else None
