"""The pipeline of a catalog in Alloy's language: canonical, without secrets, and nothing passes that is not catalogued."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obsgen.plan.scraping import SCRAPE_SERIES, scrape_jobs
from obsgen.spec.values import LINE
from obsgen.targets.alloy import TARGET
from obsgen.targets.alloy.parser import parse
from obsgen.targets.alloy.printer import print_file
from obsgen.targets.alloy.render import PATH
from obsgen.targets.alloy.syntax import Attribute, Block, Call, String, walk
from obsgen.targets.base import Options
from tests.emit.hostile import TEXT
from tests.golden import compare_tree
from tests.plan.catalogs import catalog
from tests.shipped import shipped
from tests.targets.alloy.test_oracle import oracle  # noqa: F401 - a fixture

LIBRARY = {
    "obsgen": 1,
    "service": "lib",
    "metrics": {"lib_calls_total": {"counter": "Calls."}, "lib_wait_seconds": {"histogram": "Wait.", "buckets": [1]}},
}
FAR = {
    "obsgen": 1,
    "service": "far-away",
    "metrics": {"far_calls_total": {"counter": "Calls."}},
    "scrape": {
        "job": "far-away-job",
        "every": "1m30s",
        "timeout": "20s",
        "path": "/m/x",
        "host": "far.internal",
        "sample_limit": 900,
    },
    "workspaces": {"main": {"port": 1}, "second-one": {"port": 65535, "service_name": 'quote " and \\ back'}},
    "send": {"metrics": ["store"]},
}
TWICE = {"metrics": ["store", "copy"]}


def files(found):
    """Return path -> text."""
    return {one.path: one.text for one in TARGET.render(found, Options())}


def blocks(text, name):
    """Return the blocks called *name* of a configuration."""
    return [node for node in walk(parse(text)) if isinstance(node, Block) and node.name == name]


def attribute(block, name):
    """Return the value of an attribute of *block*."""
    return next(part.value for part in block.body if isinstance(part, Attribute) and part.name == name)


def test_golden(update_golden):
    """Two services, a library and two destinations give exactly the files in `golden/`."""
    compare_tree(files(catalog(LIBRARY, FAR, send=TWICE)), Path(__file__).parent / "golden", update_golden)


def test_canonical(oracle):  # noqa: F811
    """`alloy fmt` leaves the configuration unchanged."""
    for found in (catalog(LIBRARY, FAR, send=TWICE), shipped()):
        text = files(found)[PATH]
        (verdict,) = oracle.judge([text])
        assert (verdict["error"], verdict["formatted"]) == ("", text)
        assert print_file(parse(text)) == text


@given(st.lists(TEXT.filter(lambda text: re.fullmatch(LINE.pattern, text) is not None), min_size=5, max_size=20))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_hostile_names(oracle, names):  # noqa: F811
    """Whatever a workspace calls its service is one string for Alloy, with the same value."""
    workspaces = {f"w{number}": {"port": 1 + number, "service_name": name} for number, name in enumerate(names)}
    text = files(catalog(workspaces=workspaces, send=TWICE))[PATH]
    (verdict,) = oracle.judge([text])
    assert (verdict["error"], verdict["formatted"]) == ("", text)
    ours = [node.value for node in walk(parse(text)) if isinstance(node, String)]
    assert verdict["strings"] == ours
    assert Counter(names) <= Counter(ours)


def test_no_secrets():
    """Addresses, users and passwords are read from the environment, and nothing stands beside the names."""
    found = files(catalog(FAR, send=TWICE))
    writes = blocks(found[PATH], "prometheus.remote_write")
    assert [write.label for write in writes] == ["copy", "store"]
    calls = [node for write in writes for node in walk(write) if isinstance(node, Call)]
    read = [call.args[0].value for call in calls]
    assert read == ["COPY_URL", "STORE_URL", "STORE_USER", "STORE_KEY"]
    strings = [node.value for write in writes for node in walk(write) if isinstance(node, String)]
    assert strings == read, "every string of a remote write is the name of a variable"
    values = [line for line in found["alloy/alloy.env.example"].splitlines() if line and not line.startswith("#")]
    assert values == ["COPY_URL=", "STORE_URL=", "STORE_USER=", "STORE_KEY="]


def keeps(text):
    """Return a function that says which series pass the relabelling of each job."""
    patterns = {}
    for block in blocks(text, "prometheus.relabel"):
        (rule,) = (part for part in block.body if isinstance(part, Block))
        assert attribute(rule, "action").value == "keep"
        assert [item.value for item in attribute(rule, "source_labels").elements] == ["__name__"]
        # Prometheus and Alloy anchor the expression at both ends.
        patterns[block.label] = re.compile(attribute(rule, "regex").value)
    return {label: lambda name, found=pattern: found.fullmatch(name) is not None for label, pattern in patterns.items()}


def test_only_catalogued_series_pass():
    """Each series of the service and of libraries passes, those of other services do not."""
    found = catalog(LIBRARY, FAR, send=TWICE)
    passes = keeps(files(found)[PATH])
    everything = {*SCRAPE_SERIES, *found.series}
    for job in scrape_jobs(found):
        label = job.service.replace("-", "_")
        expected = {*SCRAPE_SERIES, *job.series}
        assert {name for name in everything if passes[label](name)} == expected
        assert "lib_wait_seconds_bucket" in expected


@pytest.fixture(scope="module")
def passed():
    """Return what says whether a series of the first shipped job passes, and the series that shall."""
    (job, *_) = scrape_jobs(shipped())
    assert job.series
    return keeps(files(shipped())[PATH])["hypertool"], {*SCRAPE_SERIES, *job.series}


@given(st.data())
@settings(deadline=None)
def test_nothing_else_passes(passed, data):
    """A name with a letter more or less, or with something around it, stays on the host."""
    passes, known = passed
    name = data.draw(st.sampled_from(sorted(known)))
    cut = data.draw(st.integers(0, len(name)))
    extra = data.draw(st.sampled_from(["", "_created", "|", "x", "\n", "_total"]))
    other = data.draw(
        st.sampled_from([name[:cut] + extra, extra + name[cut:], name[:cut] + extra + name[cut:], name + extra])
    )
    assert passes(other) == (other in known)


def test_no_created_series():
    """`_created` series double the number of series and say nothing that the catalog knows."""
    assert "_created" not in files(catalog(LIBRARY, send=TWICE))[PATH]


def test_the_job_name_is_written():
    """Alloy's default would be the name of the component."""
    scrapes = blocks(files(catalog(FAR, send=TWICE))[PATH], "prometheus.scrape")
    assert [attribute(block, "job_name").value for block in scrapes] == ["far-away-job", "shop"]


def test_nothing_is_sent_nothing_is_written():
    """Without a destination there is no pipeline."""
    assert files(catalog(LIBRARY)) == {}
