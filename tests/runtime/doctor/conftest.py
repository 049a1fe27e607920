"""The doctor in this process, with an environment of its own, and what it said."""

from __future__ import annotations

import json
import os

import pytest
from obsgen_runtime.doctor import run

from tests.runtime.doctor.served import process

_FOREIGN = (
    "LANGFUSE_",
    "OTEL_",
    "OBSGEN_",
    "SERVICE_NAME",
    "PROMETHEUS_MULTIPROC",
    "prometheus_multiproc",
    "HTTP_PROXY",
)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith(_FOREIGN) and name != "OBSGEN_CORPUS":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def live(child_environment):
    """Give the URL of a process that serves the sample collectors, and has recorded something."""
    with process(child_environment, "metrics.hypertool_persona_switches_total.inc(**{n.name: (n.values or ('x',))[0]"
                 " for n in metrics.hypertool_persona_switches_total.descriptor.labels})") as url:  # fmt: skip
        yield url


@pytest.fixture
def doctor(capsys):
    """Run the doctor; gives its exit code, its results by name, and all it printed."""

    def examine(*arguments):
        code = run(["--format", "json", *arguments])
        printed = capsys.readouterr()
        assert printed.err == ""
        document = json.loads(printed.out)
        assert document["exit_code"] == code
        results = {each["name"]: each for each in document["results"]}
        assert len(results) == len(document["results"])
        return code, results, printed.out

    return examine
