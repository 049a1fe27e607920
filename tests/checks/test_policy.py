"""What a project agreed on: `policy/*`, in the catalog and in rule files, and nothing where nothing is set."""

from collections.abc import Mapping
from typing import Any

import pytest

from obsgen import checks
from obsgen.load import load_texts
from obsgen.report.text import render
from obsgen.settings import Policy, Settings
from tests import foreign
from tests.bakery import METRICS, alert, marked, panel
from tests.planted import in_alerts, in_panels, in_records, recorded

CHECKS = {check.code: check for check in checks.CHECKS}
LOW = "{value: bakery_flour_remaining, below: 5}"


def agreed(texts: Mapping[str, str], **policy: Any) -> list[tuple[str, str]]:
    """Return the rest of the code and the words of each finding about the policy."""
    loaded = load_texts(texts, settings=Settings(policy=Policy(**policy)))
    places = [(one.code, marked(loaded.sources, one.primary.span)) for one in loaded.diagnostics]
    return [(code.removeprefix("policy/"), word) for code, word in places if code.startswith("policy/")]


def in_files(code: str, rule: str, **policy: Any) -> list[str]:
    """Return the words of each finding of one check in a rule file."""
    return foreign.words(CHECKS[code], foreign.rules(rule), settings=Settings(policy=Policy(**policy)))


def test_nothing_agreed() -> None:
    """Without a policy there is nothing to break."""
    assert agreed({**alert(LOW, "odd_name"), "specs/records.yaml": recorded("a:b:c", "sum(up)")}) == []


@pytest.mark.parametrize(
    ("policy", "code", "word"),
    [
        ({"alert_name": "Bakery"}, "alert-name", "BakeryUnwell"),
        ({"alert_name": "bakery.*"}, "alert-name", "BakeryUnwell"),
        ({"alert_name": "Bakery[A-Z].*"}, "", ""),
        ({"for_at_least": 601.0}, "for", "10m"),
        ({"for_at_most": 599.0}, "for", "10m"),
        ({"for_at_least": 600.0, "for_at_most": 600.0}, "", ""),
        ({"required_annotations": {"summary": "The .*!"}}, "annotation", "The bakery is unwell"),
        ({"required_annotations": {"summary": "The .*", "description": "x", "runbook": "x"}}, "", ""),
        ({"required_annotations": {"runbook_url": "x"}}, "annotation", "BakeryUnwell"),
        ({"required_annotations": {"dashboard": ".+"}}, "annotation", "BakeryUnwell"),
        ({"forbidden_annotations": {"sum.*": ".*unwell"}}, "annotation", "The bakery is unwell"),
        ({"forbidden_annotations": {"runbook.*": ".*"}}, "annotation", "BakeryUnwell"),
        ({"forbidden_annotations": {"sum.*": "unwell", "runbook.*": "http://.*"}}, "", ""),
        ({"required_labels": {"severity": "page|ticket"}}, "label", "warning"),
        ({"required_labels": {"owner": "till"}}, "", ""),
        ({"required_labels": {"team": ".+"}}, "label", "BakeryUnwell"),
        ({"forbidden_labels": {"severity": "warn.*"}}, "label", "warning"),
        ({"forbidden_labels": {"sever": ".*", "service": "till"}}, "", ""),
        ({"owner_required": True}, "", ""),
    ],
)  # fmt: skip
def test_alerts_of_the_catalog(policy: Mapping[str, Any], code: str, word: str) -> None:
    """Each setting is held against what obsgen writes into the rule, and points at what decides it."""
    texts = {**alert(LOW), "specs/metrics.yaml": METRICS.replace("owner: ovens", "owner: till")}
    assert agreed(texts, **policy) == ([(code, word)] if code else [])


def test_owner() -> None:
    """An owner of the file or of the alert will do."""
    nobody = {**alert(LOW), "specs/metrics.yaml": METRICS.replace("owner: ovens\n", "")}
    assert agreed(nobody, owner_required=True) == [("owner", "BakeryUnwell")]
    own = nobody["specs/alerts.yaml"] + "    owner: till\n"
    assert agreed({**nobody, "specs/alerts.yaml": own}, owner_required=True) == []
    wrong = agreed({**nobody, "specs/alerts.yaml": own}, required_labels={"owner": "ovens"})
    assert wrong == [("label", "till")]


def test_records() -> None:
    """Names of recorded series are looked at, those of alerts are another matter."""
    texts = {**alert(LOW), "specs/records.yaml": recorded("kind:bakery:sum", "sum by (kind) (bakery_flour_remaining)")}
    assert agreed(texts, record_name="job:.*") == [("record-name", '"kind:bakery:sum"')]
    assert agreed(texts, record_name="(job|kind):.*") == []


FLOUR = "bakery_flour_remaining"
MATCHERS = {"bakery_flour_.*": ("kind",)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{FLOUR} > 5", [FLOUR]),
        (f'{FLOUR}{{kind=~".*"}} > 5', [FLOUR]),
        (f'up == 0 or sum({FLOUR}{{oven="north"}}) > 5', [FLOUR]),
        (f'{FLOUR}{{kind="rye"}} > 5', []),
        (f'{FLOUR}{{kind!~"r.*"}} > 5', []),
        ("sum(rate(bakery_orders_total[5m])) > 5", []),
    ],
)
def test_matchers(text: str, words: list[str]) -> None:
    """A selector of the series has to name the label, wherever the query stands."""
    for texts in (*in_alerts(text), *in_records(text), *in_panels(text)):
        assert agreed(texts, required_matchers=MATCHERS) == [("matcher", word) for word in words]


def test_matchers_of_shapes() -> None:
    """A shape is a query like any other, and the filter of a dashboard is a matcher."""
    assert agreed(panel(f"{{value: {FLOUR}}}"), required_matchers=MATCHERS) == [("matcher", FLOUR)]
    assert agreed(panel(f"{{value: {FLOUR}, where: {{kind: rye}}}}"), required_matchers=MATCHERS) == []
    assert agreed(panel(f"{{value: {FLOUR}}}", filter_by="[kind]"), required_matchers=MATCHERS) == []


KEEP = {"keep_labels": {"bakery_.*": ("kind",)}}
STRIP = {"strip_labels": {"bakery_.*": ("instance",)}}


@pytest.mark.parametrize(
    ("policy", "text", "words"),
    [
        (KEEP, "sum(rate(bakery_orders_total[5m])) > 5", ["sum"]),
        (KEEP, "up == 0 or max(sum by (result) (rate(bakery_orders_total[5m]))) > 5", ["sum"]),
        (KEEP, "sum without (kind) (rate(bakery_orders_total[5m])) > 5", ["kind"]),
        (KEEP, "sum by (kind) (rate(bakery_orders_total[5m])) > 5", []),
        (KEEP, "topk(3, bakery_flour_remaining) > 5", []),
        (KEEP, "count(up) > 5", []),
        (KEEP, "max(bakery_oven_info) > 0", []),
        (STRIP, "sum without (kind) (rate(bakery_orders_total[5m])) > 5", ["sum"]),
        (STRIP, "sum by (kind, instance) (rate(bakery_orders_total[5m])) > 5", ["instance"]),
        (STRIP, "sum without (instance) (rate(bakery_orders_total[5m])) > 5", []),
        (STRIP, "sum by (kind) (rate(bakery_orders_total[5m])) > 5", []),
        (STRIP, "topk(3, bakery_flour_remaining) > 5", []),
    ],
)
def test_aggregations(policy: Mapping[str, Any], text: str, words: list[str]) -> None:
    """A label is kept or dropped where series are put together, in alerts and recorded series."""
    for texts in (*in_alerts(text), *in_records(text)):
        assert agreed(texts, **policy) == [("aggregation", word) for word in words]
    for texts in in_panels(text):
        assert agreed(texts, **policy) == []


def test_aggregations_of_shapes() -> None:
    """The place of a shape is the series that it is about."""
    texts = alert("{rate: bakery_orders_total, over: 5m, by: [result], above: 5}")
    assert agreed(texts, **KEEP) == [("aggregation", "bakery_orders_total")]


RULE = "{alert: Low, expr: bakery_flour_remaining < 5, for: 10m, labels: {team: till, severity: '{{ $value }}'}, annotations: {summary: Low}}"


@pytest.mark.parametrize(
    ("code", "policy", "words"),
    [
        ("policy/alert-name", {"alert_name": "Bakery.*"}, ["Low"]),
        ("policy/for", {"for_at_most": 60.0}, ["10m"]),
        ("policy/for", {"for_at_least": 60.0}, []),
        ("policy/owner", {"owner_required": True}, ["Low"]),
        ("policy/label", {"required_labels": {"team": "ovens", "severity": "page"}}, ["till"]),
        ("policy/label", {"forbidden_labels": {"te.*": "till", "severity": "page"}}, ["till"]),
        ("policy/label", {"forbidden_labels": {"severity": ".*"}}, ["'{{ $value }}'"]),
        ("policy/label", {"required_labels": {"team": "till"}}, []),
        ("policy/annotation", {"required_annotations": {"summary": ".+", "description": ".+"}}, ["Low"]),
        ("policy/matcher", {"required_matchers": MATCHERS}, [FLOUR]),
        ("policy/matcher", {"required_matchers": {"other_.*": ("kind",)}}, []),
    ],
)
def test_rule_files(code: str, policy: Mapping[str, Any], words: list[str]) -> None:
    """The same holds for rule files; what a template prints, nobody knows."""
    assert in_files(code, RULE, **policy) == words


def test_without_for() -> None:
    """A rule without `for` does not wait at all."""
    rule = "{alert: Low, expr: bakery_flour_remaining < 5}"
    assert in_files("policy/for", rule, for_at_least=60.0) == ["Low"]
    assert in_files("policy/for", rule, for_at_most=60.0) == []


def test_messages() -> None:
    """A message names the setting that asks for it, and what it asks for."""
    policy = Policy(
        alert_name="Shop.*", for_at_least=900.0, required_labels={"team": ".+"}, keep_labels={"bakery_.*": ("kind",)},
        required_matchers={"bakery_.*": ("kind",)}, forbidden_annotations={"summary": ".*"},
    )  # fmt: skip
    loaded = load_texts(alert("promql: sum(bakery_flour_remaining) < 5"), settings=Settings(policy=policy))
    mine = [one for one in loaded.diagnostics if one.code.startswith("policy/")]
    said = [line.strip() for line in render(mine, loaded.sources).splitlines()]
    assert [line for line in said if ": error[" in line or line.startswith("= help")] == [
        "specs/alerts.yaml:4:3: error[policy/alert-name]: `BakeryUnwell` is not named like the alerts of this project",
        "= help: `alert_name` in [tool.obsgen.policy] asks for `Shop.*`",
        "specs/alerts.yaml:4:3: error[policy/label]: the alert `BakeryUnwell` has no label `team`",
        "= help: `required_labels` in [tool.obsgen.policy] asks for `.+`",
        "specs/alerts.yaml:6:15: error[policy/aggregation]: `sum` drops `kind`, which this project keeps",
        "= help: `keep_labels` in [tool.obsgen.policy] asks for it",
        "specs/alerts.yaml:6:19: error[policy/matcher]: `bakery_flour_remaining` is asked for without a matcher on `kind`",
        "= help: `required_matchers` in [tool.obsgen.policy] asks for it",
        "specs/alerts.yaml:8:14: error[policy/annotation]: the annotation `summary` must not be there",
        "= help: `forbidden_annotations` in [tool.obsgen.policy] rules out `summary` with `.*`",
        "specs/alerts.yaml:11:10: error[policy/for]: the alert `BakeryUnwell` waits for 10m, which is too short",
        "= help: `for_at_least` in [tool.obsgen.policy] asks for `15m`",
    ]


@pytest.mark.parametrize(("docs_url", "name"), [("https://docs.example", "runbook_url"), ("", "runbook")])
def test_where_the_runbook_is(docs_url: str, name: str) -> None:
    """Which annotation leads to the runbook follows from where the documentation is served."""
    for required in ("runbook_url", "runbook"):
        settings = Settings(policy=Policy(required_annotations={required: ".*"}), docs_url=docs_url)
        found = [one.code for one in load_texts(alert(LOW), settings=settings).diagnostics]
        assert ("policy/annotation" in found) == (required != name)
