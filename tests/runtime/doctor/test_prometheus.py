"""What the doctor says of a Prometheus server: of answers in each shape, and of a real one."""

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from obsgen_runtime.doctor.catalog import load_catalog
from obsgen_runtime.doctor.prometheus_checks import alerts_of, judge_alerts, judge_managers, judge_targets
from obsgen_runtime.testing import RecordingServer

from tests import tools
from tests.runtime.conftest import SAMPLES

PAGE = "http://127.0.0.1:9464/metrics"
RULES = tools.CHECKOUT / "generated" / "prometheus" / "rules"
MOUNT = (
    "Name the generated files in `rule_files` of the server's configuration, mount them if it runs in a container, and "
    "reload it."
)


@pytest.fixture
def catalog(monkeypatch):
    monkeypatch.syspath_prepend(str(SAMPLES))
    return load_catalog(["hypertool_metrics"])


def target(**changes):
    return {"activeTargets": [{"scrapeUrl": PAGE, "health": "up", "labels": {"job": "hypertool"}, **changes}]}


def rules(*alerts):
    return {"groups": [{"rules": [{"type": "alerting", "health": "ok", **alert} for alert in alerts]}]}


OURS = {"name": "A", "query": "sum(rate(hypertool_persona_switches_total[5m])) > 10"}


@pytest.mark.parametrize(
    ("data", "status", "said", "advice"),
    [
        (target(), "ok", "job hypertool is up", ""),
        (target(scrapeUrl="http://host.docker.internal:9464/metrics"), "ok", "job hypertool is up", ""),
        (target(health="down", lastError="connection refused"), "failed", "the last scrape failed: connection refused",
         "The server cannot read the page from where it stands: check the address in its target, and who may connect to "
         "the port."),
        *(
            (data, "failed", "no job of the server scrapes this page",
             "Load the generated prometheus.yml, or add the scrape job it has; then reload the server. A server in a "
             "container does not reach 127.0.0.1 of its host.")
            for data in (target(scrapeUrl="http://127.0.0.1:9465/metrics"), target(scrapeUrl="http://[:x"), {}, [], None)
        ),
    ],
)  # fmt: skip
def test_targets(data, status, said, advice):
    """The page is scraped if one target has its port and path, and is up."""
    found = judge_targets(data, PAGE)
    assert (found.status, found.said, found.advice) == (status, said, advice)


@pytest.mark.parametrize(
    ("data", "wanted", "status", "said", "advice"),
    [
        (rules(OURS), (), "ok", "1 alerts are loaded", ""),
        (rules(OURS), ("A",), "ok", "1 alerts are loaded", ""),
        (rules(OURS), ("A", "B"), "failed", "1 of 2 alerts are not loaded: B", MOUNT),
        (rules({"name": "X", "query": "up == 0"}), (), "failed", "no alert of the server reads a metric of the catalog",
         "Name the generated files in `rule_files` of the server's configuration, and reload it."),
        (rules({**OURS, "health": "err", "lastError": "vector contains metrics"}), (), "failed",
         "A cannot be evaluated: vector contains metrics", "Run `obsgen check`, then load what `obsgen build` writes."),
        ({"groups": "none"}, ("A",), "failed", "1 of 1 alerts are not loaded: A", MOUNT),
    ],
)  # fmt: skip
def test_alerts(catalog, data, wanted, status, said, advice):
    """Alerts that were named have to be there; otherwise at least one that reads the catalog."""
    found = judge_alerts(data, catalog, frozenset(wanted))
    assert (found.status, found.said, found.advice) == (status, said, advice)


def test_managers():
    """Without an Alertmanager alerts fire and nobody gets them."""
    assert judge_managers({"activeAlertmanagers": [{"url": "http://x"}]}).status == "ok"
    found = judge_managers({"activeAlertmanagers": []})
    assert (found.status, found.said) == ("warning", "no Alertmanager is connected")
    assert found.advice == "Alerts fire and nobody gets them: add `alerting` to the server's configuration."


def test_names_of_generated_alerts():
    """All alerts of the generated files are found, in one file and in the folder."""
    assert "WorkflowStageSlow" in alerts_of(RULES / "hypertool.yml")
    assert len(alerts_of(RULES)) == sum(file.read_text("utf-8").count("- alert: ") for file in RULES.glob("*.yml"))
    with pytest.raises(ValueError, match=r"no alert in .*: name the folder"):
        alerts_of(tools.CHECKOUT / "README.md")


def test_another_server(doctor, live):
    """A server that is no Prometheus, or none, is said to be so."""
    with RecordingServer() as server:
        _, results, _ = doctor("--url", live, "--no-langfuse", "--prometheus", server.url)
        assert results["scraped"]["said"] == f"{server.url}: this is not Prometheus (HTTP 200)"
    code, results, _ = doctor("--url", live, "--no-langfuse", "--prometheus", server.url)
    assert code == 1
    assert results["scraped"]["said"] == f"{server.url}: cannot connect: Connection refused"
    assert results["scraped"]["advice"] == "Is --prometheus the address of the server, with its path if it has one?"
    assert results["alerts-loaded"]["status"] == "skipped"


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="needs the program prometheus")
def test_a_real_one(doctor, live, tmp_path):
    """A server with the generated rules that scrapes the page passes; that nobody gets its alerts is a warning."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    (tmp_path / "prometheus.yml").write_text(
        f"rule_files: ['{RULES}/*.yml']\nscrape_configs:\n- job_name: hypertool\n  scrape_interval: 1s\n"
        f"  scrape_timeout: 1s\n  static_configs: [{{targets: ['{live.split('/')[2]}']}}]\n"
    )
    arguments = [f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data"]
    command = ["prometheus", *arguments, f"--web.listen-address={address}"]
    with subprocess.Popen(command, stdout=-3, stderr=-3) as server:
        try:
            wait_until_scraped(address)
            asked = ("--url", live, "--no-langfuse", "--prometheus", f"http://{address}", "--rules", str(RULES))
            code, results, _ = doctor(*asked)
        finally:
            server.terminate()
    assert code == 0
    assert results["scraped"]["said"] == "job hypertool is up"
    assert results["alerts-loaded"]["said"] == f"{len(alerts_of(RULES))} alerts are loaded"
    assert results["alerts-sent"]["status"] == "warning"


def wait_until_scraped(address):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://{address}/api/v1/targets", timeout=2) as answer:
                if b'"health":"up"' in answer.read():
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.05)
    raise TimeoutError("the server did not scrape within 30 s")
