"""From files to one catalog."""

import random
import textwrap
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obsgen.diagnostics import Diagnostic
from obsgen.load import load_texts
from obsgen.source import nodes
from obsgen.spec.catalog import Linked, link
from obsgen.spec.decode import decode
from obsgen.spec.document import SpecFile
from obsgen.spec.model import Catalog
from tests.bakery import besides
from tests.strategies import catalog_documents, yaml_text

SHARED = {"obsgen": 1, "shared": True, "severities": {"warning": {"means": "Today.", "respond_in": "1d"}}}


def spec_files(*documents: dict[str, Any]) -> list[SpecFile]:
    """Return the decoded files, each of them well formed, in this order of their paths."""
    files = []
    for number, document in enumerate(documents):
        root = nodes.parse(yaml_text(document), f"specs/{number}.yaml").root
        assert root is not None
        file, problems = decode(root)
        assert problems == ()
        assert file is not None
        files.append(file)
    return files


def linked(*documents: dict[str, Any]) -> Linked:
    """Return what the files make together."""
    return link(spec_files(*documents))


def catalog(*documents: dict[str, Any]) -> Catalog:
    """Return the catalog of files without problems."""
    found = linked(*documents)
    assert found.diagnostics == ()
    return found.catalog


def codes(problems: tuple[Diagnostic, ...]) -> list[str]:
    """Return the codes of *problems*."""
    return [one.code for one in problems]


def service(name: str = "bakery", **parts: Any) -> dict[str, Any]:
    """Return a file of a service."""
    return {"obsgen": 1, "service": name, **parts}


@given(catalog_documents(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_files_does_not_matter(documents: dict[str, Any], chance: random.Random) -> None:
    """The same files in another order are the same catalog with the same findings."""
    texts = {f"specs/{name}.yaml": yaml_text(document) for name, document in documents.items()}
    shuffled = dict(chance.sample(list(texts.items()), len(texts)))
    first, second = load_texts(texts), load_texts(shuffled)
    assert (first.catalog, first.diagnostics) == (second.catalog, second.diagnostics)


@given(catalog_documents(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_splitting_does_not_matter(documents: dict[str, Any], chance: random.Random) -> None:
    """However a service is split into files, under whatever names, the catalog is the same."""
    pieces: list[dict[str, Any]] = []
    for document in documents.values():
        head = {key: document[key] for key in ("obsgen", "service", "shared", "owner") if key in document}
        for part, entries in document.items():
            if part in ("scrape", "send", "prices"):
                pieces.append({**head, part: entries})
            elif part not in head:
                pieces += [{**head, part: {name: entry}} for name, entry in entries.items()]
        pieces.append(head)
    chance.shuffle(pieces)
    assert catalog(*pieces) == catalog(*documents.values())


def test_an_empty_catalog() -> None:
    """No files are an empty catalog, and a file may say nothing."""
    assert catalog().services == ()
    assert catalog(SHARED).services == ()
    assert [one.name for one in catalog(service()).services] == ["bakery"]


def test_labels_are_known_within_their_service() -> None:
    """A service sees the labels of the shared files and its own, which come first; not those of another service."""
    metrics = {"a_total": {"counter": "A.", "labels": ["bread"]}}
    own = service(labels={"bread": {"help": "Own.", "values": ["rye"]}}, metrics=metrics)
    shared = {**SHARED, "labels": {"bread": {"help": "Shared.", "at_most": 3}}}
    mill = service("mill", metrics={"m_total": {"counter": "M.", "labels": ["bread"]}})
    found = catalog(shared, own, mill)
    assert found.metrics["a_total"].labels[0].values == ("rye",)
    assert found.metrics["m_total"].labels[0].help == "Shared."
    assert codes(linked(SHARED, own, mill).diagnostics) == ["catalog/unknown-label"]


def test_owners_are_inherited() -> None:
    """What a metric or alert says about its owner counts before its file, and the file before the service's other files."""
    alert = {"when": {"down": True}, "severity": "warning", "summary": "S.", "impact": "I.", "mitigation": "M."}
    found = catalog(
        SHARED,
        service(owner="first", metrics={"a_total": {"counter": "A."}}),
        service(owner="second", metrics={"b_total": {"counter": "B.", "owner": "own"}}, alerts={"A": alert}),
        service(metrics={"c_total": {"counter": "C."}}, alerts={"B": {**alert, "owner": "own"}}),
    )
    assert {name: metric.owner for name, metric in found.metrics.items()} == {
        "a_total": "first",
        "b_total": "own",
        "c_total": "first",
    }
    assert {one.name: one.owner for one in found.alerts} == {"A": "second", "B": "own"}
    assert found.services[0].owner == "first"


def test_paths_decide_and_not_the_order_of_reading() -> None:
    """Where two files disagree, the one whose path comes first counts, in whatever order they are read."""
    bread = {"bread": {"help": "B.", "at_most": 3}}
    files = spec_files(service(owner="first", labels=bread), service(owner="second", labels=bread))
    forwards, backwards = link(files), link(reversed(files))
    assert forwards == backwards
    assert forwards.catalog.services[0].owner == "first"
    assert forwards.diagnostics[0].primary.span.path == "specs/1.yaml"


def test_names_may_repeat_in_another_service() -> None:
    """Labels, dashboards and workspaces are known within their service only."""
    dashboards = {"shop": {"title": "T", "rows": {"one": {"title": "O", "panels": {"p": {"text": "T", "body": "B"}}}}}}
    parts = {
        "labels": {"bread": {"help": "B.", "at_most": 3}},
        "dashboards": dashboards,
        "workspaces": {"main": {"port": 1}},
    }
    assert len(catalog(service("a", **parts), service("b", **parts)).services) == 2


def test_defaults() -> None:
    """What is left out has the value an expert would choose."""
    found = catalog(
        service(
            scrape={"job": "bakery"},
            metrics={"a_seconds": {"gauge": "A."}, "b_ratio": {"gauge": "B."}, "c_bytes_total": {"counter": "C."}},
        )
    )
    scrape = found.services[0].scrape
    assert scrape is not None
    assert (str(scrape.every), str(scrape.timeout), scrape.path, scrape.host, scrape.sample_limit) == (
        "15s",
        "10s",
        "/metrics",
        "127.0.0.1",
        0,
    )
    assert {name: (one.unit, one.low, one.high) for name, one in found.metrics.items()} == {
        "a_seconds": ("seconds", None, None), "b_ratio": ("ratio", 0.0, 1.0), "c_bytes_total": ("bytes", None, None),
    }  # fmt: skip


def test_a_short_interval_shortens_the_timeout() -> None:
    """A scrape never waits longer than until the next one."""
    scrape = catalog(service(scrape={"job": "bakery", "every": "5s"})).services[0].scrape
    assert scrape is not None
    assert str(scrape.timeout) == "5s"


def test_uses_of_labels() -> None:
    """A label's values come from its kind, `or` adds to them, data become values of info metrics."""
    labels = {
        "oven": {"help": "O.", "values": {"stone": {"slots": 60}, "steel": {"slots": 40.5}, "gas": {"slots": 60}}}
    }
    metrics = {
        "moves_total": {
            "counter": "M.",
            "labels": {"from_oven": {"values_of": "oven", "or": ["cellar", "gas"]}, "oven": {}},
        },
        "oven_info": {"info": "O.", "labels": {"oven": {}, "slots": {"value_of": "oven.slots"}}},
        "slots": {"gauge": "S.", "labels": ["oven"], "starts_at": {"value_of": "oven.slots"}},
    }
    found = catalog(service(labels=labels, metrics=metrics)).metrics
    assert [(label.name, label.kind, label.values) for label in found["moves_total"].labels] == [
        ("from_oven", "oven", ("stone", "steel", "gas", "cellar")), ("oven", "oven", ("stone", "steel", "gas")),
    ]  # fmt: skip
    derived = found["oven_info"].labels[1]
    assert (derived.kind, derived.values, derived.example, derived.help) == (
        "",
        ("60", "40.5"),
        "60",
        "`slots` of the oven.",
    )
    assert found["slots"].starts_at == derived.derived


def test_what_leads_nowhere_is_left_out() -> None:
    """The catalog goes on without a label and a destination that do not exist; an alert of no severity stays known."""
    alert = {"when": {"down": True}, "severity": "x", "summary": "S.", "impact": "I.", "mitigation": "M."}
    found = linked(
        service(metrics={"a_total": {"counter": "A.", "labels": ["x"]}}, alerts={"A": alert}, send={"metrics": ["x"]})
    )
    (only,) = found.catalog.services
    assert (only.metrics[0].labels, only.metrics_to) == ((), ())
    assert [alert.name for alert in only.alerts] == ["A"]
    assert sorted(codes(found.diagnostics)) == [
        "catalog/unknown-destination",
        "catalog/unknown-label",
        "catalog/unknown-severity",
    ]


def test_findings_of_one_file_do_not_hide_those_of_another() -> None:
    """Every file is read to its end, and files that cannot be read do not make references into them wrong."""
    texts = {
        "specs/a.yaml": "obsgen: 1\nservice: a\nmetrics:\n  a_total: {countr: A.}\n",
        "specs/b.yaml": "obsgen: 1\nservice: a\nalerts:\n  A: {when: {rate: a_total, over: 5m, above: 1}, severity: x, for: 5}\n",
        "specs/c.yaml": "obsgen: 1\nshared: true\nseverities: {x: {means: M}}\n",
    }
    found = [(one.primary.span.path[6], one.code) for one in load_texts(texts).diagnostics]
    assert found == [
        ("a", "spec/unknown-key"),
        ("b", "spec/missing-key"), ("b", "spec/missing-key"), ("b", "spec/missing-key"), ("b", "spec/wrong-type"),
        ("c", "spec/missing-key"),
    ]  # fmt: skip


def test_duplicates_of_three() -> None:
    """Each further definition of a name is a finding of its own that shows the first."""
    text = textwrap.dedent("obsgen: 1\nservice: a\nlabels: {x: {help: X., at_most: 1}}\n")
    found = besides(load_texts({f"specs/{name}.yaml": text for name in "abc"}).diagnostics)
    assert [(one.primary.span.path, one.secondary[0].span.path) for one in found] == [
        ("specs/b.yaml", "specs/a.yaml"), ("specs/c.yaml", "specs/a.yaml"),
    ]  # fmt: skip
